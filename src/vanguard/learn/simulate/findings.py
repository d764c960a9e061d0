"""What the replications of a service came to: queues, promises, beds, work, and what does not fit."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from vanguard.learn.simulate.intervals import interval
from vanguard.learn.simulate.run import BINS, Outcome

HOUR = 60.0
DAY = 1440.0
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BUSY = 0.95
KEPT = 0.95


def findings(outcome: Outcome) -> dict[str, Any]:
    """Everything that was found, as JSON: means over replications with their intervals. Times are in minutes."""
    found: dict[str, Any] = {
        "replications": outcome.replications,
        "days": outcome.service.stretch.days,
        "warm_up_days": outcome.service.stretch.warm_up,
        "people": _people(outcome),
        "clocks": dict(_clocks(outcome)),
        "steps": dict(_steps(outcome)),
        "ends": dict(_ends(outcome)),
        "resources": dict(_units(outcome)),
        "queues": dict(_queues(outcome)),
        "pauses": dict(_pauses(outcome)),
    }
    found["warnings"] = [*_without_people(outcome), *_without_end(outcome), *_warnings(found)]
    return found


def share_of(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part of whole for each replication, unknown where there is no whole."""
    found: np.ndarray = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return found


def hour_name(hour: int) -> str:
    """An hour of the week, such as Monday 09:00."""
    return f"{WEEKDAYS[hour // 24]} {hour % 24:02}:00"


def id_of(outcome: Outcome, pathway: str, id: str) -> str:
    """An id that stands beside its pathway's where there are several pathways."""
    return id if len(outcome.service.names.pathways) == 1 else f"{pathway}/{id}"


def _people(outcome: Outcome) -> dict[str, Any]:
    tally, names = outcome.tallies, outcome.service.names
    found = {
        id: {"received": interval(tally.received[:, n]), "gave_up": interval(tally.gave_up[:, n])}
        for n, id in enumerate(names.pathways)
    }
    return found | {"referred_again_in_all": interval(tally.everything[:, 4])}


def _clocks(outcome: Outcome) -> Iterator[tuple[str, Any]]:
    tally, names = outcome.tallies, outcome.service.names
    for n, (pathway, clock) in enumerate(names.clocks):
        stopped, late, replaced, closed, running, elapsed = tally.clocks[:, n].T
        taken = tally.elapsed[:, n].sum(axis=0)
        yield (
            id_of(outcome, pathway, clock.id),
            {
                "label": clock.label,
                "within_minutes": clock.within.total_seconds() / 60,
                "kept": interval(share_of(stopped, stopped + late)),
                "in_time": interval(stopped),
                "too_late": interval(late),
                "replaced": interval(replaced),
                "closed_before": interval(closed),
                "not_known_yet": interval(running),
                "mean_minutes": interval(share_of(elapsed, tally.elapsed[:, n].sum(axis=1))),
                "nineteen_of_twenty_within_minutes": _quantile(taken, clock.within.total_seconds() / 60),
            },
        )


def _quantile(taken: np.ndarray, within: float) -> float | None:
    """By when 95 of 100 were stopped, to a 40th of the limit; None beyond 8 times the limit, or of nobody."""
    sums = np.cumsum(taken)
    if not sums[-1]:
        return None
    place = int(np.searchsorted(sums, 0.95 * sums[-1]))
    return None if place >= BINS else (place + 1) * within / 40


def _steps(outcome: Outcome) -> Iterator[tuple[str, Any]]:
    tally, names = outcome.tallies, outcome.service.names
    ticks = np.maximum(tally.ticks, 1)
    for n, (pathway, step) in enumerate(names.steps):
        began, waited, long, longest = tally.waits[:, n].T
        times, minutes, away, visits = tally.work[:, n].T
        finished, overstayed = tally.took[:, n, :, 2].sum(axis=1), tally.overstays[:, n]
        yield (
            id_of(outcome, pathway, step.id),
            {
                "label": step.label,
                "begun": interval(began),
                "wait_minutes": interval(share_of(waited, began)),
                "waited_over_an_hour": interval(share_of(long, began)),
                "longest_wait_minutes": interval(longest),
                "people_in_it": interval((tally.inside_week[:, n] / ticks).mean(axis=1)),
                "times": interval(times),
                "hours_with_people": interval(minutes / HOUR),
                "hours_on_the_way": interval(away / HOUR),
                "visits": interval(visits),
                "holds_lapsed": interval(tally.lapsed[:, n]),
                "lasted_too_long": interval(share_of(overstayed, finished)),
            },
        )


def _pauses(outcome: Outcome) -> Iterator[tuple[str, Any]]:
    """How often clocks stood still for each reason, and for how long."""
    names = outcome.service.names
    for n, id in enumerate(names.pauses):
        times, minutes = outcome.tallies.paused[:, n].T
        yield (
            id,
            {
                "label": names.file.pauses[id].label,
                "times": interval(times),
                "mean_hours": interval(share_of(minutes, times) / HOUR),
            },
        )


