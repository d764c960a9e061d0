"""Is a file like those before it? What is odd becomes a warning, or refuses the file where the feed says so. Pure.

A warning compares with the files known when the file was loaded; it quotes no row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from vanguard.know.intake.feed import Check, Feed

ENOUGH = 3
"""Files before of which one can say what is usual."""
FEW = 20
"""Below so many rows a share means little."""
JUMP = 0.1
"""A share that grew by more than this has jumped."""
FACTOR = 2
"""A count that is so many times more, or less, than usual is far from it."""
MOST_UNUSABLE = 0.1


@dataclass(frozen=True)
class Profile:
    """What can be counted in one file. `filled` is rows by described column, `strangers` the other columns.

    `unknown` is rows by column with a code that is not in its list, `outside` rows with a day longer ago than the
    feed says, `unusable` those in quarantine. `missing` are the optional columns that the file does not have.
    """

    rows: int
    filled: dict[str, int] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    strangers: frozenset[str] = frozenset()
    unknown: dict[str, int] = field(default_factory=dict)
    outside: dict[str, int] = field(default_factory=dict)
    unusable: int = 0


@dataclass(frozen=True)
class Odd:
    """One thing that is odd: what was checked, the column if it is about one, and the sentence."""

    check: Check
    column: str | None
    sentence: str


def odd(feed: Feed, file: Profile, before: Sequence[Profile]) -> list[Odd]:
    """Everything odd about a file beside the latest files before it that hold the same, oldest first."""
    found = [*_rows(file, before), *_filled(file, before), *_columns(file, before), *_values(feed, file)]
    return [one for one in found if feed.checks.get(one.check, "warn") != "off"]


def _rows(file: Profile, before: Sequence[Profile]) -> Iterator[Odd]:
    if len(before) < ENOUGH:
        return
    usual = median(one.rows for one in before)
    if max(file.rows, usual) >= FEW and (file.rows * FACTOR < usual or file.rows > usual * FACTOR):
        yield Odd("rows", None, f"{file.rows:,} rows, where {usual:,.0f} are usual.")


def _filled(file: Profile, before: Sequence[Profile]) -> Iterator[Odd]:
    like = [one for one in before if one.rows >= FEW]
    if file.rows < FEW or len(like) < ENOUGH:
        return
    for column, filled in file.filled.items():
        usual = [1 - one.filled[column] / one.rows for one in like if column in one.filled]
        share = 1 - filled / file.rows
        if len(usual) >= ENOUGH and column not in file.missing and share > max(usual) + JUMP:
            yield Odd(
                "filled", column, f"{column} is empty in {share:.0%} of rows, where {median(usual):.0%} is usual."
            )


def _columns(file: Profile, before: Sequence[Profile]) -> Iterator[Odd]:
    if not before:
        return
    last = before[-1]
    for column in sorted(file.strangers - last.strangers):
        yield Odd("columns", column, f"The column {column:.60} is new; the feed does not describe it.")
    for column in sorted(last.strangers - file.strangers):
        yield Odd("columns", column, f"The column {column:.60}, which the feed does not describe, is gone.")
    for column in sorted(file.missing - last.missing):
        yield Odd("columns", column, f"The column {column} is gone.")
    for column in sorted(last.missing - file.missing):
        yield Odd("columns", column, f"The column {column} is there again.")


def _values(feed: Feed, file: Profile) -> Iterator[Odd]:
    for column, rows in file.unknown.items():
        if rows:
            yield Odd("codes", column, f"{column} has a code that is not in its list in {_things(rows)}.")
    for column, rows in file.outside.items():
        if rows:
            days = feed.columns[column].within_days
            yield Odd("days", column, f"{column} is more than {days:,} days before the extract in {_things(rows)}.")
    if file.rows >= FEW and file.unusable > file.rows * MOST_UNUSABLE:
        share = file.unusable / file.rows
        yield Odd("unusable", None, f"{_things(file.unusable)}, {share:.0%} of the file, could not be used.")


def _things(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"
