"""How many were on shift, hour by hour of the week: what a rota came to, to be laid beside what came in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Min

from vanguard.care.roster.models import Shift
from vanguard.care.roster.words import words
from vanguard.clock import LONDON

HOUR = 3600

Cell = tuple[str, str, str]
"""Day of the week from 0, hour such as 07, and pool."""


@dataclass(frozen=True)
class Worked:
    """What one shift gave to a cell: whose it was, and for how many minutes."""

    professional: str
    minutes: float


@dataclass(frozen=True)
class Staffing:
    """From when shifts are counted, how often each hour of the week came since, and what was worked in each cell."""

    since: datetime
    hours: Mapping[tuple[str, str], int]
    worked: Mapping[Cell, tuple[Worked, ...]]

    def on_shift(self, cell: Cell) -> float:
        """How many were on shift on average."""
        hours = self.hours.get(cell[:2], 0)
        return sum(one.minutes for one in self.worked.get(cell, ())) / 60 / hours if hours else 0.0


def pool_words() -> Mapping[str, str]:
    """What the pools of this place are called."""
    return {id_: pool.label for id_, pool in words().pools.items()}


def staffing(since: datetime, until: datetime) -> Staffing:
    """What was worked between two full hours, but not before the rota began. A shift taken back counts until then."""
    begun = Shift.objects.aggregate(first=Min("start"))["first"]
    first = max(since, _full_hour(begun)) if begun else until
    until = _full_hour(until)
    if first >= until:
        return Staffing(until, {}, {})
    rows = list(
        Shift.objects.filter(start__lt=until, end__gt=first)
        .order_by("pk")
        .values_list("professional_id", "pool", "start", "end", "withdrawn_at")
    )
    labels = [_label(first + timedelta(hours=one)) for one in range(int((until - first).total_seconds()) // HOUR)]
    hours: dict[tuple[str, str], int] = {}
    for label in labels:
        hours[label] = hours.get(label, 0) + 1
    return Staffing(first, hours, _worked(rows, labels, first, until))


def _worked(
    rows: list[tuple[str, str, datetime, datetime, datetime | None]],
    labels: list[tuple[str, str]],
    first: datetime,
    until: datetime,
) -> dict[Cell, tuple[Worked, ...]]:
    """Each shift cut along the hours, and its pieces of one hour of the week put together."""
    edge = (until - first).total_seconds()
    starts = np.array([(start - first).total_seconds() for _, _, start, _, _ in rows]).clip(0, edge)
    ends = np.array([(min(end, back or end) - first).total_seconds() for _, _, _, end, back in rows]).clip(0, edge)
    ends = np.maximum(starts, ends)
    begins = (starts // HOUR).astype(int)
    pieces = np.maximum(np.ceil(ends / HOUR).astype(int) - begins, 0)
    shift = np.repeat(np.arange(len(rows)), pieces)
    hour = np.arange(len(shift)) - np.repeat(np.cumsum(pieces) - pieces, pieces) + begins[shift]
    seconds = np.minimum(ends[shift], (hour + 1) * HOUR) - np.maximum(starts[shift], hour * HOUR)
    found: dict[Cell, dict[int, float]] = {}
    for number, at, minutes in zip(shift.tolist(), hour.tolist(), (seconds / 60).tolist(), strict=True):
        of_cell = found.setdefault((*labels[at], rows[number][1]), {})
        of_cell[number] = of_cell.get(number, 0.0) + minutes
    return {
        cell: tuple(Worked(rows[number][0], minutes) for number, minutes in by_shift.items() if minutes)
        for cell, by_shift in found.items()
    }


def _label(at: datetime) -> tuple[str, str]:
    local = at.astimezone(LONDON)
    return str(local.weekday()), f"{local.hour:02}"


def _full_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
