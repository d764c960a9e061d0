"""What a place tells its programme: aggregates alone, small numbers apart, signed. docs/publishing.md has the format.
`publication` makes it, `sealed` makes a file of it, `opened` reads such a file and checks what shows by itself."""

from vanguard.learn.board.publishing.form import (
    ENDING,
    FORMAT,
    Published,
    PublishedBlueprint,
    PublishedClaim,
    PublishedEvaluation,
    PublishedMeasure,
)
from vanguard.learn.board.publishing.opening import LARGEST, opened
from vanguard.learn.board.publishing.sealing import Sealed, sealed

__all__ = [
    "ENDING",
    "FORMAT",
    "LARGEST",
    "Published",
    "PublishedBlueprint",
    "PublishedClaim",
    "PublishedEvaluation",
    "PublishedMeasure",
    "Sealed",
    "opened",
    "sealed",
]
