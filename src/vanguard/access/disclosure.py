"""Small numbers: what may be told of counts of people to somebody who may not know who they are.

A count from 1 to 7 is not given and others are rounded to 5: NHS Digital's rule for Hospital Episode
Statistics. Rounding alone does not stop subtraction (1, 8 and 8 with a total of 17 are given as a gap, 10, 10 and
15, and only 1 fits the gap), so two more rules hold. A total is made from what is given, never from the true
counts. And each population is given by one cut only, listed in disclosure.yaml, into groups that share nobody. So
whoever has every figure knows no more than each group's own: that it is from 1 to 7, or within 2 of what is given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vanguard.own_yaml import data_of

CUTS_FILE = Path(__file__).with_name("disclosure.yaml")
LEAST = 8
STEP = 5
# What a count that is not given adds to a total: the middle of 1 to 7.
MIDDLE = 4

Group = tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """The counts of one population as they may be shown, by `columns`; None where there are too few to give."""

    columns: tuple[str, ...]
    groups: Mapping[Group, int | None]

    def total(self, **within: str) -> int | None:
        """Of all groups, or of those whose columns have these values: made from what is given of each."""
        wanted = {self.columns.index(column): value for column, value in within.items()}
        return total(
            count
            for group, count in self.groups.items()
            if all(group[place] == value for place, value in wanted.items())
        )


def disclose(count: int) -> int | None:
    """The count as it may be shown: None (suppressed) for 1 to 7, otherwise rounded to the nearest 5.

    0 stays 0.
    """
    if count == 0:
        return 0
    if count < LEAST:
        return None
    return STEP * ((2 * count + STEP) // (2 * STEP))


def total(given: Iterable[int | None]) -> int | None:
    """About how many these counts are together, told from what is given of them alone; None where it may be under 8."""
    counts = list(given)
    least = sum(1 if count is None else count - 2 if count else 0 for count in counts)
    return (
        disclose(sum(MIDDLE if count is None else count for count in counts)) if least >= LEAST or not least else None
    )


def give(population: str, counts: Mapping[Group, int]) -> Given:
    """The counts of a population by its own cut.

    Raises ValueError for a population that disclosure.yaml does not list, or another cut.
    """
    by = cuts().get(population)
    if by is None:
        raise ValueError(f"{CUTS_FILE.name} does not list {population}, so its counts may not be given")
    if wrong := [group for group in counts if len(group) != len(by)]:
        raise ValueError(f"{population} is given by {', '.join(by) or 'nothing'}, not by groups such as {wrong[0]}")
    return Given(by, {group: disclose(count) for group, count in counts.items()})


@cache
def cuts() -> Mapping[str, tuple[str, ...]]:
    """The one cut of each population: the columns that its groups are of."""
    listed = data_of(CUTS_FILE.read_text("utf-8"))["counts"]
    return {population: tuple(spec["by"]) for population, spec in listed.items()}
