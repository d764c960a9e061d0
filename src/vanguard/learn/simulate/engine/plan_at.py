"""Views of the arrays of a block of kind PLAN, each a function of the same name: `plan_at.name(block)`."""

from collections.abc import Callable

from vanguard.learn.simulate.engine.layout import PLAN, Array, Block, views

globals().update(views(PLAN))


def __getattr__(name: str) -> Callable[[Block], Array]:
    raise AttributeError(name)
