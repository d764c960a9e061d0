"""What is to be worked out of one measure: its intervals, why some have no number, and from what each is made."""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import duckdb

from vanguard.blueprint import Blueprint, Events, Measure, Per, Span
from vanguard.learn.measure.counting import queries_of
from vanguard.learn.measure.dialect import DuckDB
from vanguard.learn.measure.intervals import Interval, pieces, whole
from vanguard.learn.measure.parts import REGISTERED_SPLITS, SPLITS, STRATA, by_people
from vanguard.learn.measure.standing import cohort_days, known_months
from vanguard.learn.measure.survey import Key, Survey, fingerprint, month_starts

TOO_SOON = "Too soon: what follows is not known yet for everything that was counted."
NOT_KNOWN_THEN = "How people stood at the end of the month before is not known."
# Raised when points come to mean something else, so that all are made anew.
LAYOUT = 4
USUALLY, TOO_FEW = 0.9, 0.5
"""Feeds that usually tell something on so many days, and told something on fewer than so many, have a gap."""


@dataclass(frozen=True)
class Planned:
    """One interval: `reason` is why nothing can be said of it, None where something can; `made_from` is a fingerprint
    of what its points are made from."""

    interval: Interval
    reason: str | None
    made_from: str


@dataclass(frozen=True)
class Plan:
    """One measure: what it can be split by, its intervals, and sentences about what cannot be shown."""

    splits: tuple[str, ...]
    intervals: tuple[Planned, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """One measure of a blueprint, its plan, and the intervals of it to be worked out."""

    blueprint: Blueprint
    id: str
    found: Plan
    to_do: tuple[Planned, ...]

    @property
    def measure(self) -> Measure:
        return self.blueprint.measures[self.id]


def plan(
    con: duckdb.DuckDBPyConnection, blueprint: Blueprint, measure_id: str, seen: Survey, first: date, last: date
) -> Plan:
    """The plan of a measure over whole intervals from `first` to `last`, the last day of which everything is known.

    Intervals begin after the first event of the measure's kind, since before it nobody told us of such events and
    nought would be a wrong number.
    """
    measure = blueprint.measures[measure_id]
    key = (blueprint.id, measure_id)
    told = seen.told[key]
    splits, left_out = splits_of(measure)
    if told is None:
        left_out = (*left_out, f"{measure.label}: no event of this kind has been told yet.")
    intervals = whole(measure.interval, max(first, told), last) if told else ()
    months = _answerable(con, blueprint, measure)
    thin = _thin(seen, key, intervals)
    definition = fingerprint(
        *(LAYOUT, blueprint.version, measure.per and measure.per.number, measure.standardise, splits),
        queries_of(DuckDB(), blueprint, measure, parts_of(measure)),
        seen.place,
    )
    planned = []
    for interval in intervals:
        reason = _reason(measure, interval, last, months) or thin.get(interval.start)
        reaches = min(interval.end + wait(measure), last)
        happened = [seen.events.get(month, 0) for month in month_starts(interval.start, reaches)]
        stood = [seen.people.get(month, "") for month in asked_months(measure, seen, key, interval, reaches)]
        made_from = fingerprint(definition, interval.start, reason, *happened, *stood)
        planned.append(Planned(interval, reason, made_from))
    return Plan(splits, tuple(planned), left_out)


def asked_months(measure: Measure, seen: Survey, key: Key, interval: Interval, reaches: date) -> list[date]:
    """The first days of the months of which it matters to an interval who was registered in them and how people stood
    before: its own, those to `reaches`, and those in which events began that count on the day on which they ended."""
    earlier = seen.began(key, interval.start, interval.end) if by_end(measure) else set()
    # Of people, it is asked how they stood on the last day: what is known at the end of a month is about the next.
    last = interval.end + timedelta(days=1) if measure.per is not None and measure.per.of == "people" else reaches
    return [*sorted(earlier), *month_starts(interval.start, max(last, reaches))]


def by_end(measure: Measure) -> bool:
    """Whether events count on the day on which they ended."""
    return measure.followed_by is not None and measure.followed_by.after == "end"


def splits_of(measure: Measure) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a measure is split by, of what the tables tell; and a sentence where they do not tell something."""
    possible = REGISTERED_SPLITS if by_people(measure) else SPLITS
    missing = [name for name in measure.by if name not in possible]
    left_out = (
        (f"{measure.label}: not split by {', '.join(missing)}, which the tables do not tell.",) if missing else ()
    )
    return tuple(name for name in measure.by if name in possible), left_out


def parts_of(measure: Measure) -> tuple[str, ...]:
    """What the measure is split by or standardised by."""
    strata = measure.standardise.by if measure.standardise else ()
    return tuple(dict.fromkeys((*splits_of(measure)[0], *(STRATA[name] for name in strata))))


def wait(measure: Measure) -> timedelta:
    """How long after an interval what follows its events can still come."""
    after = measure.followed_by
    if after is None:
        return timedelta(0)
    return timedelta(days=after.within.days) if isinstance(after.within, Span) else after.within + timedelta(days=1)


def _reason(measure: Measure, interval: Interval, last: date, months: set[date] | None) -> str | None:
    ends = {piece.start.replace(day=1) - timedelta(days=1) for piece in pieces(interval)}
    if interval.end + wait(measure) > last:
        return TOO_SOON
    if months is not None and not ends <= months:
        return NOT_KNOWN_THEN
    return None


def _thin(seen: Survey, key: tuple[str, str], intervals: tuple[Interval, ...]) -> dict[date, str]:
    """By their first days, the intervals in which feeds that usually tell something every day hardly did."""
    if not intervals:
        return {}
    found = {one.start: seen.seen(key, one.start, one.end) for one in intervals}
    if median(days / of for days, of in found.values()) < USUALLY:
        return {}
    return {
        start: f"Data of only {days} of {of} days came in: {', '.join(seen.feeds[key])}."
        for start, (days, of) in found.items()
        if days / of < TOO_FEW
    }


def _answerable(con: duckdb.DuckDBPyConnection, blueprint: Blueprint, measure: Measure) -> set[date] | None:
    """The month ends at which everything that the measure asks of people is known; None where always."""
    known: set[date] | None = None
    choices: tuple[Events | Per | None, ...] = (measure.count, measure.sum, measure.followed_by, measure.per)
    for chosen in choices:
        if chosen is None:
            continue
        for months in (
            known_months(con, chosen.whom) if chosen.whom else None,
            cohort_days(con, blueprint, chosen.cohort) if chosen.cohort else None,
        ):
            if months is not None:
                known = months if known is None else known & months
    return known
