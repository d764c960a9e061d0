"""From pathways and assumptions to the arrays of the engine."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from vanguard.blueprint import Assumptions, Pathways, Step, Visits
from vanguard.errors import BadInput
from vanguard.flow import Calendar
from vanguard.lake.condition import Condition
from vanguard.learn.simulate.engine.arrays import Plan
from vanguard.learn.simulate.plan.answers import answers_of
from vanguard.learn.simulate.plan.clocks import clocks_of, pauses_of
from vanguard.learn.simulate.plan.conditions import ENTRY, Tables
from vanguard.learn.simulate.plan.lists import cube, each, padded, ranged, table
from vanguard.learn.simulate.plan.names import SEXES, Names
from vanguard.learn.simulate.plan.spread import row, rows
from vanguard.learn.simulate.plan.timetable import Stretch, expected, hours_of_week, modes, open_minutes
from vanguard.learn.simulate.plan.units import Units

if TYPE_CHECKING:
    from vanguard.learn.simulate.engine.layout import Block

DAY = 1440.0
PER = {"day": DAY, "week": 7 * DAY}
Shares = Sequence[Sequence[tuple[str, float]]]


@dataclass(frozen=True)
class Service:
    """A service ready to run: its arrays, the names behind their numbers, and the stretch of time."""

    plan: Plan = field(repr=False)
    names: Names = field(repr=False)
    stretch: Stretch

    @cached_property
    def block(self) -> "tuple[Block, list[np.ndarray]]":
        """The plan as the engine takes it, made once for all runs; and what must be kept alive with it."""
        # Numba takes a second to import, which nobody else of this room should wait for.
        from vanguard.learn.simulate.engine.layout import PLAN, block

        single = {name: [getattr(self.plan, name)] for name in ("until", "people", "slot_bits")}
        return block(PLAN, self.plan._asdict() | single)

    def by_promise(self) -> "Service":
        """The same, with people told apart in `Tally.took` by the promise that runs to them also where nobody's wait
        hangs on it: a fifteenth slower."""
        of, ways = self.plan.clock_pathway[self.plan.promise], np.arange(len(self.plan.expected))
        promises = np.column_stack([np.searchsorted(of, ways + after) for after in (0, 1)])
        return replace(self, plan=self.plan._replace(promises=promises))

    def with_room(self, people: int) -> "Service":
        """The same for so many people in one run."""
        return replace(self, plan=self.plan._replace(people=people))


def plan_of(pathways: Pathways, assumed: Assumptions, visits: Mapping[str, Visits], stretch: Stretch) -> Service:
    """The plan of every pathway into which people arrive. Raises BadInput for what cannot be simulated."""
    return _Planning(pathways, assumed, visits, stretch).service()


class _Planning:
    def __init__(self, file: Pathways, assumed: Assumptions, visits: Mapping[str, Visits], stretch: Stretch) -> None:
        self.file, self.assumed, self.visits, self.stretch = file, assumed, visits, stretch
        self.pathways = tuple(file.pathways[id] for id in assumed.arrivals)
        if not self.pathways:
            raise BadInput("Nobody arrives, so there is nothing to simulate.", do="Say in simulate.yaml how many come.")
        self.steps = [(way.id, step) for way in self.pathways for step in way.steps.values()]
        self.ends = [(way.id, end) for way in self.pathways for end in way.ends.values()]
        self.clocks = [(way.id, clock) for way in self.pathways for clock in way.clocks.values()]
        self.step_number = {(way, step.id): n for n, (way, step) in enumerate(self.steps)}
        self.end_number = {(way, end.id): n for n, (way, end) in enumerate(self.ends)}
        asked = {question for _, step in self.steps for question in (*step.asks, *step.decides)}
        self.questions = tuple(question for question in file.questions.values() if question.id in asked)
        self.columns = {question.id: n for n, question in enumerate(self.questions)}
        self.columns |= {name: len(self.questions) + n for n, name in enumerate(ENTRY)}
        self.origins = each(origin for way in self.pathways for origin in way.entry.origins)
        self.channels = each(channel for way in self.pathways for channel in way.entry.by)
        entry: dict[str, Sequence[Any]] = {"origin": self.origins, "channel": self.channels}
        entry["sex"] = [sex for sex, code in SEXES.items() if code]
        self.tables = Tables(self.questions, entry, self._conditions())
        self.units = Units(file, assumed.staff, assumed.beds, {q.id: q for q in self.questions}, self.columns)
        self.calendars = {id: Calendar(hours) for id, hours in file.calendars.items()}

    def service(self) -> Service:
        parts: dict[str, Any] = {}
        for made in (self._steps(), self._ends(), self._arrivals(), self._units()):
            parts |= made
        hours = {id: open_minutes(self.stretch, self.calendars[id]) for id in each(c.calendar for _, c in self.clocks)}
        parts |= clocks_of(self.pathways, self.steps, self.clocks, self.questions, self.columns, self.assumed, hours)
        parts |= pauses_of(self.pathways, self.clocks, self.assumed, list(self.file.pauses))
        parts |= answers_of(self.pathways, self.questions, self.assumed, self.tables)
        parts |= {
            "table_at": table(self.tables.at, 3),
            "table_by": table(self.tables.by, 2),
            "table": np.array(self.tables.table or [False], dtype=np.int8),
            "hour_of_week": hours_of_week(self.stretch),
            "window": np.array(self.stretch.window),
            "until": self.stretch.minutes,
        }
        names = Names(
            self.file,
            self.stretch.start,
            tuple(way.id for way in self.pathways),
            tuple(self.steps),
            tuple(self.ends),
            tuple(self.clocks),
            self.questions,
            tuple(self.origins),
            tuple(self.channels),
            tuple(self.units.queues),
            tuple(self.units.units),
            tuple(self.file.pauses),
        )
        return Service(Plan(**parts), names, self.stretch)

    def _conditions(self) -> Iterator[Condition]:
        for way, step in self.steps:
            yield from (rule.when for rule in step.next if rule.when is not None)
            yield from (other.when for other in step.alongside if other.when is not None)
            time = self.assumed.steps.get(way, {}).get(step.id)
            if time is not None and time.wait_when is not None:
                yield time.wait_when
        for question in self.questions:
            yield from (case.when for case in self.assumed.answers[question.id].cases)

    def _steps(self) -> dict[str, Any]:
        times = [self.assumed.steps.get(way, {}).get(step.id) for way, step in self.steps]
        ways = {way.id: n for n, way in enumerate(self.pathways)}
        phases, phase = self._phases()
        asks, decides, asked = self._asked()
        rules, rule = ranged(
            [(self.tables.number(r.when), self._target(way, r.to)) for r in step.next] for way, step in self.steps
        )
        beside, besides = ranged(
            [(self.step_number[way, o.step], self.tables.number(o.when)) for o in step.alongside]
            for way, step in self.steps
        )
        most = [step.at_most.days * DAY if step.at_most else math.inf for _, step in self.steps]
        return {
            "pathway_of": np.array([ways[way] for way, _ in self.steps]),
            "staff_queue": np.array([self.units.which(step.by) for _, step in self.steps]),
            "bed_queue": np.array([self.units.which(step.uses) for _, step in self.steps]),
            "minutes": rows([row(time and time.minutes) for time in times]),
            "travel": rows([row(time and time.travel) for time in times]),
            "stay": rows([row(time and time.stay_hours, 60) for time in times]),
            "wait": np.array([self._waits(time) for time in times]),
            "wait_when": np.array([self.tables.number(time.wait_when if time else None) for time in times]),
            "reach_bed": rows([row(time and time.reach_bed_hours, 60) for time in times]),
            "hold": np.array([self._hold(step) for _, step in self.steps]),
            "visit": np.array([int(step.visit) for _, step in self.steps]),
            "phases": phases,
            "phase": phase,
            "visit_minutes": np.array([self._visit_minutes(step) for _, step in self.steps]),
            "open_share": np.array([self._open_share(step) for _, step in self.steps]),
            "at_most": np.array(most),
            "asks": asks,
            "decides": decides,
            "asked": asked,
            "rules": rules,
            "rule": table(rule, 2),
            "beside": beside,
            "besides": table(besides, 2),
            "slot_bits": max(len(step.alongside) for _, step in self.steps).bit_length(),
        }

    def _waits(self, time: Any) -> list[tuple[float, ...]]:
        """The wait of those to whom no promise runs, then that of each clock."""
        if time is None:
            return [row(None)] * (1 + len(self.clocks))
        by = [time.wait_hours_by.get(clock.id, time.wait_hours) for _, clock in self.clocks]
        return [row(spread, 60) for spread in (time.wait_hours, *by)]

    def _target(self, way: str, to: str) -> int:
        return self.step_number[way, to] if (way, to) in self.step_number else -1 - self.end_number[way, to]

    def _phases(self) -> tuple[np.ndarray, np.ndarray]:
        patterns = [self.visits[step.visits].phases if step.visits else () for _, step in self.steps]
        ranges, found = ranged(
            [(p.lasts.days * DAY, p.lasts.days * DAY / PER[p.per] * p.times, PER[p.per] / p.times) for p in pattern]
            for pattern in patterns
        )
        return ranges, np.array(found or [(0.0, 0.0, 1.0)])

    def _hold(self, step: Step) -> float:
        """Minutes for which a step's bed is held."""
        held = self.file.resources[step.uses].hold if step.uses else None
        return math.inf if held is None else held.total_seconds() / 60

    def _visit_minutes(self, step: Step) -> float:
        return float(self.visits[step.visits].minutes) if step.visits else 0.0

    def _open_share(self, step: Step) -> float:
        """The part of all time in which a step's resource is open."""
        if not step.visits:
            return 1.0
        calendar = self.calendars[self.file.resources[step.by].calendar]
        return calendar.open_time(self.stretch.start, self.stretch.end) / (self.stretch.end - self.stretch.start)

    def _asked(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        asks, first = ranged([self.columns[q] for q in step.asks] for _, step in self.steps)
        decides, second = ranged([self.columns[q] for q in step.decides] for _, step in self.steps)
        return asks, decides + len(first), np.array([*first, *second, 0])

    def _ends(self) -> dict[str, Any]:
        times = [self.assumed.ends.get(way, {}).get(end.id) for way, end in self.ends]
        at_any_time = [
            (way, n, t) for n, ((way, _), t) in enumerate(zip(self.ends, times, strict=True)) if t and t.share
        ]
        any_ends, _ = ranged([n for of, n, _ in at_any_time if of == way.id] for way in self.pathways)
        return {
            "any_ends": any_ends,
            "any_end": np.array([n for _, n, _ in at_any_time], dtype=np.int64),
            "any_share": np.array([time.share for _, _, time in at_any_time], dtype=np.float64),
            "any_after": rows([row(time.after_days, DAY) for _, _, time in at_any_time]),
            "end_wait": rows([row(time and time.wait_hours, 60) for time in times]),
            "returns": np.array([(time.again or 0.0) if time else 0.0 for time in times]),
            "returns_after": rows([row(time and time.again_after_days, DAY) for time in times]),
        }

    def _arrivals(self) -> dict[str, Any]:
        given = [self.assumed.arrivals[way.id] for way in self.pathways]
        come = np.array([expected(self.stretch, one) for one in given])
        origins = [list((one.origins or {}).items()) for one in given]
        channels = [
            list((one.channels or {next(iter(way.entry.by)): 1.0}).items())
            for one, way in zip(given, self.pathways, strict=True)
        ]
        first = [
            [self.step_number[way.id, way.entry.by[channel]] for channel, _ in of]
            for way, of in zip(self.pathways, channels, strict=True)
        ]
        total = float(come[:, -1].sum())
        again = max(
            (float(time.again or 0.0) for of in self.assumed.ends.values() for time in of.values()), default=0.0
        )
        patience = [self.assumed.patience.get(way.id) for way in self.pathways]
        return {
            "expected": come,
            "origins": _sums(origins),
            "origin_code": _codes(origins, self.origins),
            "channels": _sums(channels),
            "channel_code": _codes(channels, self.channels),
            "first_step": np.array([padded(of, max(map(len, first)), 0) for of in first], dtype=np.int64),
            "female": np.array([-1.0 if one.female is None else one.female for one in given]),
            "age": rows([row(one.age) for one in given]),
            "sex_codes": np.array([SEXES["female"], SEXES["male"]]),
            "patience": rows([row(one and one.minutes) for one in patience]),
            "columns": np.array([self.columns[name] for name in ENTRY]),
            "people": int((total + 8 * math.sqrt(total) + 50) / max(1 - again, 0.05)),
        }

    def _units(self) -> dict[str, Any]:
        queues, units = range(len(self.units.queues)), range(len(self.units.units))
        self._check_sexes()

        def mode(open_: frozenset[str]) -> tuple[list[float], list[list[int]]]:
            return [self.units.number(n, open_) for n in units], [self.units.serving(n, open_) for n in queues]

        at, of, found = modes(self.stretch, self.calendars, mode)
        served = [[[q for q in queues if unit in serving[q]] for unit in units] for _, serving in found]
        beds = self.assumed.beds
        return {
            "mode_at": np.array(at),
            "mode_of": np.array(of),
            "capacity": np.array([capacity for capacity, _ in found]),
            "units_of": cube([serving for _, serving in found]),
            "queues_of": cube(served),
            "cleaning": np.array(
                [float(beds[u.resource].cleaning_minutes or 0) if u.bed else 0.0 for u in self.units.units]
            ),
        }

    def _check_sexes(self) -> None:
        split = any(unit.answers and unit.answers[0] in SEXES for unit in self.units.units)
        silent = next((way for way, given in self.assumed.arrivals.items() if given.female is None), None)
        if split and silent:
            what = f"Some beds are for women or for men, but nothing says how many of those who come into {silent} are."
            raise BadInput(what, where="simulate.yaml", do=f"Add female, a share, to arrivals of {silent}.")


def _sums(shares: Shares) -> np.ndarray:
    longest = max(map(len, shares))
    return np.array([padded(itertools.accumulate(share for _, share in of), longest, 2.0) for of in shares])


def _codes(shares: Shares, known: list[str]) -> np.ndarray:
    longest = max(map(len, shares))
    return np.array([padded((1 + known.index(id) for id, _ in of), longest, 0) for of in shares], dtype=np.int64)
