"""Views of the arrays of a block of kind TALLY, each a function of the same name: `tally_at.name(block)`."""

from collections.abc import Callable

from vanguard.learn.simulate.engine.layout import TALLY, Array, views

globals().update(views(TALLY))


def __getattr__(name: str) -> Callable[[Array], Array]:
    raise AttributeError(name)
