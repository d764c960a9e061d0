"""Denominators in people: worked out once for all measures that are per the same people, however each is split."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pyarrow as pa

from vanguard.blueprint import Blueprint, Measure
from vanguard.learn.measure.engine import Engine
from vanguard.learn.measure.intervals import Interval, pieces
from vanguard.learn.measure.parts import sums_sql
from vanguard.learn.measure.person_time import person_time_sql

Wanted = tuple[Blueprint, Measure, Sequence[str], Sequence[Interval]]
"""A measure of a blueprint with the parts and intervals that it needs."""


class People:
    """Denominators of some measures, each worked out when the first asks for it, for all that `expected` it."""

    def __init__(self, engine: Engine, expected: Iterable[Wanted] = ()) -> None:
        self.engine = engine
        self.parts: dict[str, dict[str, None]] = {}
        self.intervals: dict[str, dict[Interval, None]] = {}
        self.made: dict[str, pa.Table] = {}
        for one in expected:
            self._expect(*one)

    def of(
        self, blueprint: Blueprint, measure: Measure, parts: Sequence[str], intervals: Sequence[Interval]
    ) -> pa.Table:
        """start, amount (days; of people, heads), events and at least these parts, for at least these intervals."""
        assert measure.per is not None
        key = self._expect(blueprint, measure, parts, intervals)
        if key not in self.made:
            give_pieces(self.engine, measure, sorted(self.intervals[key], key=lambda one: one.start))
            all_parts = tuple(self.parts[key])
            rows = person_time_sql(self.engine.dialect, blueprint, measure.per, all_parts)
            self.made[key] = self.engine.take(sums_sql(self.engine.dialect, rows, all_parts, "BIGINT"))
        return self.made[key]

    def _expect(
        self, blueprint: Blueprint, measure: Measure, parts: Sequence[str], intervals: Sequence[Interval]
    ) -> str:
        """Who is counted and per which interval: denominators with the same are one."""
        per = measure.per
        assert per is not None
        whom = per.whom.text if per.whom else ""
        key = repr((per.of, whom, per.cohort and (blueprint.id, per.cohort), measure.interval))
        self.parts.setdefault(key, {}).update(dict.fromkeys(parts))
        self.intervals.setdefault(key, {}).update(dict.fromkeys(intervals))
        return key


def give_pieces(engine: Engine, measure: Measure, intervals: Sequence[Interval]) -> None:
    """The table `piece` of intervals cut at the ends of months; of measures per people, of their last days alone."""
    last_day = measure.per is not None and measure.per.of == "people"
    rows = []
    for one in intervals:
        for piece in (Interval(one.end, one.end),) if last_day else pieces(one):
            until = piece.end + timedelta(days=1)
            stood_on = (until if last_day else piece.start).replace(day=1) - timedelta(days=1)
            stood = (stood_on.year * 12 + stood_on.month) * 100 + stood_on.day
            rows.append((one.start, piece.start, piece.end, until, stood_on, stood))
    columns = list(zip(*rows, strict=True)) or [()] * 6
    names = ("interval_start", "piece_start", "piece_end", "until", "stood_on", "stood")
    types = (*[pa.date32()] * 5, pa.int64())
    engine.give("piece", pa.table({n: pa.array(list(c), t) for n, c, t in zip(names, columns, types, strict=True)}))
