"""Views of the arrays of a block of kind NOW, each a function of the same name: `now_at.name(block)`."""

from collections.abc import Callable

from vanguard.learn.simulate.engine.layout import NOW, Array, Block, views

globals().update(views(NOW))


def __getattr__(name: str) -> Callable[[Block], Array]:
    raise AttributeError(name)
