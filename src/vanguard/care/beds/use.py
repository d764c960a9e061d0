"""How beds were used: occupancy, and how long people stayed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from vanguard.care.beds.status import CLOSED, OCCUPIED

ZERO = timedelta()


@dataclass(frozen=True)
class Row:
    """One change of a bed: since `at` it is `status`."""

    bed: int
    at: datetime
    status: str


@dataclass(frozen=True)
class Use:
    """Of some beds in a time: bed hours in all but those closed, those occupied, and the stays that ended in it.

    Lengths of stay are hours from arriving to leaving, whenever the person arrived; None where no stay ended.
    """

    beds: int
    usable: timedelta
    occupied: timedelta
    stays: int
    median_hours: float | None
    longest_hours: float | None

    @property
    def occupancy(self) -> float | None:
        """Occupied of all usable bed hours, from 0 to 1; None where every bed was closed."""
        return self.occupied / self.usable if self.usable else None


def use(rows: Iterable[Row], start: datetime, end: datetime) -> Use:
    """The use of these beds from `start` to `end`, from all their changes, in the order in which they were made.

    Before its first change a bed is not counted.
    """
    by_bed: dict[int, list[Row]] = {}
    for row in rows:
        by_bed.setdefault(row.bed, []).append(row)
    usable = occupied = ZERO
    hours: list[float] = []
    for one in by_bed.values():
        for status, since, until in _stretches(one, end):
            within = max(min(until, end) - max(since, start), ZERO)
            usable += within if status != CLOSED else ZERO
            occupied += within if status == OCCUPIED else ZERO
            if status == OCCUPIED and start < until < end:
                hours.append((until - since) / timedelta(hours=1))
    middle, longest = (median(hours), max(hours)) if hours else (None, None)
    return Use(len(by_bed), usable, occupied, len(hours), middle, longest)


def _stretches(rows: Sequence[Row], end: datetime) -> Iterable[tuple[str, datetime, datetime]]:
    """Each status of a bed, from and to."""
    for one, following in pairwise(rows):
        yield one.status, one.at, following.at
    yield rows[-1].status, rows[-1].at, end
