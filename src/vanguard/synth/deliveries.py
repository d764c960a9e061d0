"""When extracts come: once, or a whole one and then a series of deltas and snapshots."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from vanguard.errors import BadInput
from vanguard.synth.chance import Bools, Ints, Stream, stream
from vanguard.synth.columns import blank
from vanguard.synth.days import FOREVER, date_of, months_before
from vanguard.synth.disorder import Disorder
from vanguard.synth.extracts import Extract

Every = Literal["once", "monthly", "daily"]
MOST = 400


@dataclass(frozen=True)
class Delivery:
    """One day on which extracts come. `since` is the day of the delivery before it, or None for a whole
    extract. `resent`: the delta of `resent` again, with corrected values."""

    day: int
    since: int | None
    resent: int | None = None

    @property
    def stamp(self) -> str:
        """The day as file names give it."""
        return f"{date_of(self.day):%Y%m%d}"


def deliveries(until: int, every: Every, times: int) -> tuple[Delivery, ...]:
    """The deliveries that end on the day `until`: a whole one, then `times` more.

    Raises BadInput for a number of times that cannot be.
    """
    if every == "once":
        return (Delivery(until, None),)
    if not 1 <= times <= MOST:
        raise BadInput(f"A series can have 1 to {MOST} deliveries; {times} were asked for.")
    back = range(times, -1, -1)
    on = [until - one if every == "daily" else months_before(until, one) for one in back]
    return (Delivery(on[0], None), *(Delivery(day, before) for before, day in pairwise(on)))


def with_resent(seed: int, feed: str, plan: tuple[Delivery, ...], disorder: Disorder) -> tuple[Delivery, ...]:
    """The deliveries of one feed, with those that come again a day later."""
    rng = stream(seed, f"resent {feed}")
    taken = {one.day for one in plan}
    again = [
        Delivery(one.day + 1, one.since, one.day)
        for one in plan
        if one.since is not None
        and rng.random() < disorder.resent_files
        and one.day + 1 not in taken
        and one != plan[-1]
    ]
    return tuple(sorted((*plan, *again), key=lambda one: one.day))


@dataclass(frozen=True)
class Series:
    """An extract with the day on which each row truly came to be known and the day on which it comes."""

    extract: Extract
    comes: Ints

    def rows(self, delivery: Delivery, overlap: int) -> tuple[Any, Bools]:
        """The rows of one delivery as a table, as they stood on its day, and which of them come late."""
        day = delivery.resent or delivery.day
        extract, known = self.extract, self.comes < day
        if delivery.since is not None and not extract.snapshot:
            known &= self._touched(delivery.since - overlap, day)
        if delivery.since is not None and extract.runs:
            known &= extract.later[extract.runs] >= day
        chosen = np.flatnonzero(known)
        whole = len(chosen) == len(known)
        columns = {}
        for name, column in extract.columns.items():
            if not whole:
                column = column.take(pa.array(chosen))
            since = extract.later.get(name)
            if since is not None:
                unknown = since[chosen] >= day
                column = blank(column, unknown) if unknown.any() else column
            columns[name] = column
        late = np.zeros(len(chosen), dtype=bool)
        if delivery.since is not None:
            late = (self.comes[chosen] >= delivery.since) & (extract.begins[chosen] < delivery.since)
        return pa.table(columns), late

    def _touched(self, first: int, before: int) -> Bools:
        """Rows that came, or of which more came to be known, on these days."""
        touched = (self.comes >= first) & (self.comes < before)
        for since in self.extract.later.values():
            touched |= (since >= first) & (since < before) & (since < FOREVER)
        return touched


def series(rng: Stream, extract: Extract, plan: tuple[Delivery, ...], disorder: Disorder) -> Series:
    """The extract with some of its rows late: those that become known after the first delivery."""
    comes = extract.begins.copy()
    if len(plan) > 1:
        late = np.flatnonzero((comes >= plan[0].day) & (rng.random(len(comes)) < disorder.late_rows))
        comes[late] += 1 + np.floor(rng.exponential(9, len(late))).astype(np.int64)
    return Series(extract, comes)
