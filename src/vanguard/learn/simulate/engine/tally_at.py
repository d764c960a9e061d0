"""Views of the arrays of a block of kind TALLY, each a function of the same name: `tally_at.name(block)`."""

from collections.abc import Callable

from vanguard.learn.simulate.engine.layout import TALLY, Array, Block, views

globals().update(views(TALLY))


def __getattr__(name: str) -> Callable[[Block], Array]:
    raise AttributeError(name)