def _ends(outcome: Outcome) -> Iterator[tuple[str, Any]]:
    tally, names = outcome.tallies, outcome.service.names
    for n, (pathway, end) in enumerate(names.ends):
        people, minutes, _ = tally.ends[:, n].T
        yield (
            id_of(outcome, pathway, end.id),
            {
                "label": end.label,
                "people": interval(people),
                "days_since_received": interval(share_of(minutes, people) / DAY),
            },
        )


def _units(outcome: Outcome) -> Iterator[tuple[str, Any]]:
    tally, names = outcome.tallies, outcome.service.names
    ticks = np.maximum(tally.ticks, 1)
    for n, unit in enumerate(names.units):
        worked, on_duty = tally.unit_work[:, n].T
        week = (tally.unit_week[:, n] / ticks).mean(axis=0)
        yield (
            unit.id,
            {
                "label": names.label(unit),
                "kind": "bed" if unit.bed else "staff",
                "hours_used": interval(worked / HOUR),
                "hours_there": interval(on_duty / HOUR),
                "used": interval(share_of(worked, on_duty)),
                "nobody_free": interval(share_of(tally.full[:, n, 1], tally.full[:, n, 0])),
                "busiest_hour": hour_name(int(week.argmax())),
                "in_use_then": float(week.max()),
            },
        )


def _queues(outcome: Outcome) -> Iterator[tuple[str, Any]]:
    tally, names, plan = outcome.tallies, outcome.service.names, outcome.service.plan
    ticks = np.maximum(tally.ticks, 1)
    for n, queue in enumerate(names.queues):
        week = tally.queue_week[:, n] / ticks
        by_hour = week.mean(axis=0)
        passed = tally.day_passed[:, n]
        served = (plan.units_of[:, n] >= 0).any(axis=1) & np.array(
            [sum(plan.capacity[mode, u] for u in units if u >= 0) > 0 for mode, units in enumerate(plan.units_of[:, n])]
        )
        yield (
            queue.id,
            {
                "label": names.label(queue),
                "waiting": interval(week.mean(axis=1)),
                "longest_at": hour_name(int(by_hour.argmax())),
                "waiting_then": float(by_hour.max()),
                "passed_a_day_in": float(np.isfinite(passed).mean()),
                "passed_a_day_after_days": interval(passed / DAY)["mean"],
                "nobody_there_share": _unserved(outcome, served),
            },
        )


def _unserved(outcome: Outcome, served: np.ndarray) -> float:
    """The part of all time in which nobody serves a queue."""
    plan = outcome.service.plan
    lasts = np.diff(np.append(plan.mode_at, plan.until))
    return float(lasts[~served[plan.mode_of]].sum() / plan.until)


def _without_people(outcome: Outcome) -> Iterator[str]:
    names = outcome.service.names
    for id, expected in zip(names.pathways, outcome.service.plan.expected[:, -1], strict=True):
        if not expected:
            yield f"{names.file.pathways[id].label}: nobody comes, as is assumed."


def _without_end(outcome: Outcome) -> Iterator[str]:
    tally, names = outcome.tallies, outcome.service.names
    for n, id in enumerate(names.pathways):
        ended = sum(tally.ends[:, m, 0].sum() for m, (of, _) in enumerate(names.ends) if of == id)
        if tally.received[:, n].any() and not ended and not tally.gave_up[:, n].any():
            way = names.file.pathways[id].label
            yield f"{way}: nobody comes to an end in this time. Do steps lead back to each other, and no answer out?"


def _warnings(found: dict[str, Any]) -> Iterator[str]:
    for queue in found["queues"].values():
        if queue["nobody_there_share"] >= 1:
            yield f"{queue['label']}: nobody is ever there, so whoever needs them waits for ever."
        elif queue["nobody_there_share"] > 0:
            yield f"{queue['label']}: for {queue['nobody_there_share']:.0%} of the time nobody is there."
        if queue["passed_a_day_in"] > 0:
            when = queue["passed_a_day_after_days"]
            yield (
                f"{queue['label']}: in {queue['passed_a_day_in']:.0%} of the runs whoever was next had waited for more "
                f"than a day, for the first time after {when:.0f} days on average."
            )
    for unit in found["resources"].values():
        used = unit["used"]["mean"]
        if used is not None and used > BUSY:
            yield f"{unit['label']}: used {used:.0%} of the time that is there; queues grow or nearly do."
    for clock in found["clocks"].values():
        kept = clock["kept"]["mean"]
        if kept is not None and kept < KEPT:
            yield f"{clock['label']}: kept for {kept:.0%}, not for 95 in 100."
