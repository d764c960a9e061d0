"""What a reader gives of a file that it can read."""

from collections.abc import Callable
from dataclasses import dataclass

from vanguard.know.intake import sql
from vanguard.know.intake.feed import FeedColumn


@dataclass(frozen=True)
class Records:
    """`count` records, and SQL of those from one number up to before another, counted from 0 (a header included).

    The SQL gives line BIGINT, fault VARCHAR, raw VARCHAR and the feed's columns c0, c1 … as text. `fault` says what
    is wrong with the shape of a record; its columns then mean nothing and `raw` holds its text. `names` are the
    columns of the file.
    """

    count: int
    select: Callable[[int, int], str]
    names: tuple[str, ...]


def filled(field: str, spec: FeedColumn) -> str:
    """SQL of a field, null where it is empty or holds what stands for nothing."""
    if not spec.empty:
        return f"nullif({field}, '')"
    return f"CASE WHEN {field} NOT IN ('', {', '.join(map(sql.text, spec.empty))}) THEN {field} END"
