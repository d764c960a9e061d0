"""What a reader gives of a file that it can read."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Records:
    """`count` records, and SQL of those from one number up to before another, counted from 0 (a header included).

    The SQL gives line BIGINT, fault VARCHAR, raw VARCHAR and the feed's columns c0, c1 … as text. `fault` says what
    is wrong with the shape of a record; its columns then mean nothing and `raw` holds its text.
    """

    count: int
    select: Callable[[int, int], str]
