"""SQL that makes sentences, and small lookups from runs of values."""

from collections.abc import Iterable


def points_sql(value: str, runs: Iterable[tuple[int, int]]) -> str:
    """The points of an SQL expression `value`, from pairs of a first value and the points from there on."""
    steps = " ".join(f"WHEN {value} >= {first} THEN {points}" for first, points in sorted(runs, reverse=True))
    return f"CASE {steps} WHEN {value} IS NOT NULL THEN 0 END"


def counted_sql(number: str, one: str, many: str) -> str:
    """A sentence for a count: `one` for 1, else the number before `many`; null for 0."""
    return f"CASE WHEN {number} = 1 THEN '{one}' WHEN {number} > 1 THEN format('{{:,}}', {number}) || ' {many}' END"


def day_sql(value: str) -> str:
    """A date as 6 August 2018."""
    return f"strftime({value}, '%-d %B %Y')"


def sentences_sql(*parts: str) -> str:
    """Sentences after one another, those that are null left out; null if all are."""
    return f"nullif(concat_ws(' ', {', '.join(parts)}), '')"
