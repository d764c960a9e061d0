"""Several scenarios side by side: what is kept of each, the table of all, and what differs in words."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vanguard.learn.simulate.breaking import GROWTH
from vanguard.learn.simulate.findings import WEEKDAYS, id_of
from vanguard.learn.simulate.intervals import interval
from vanguard.learn.simulate.simulation import Simulation

AS_THEY_STAND = "As assumed"
HOURS = 168
LEAST_SHARE = 0.01
LEAST_DAYS = 1.0
LEAST_WAITING = 1.0
MOST_GROWTH = GROWTH[-1]
Found = Mapping[str, Any]
"""What `summary` gives."""


@dataclass(frozen=True)
class Line:
    """One thing in every scenario: for each, by its name, what is said of it; empty where there is nothing to say."""

    label: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Section:
    """Lines of one kind, and how they are read."""

    title: str
    how: str
    lines: tuple[Line, ...]


def summary(simulation: Simulation) -> dict[str, Any]:
    """What a page keeps of a simulation, as JSON: all that was found, and the week: who waits and which promises are
    kept, each a mean, a low and a high for 168 hours from Monday at midnight (None where nothing was)."""
    return simulation.found | {"week": {"waiting": dict(_waiting(simulation)), "kept": dict(_kept(simulation))}}


def _waiting(simulation: Simulation) -> Iterator[tuple[str, Any]]:
    tally, names = simulation.outcome.tallies, simulation.outcome.service.names
    ticks = np.maximum(tally.ticks, 1)
    for n, queue in enumerate(names.queues):
        yield queue.id, {"label": names.label(queue), **_by_hour(tally.queue_week[:, n] / ticks)}


def _kept(simulation: Simulation) -> Iterator[tuple[str, Any]]:
    outcome = simulation.outcome
    for n, (way, clock) in enumerate(outcome.service.names.clocks):
        settled, kept = outcome.tallies.clock_week[:, n, :, 0], outcome.tallies.clock_week[:, n, :, 1]
        share = np.divide(kept, settled, out=np.full(kept.shape, np.nan), where=settled > 0)
        yield id_of(outcome, way, clock.id), {"label": clock.label, **_by_hour(share)}


def _by_hour(values: np.ndarray) -> dict[str, list[float | None]]:
    hours = [interval(values[:, hour]) for hour in range(HOURS)]
    return {
        name: [None if at[name] is None else round(at[name] or 0.0, 4) for at in hours]
        for name in ("mean", "low", "high")
    }


def compared(results: Mapping[str, Found]) -> tuple[Section, ...]:
    """The table of several scenarios, by name; the first is what the others are held beside."""
    return (
        _section(
            "Promises kept",
            "Of 100 people; in brackets between what it lies with a confidence of 95%",
            "clocks",
            results,
            lambda one: _percent(one["kept"]),
        ),
        _section(
            "Time that is enough for 95 in 100",
            "From where the promise counts",
            "clocks",
            results,
            lambda one: time_words(one["nineteen_of_twenty_within_minutes"]),
        ),
        _section(
            "People waiting at once",
            "On average, and at the worst hour of the week",
            "queues",
            results,
            lambda one: f"{_few(one['waiting']['mean'])}; {_few(one['waiting_then'])} on {one['longest_at']}",
        ),
        _section(
            "Staff and beds in use", "Of the time for which they are there", "resources", results,
            lambda one: _percent(one["used"]),
        ),
        _section(
            "Days from the referral", "On average, for those who come to this end", "ends", results,
            lambda one: _spread(one["days_since_received"]),
        ),
    )  # fmt: skip


def _section(title: str, how: str, kind: str, results: Mapping[str, Found], say: Any) -> Section:
    labels = {id: one["label"] for found in results.values() for id, one in found[kind].items()}
    lines = (
        Line(label, {name: say(found[kind][id]) if id in found[kind] else "" for name, found in results.items()})
        for id, label in labels.items()
    )
    return Section(title, how, tuple(line for line in lines if any(line.cells.values())))


def in_words(found: Found) -> list[str]:
    """One scenario by itself: the promises that do not hold, what does not fit, and what breaks first."""
    tried = [one["kept"]["mean"] for one in found["clocks"].values() if one["kept"]["mean"] is not None]
    held, untried = sum(kept >= 0.95 for kept in tried), len(found["clocks"]) - len(tried)
    others = f"; {untried} {'ends' if untried == 1 else 'end'} for nobody" if untried else ""
    said = [f"{held} of {len(tried)} promises are kept for 95 in 100 or more{others}."] if tried else []
    said += [warning for warning in found["warnings"] if "nobody is there" not in warning]
    return [*said, breaking_words(found["breaks_first"])]


def beside(base: Found, other: Found) -> list[str]:
    """What another scenario changes, in words: only what its interval and that of `base` both leave no doubt of."""
    said = []
    for id, one in other["clocks"].items():
        before = base["clocks"].get(id, one)["kept"]
        if _apart(before, one["kept"], LEAST_SHARE):
            more = "more" if one["kept"]["mean"] > before["mean"] else "less"
            change = f"{before['mean']:.0%} to {one['kept']['mean']:.0%}"
            said.append(f"{one['label']} is kept {more} often: from {change}.")
    for id, one in other["ends"].items():
        days, before = one["days_since_received"], base["ends"].get(id, one)["days_since_received"]
        if _apart(before, days, LEAST_DAYS):
            later = "later" if days["mean"] > before["mean"] else "sooner"
            difference = abs(days["mean"] - before["mean"])
            said.append(f"{one['label']} comes {difference:.0f} days {later}: after {days['mean']:.0f} days.")
    for id, one in other["queues"].items():
        waiting, before = one["waiting"], base["queues"].get(id, one)["waiting"]
        if _apart(before, waiting, LEAST_WAITING):
            more = "More" if waiting["mean"] > before["mean"] else "Fewer"
            change = f"{_few(waiting['mean'])} at once, not {_few(before['mean'])}"
            said.append(f"{more} wait for: {one['label'][:1].lower()}{one['label'][1:]} ({change}).")
    news = [one for one in other["warnings"] if one not in base["warnings"] and "not for 95 in 100" not in one]
    said += news or ([] if said else ["No promise, wait or end differs by more than chance explains."])
    return [*said, breaking_words(other["breaks_first"])]


def breaking_words(first: Mapping[str, Any]) -> str:
    """What breaks first as more people come."""
    if first.get("looked_until") == 0:
        return "Nobody comes, so no promise is put to the test."
    if first["growth"] is None and (until := first.get("looked_until", MOST_GROWTH)) < MOST_GROWTH:
        more = f"with {until - 1:.0%} more people" if until > 1 else "as things are"
        return f"Every promise is kept for 95 in 100 {more}; there was no time to look further."
    if first["growth"] is None:
        return "With three times as many people every promise is still kept for 95 in 100."
    most = f"; most used then: {first['most_used']['label'][:1].lower()}{first['most_used']['label'][1:]}"
    kept = " and ".join(f"{first.get('labels', {}).get(id, id)} ({share:.0%})" for id, share in first["clocks"].items())
    if first["growth"] == 1:
        return f"As things are, this is not kept for 95 in 100: {kept}{most}."
    return f"With {first['growth'] - 1:.0%} more people the first promise breaks: {kept}{most}."


def _apart(before: Found, after: Found, least: float) -> bool:
    """Whether two intervals do not touch, and their means differ by so much."""
    ends = (before["low"], before["high"], after["low"], after["high"])
    if before["mean"] is None or after["mean"] is None or any(end is None for end in ends):
        return False
    clear: bool = after["low"] > before["high"] or after["high"] < before["low"]
    return clear and bool(abs(after["mean"] - before["mean"]) >= least)


def time_words(minutes: float | None) -> str:
    """A time in minutes, hours or days; empty where nobody knows."""
    if minutes is None:
        return ""
    if minutes < 120:
        return f"{minutes:.0f} minutes"
    return f"{minutes / 60:.1f} hours" if minutes < 2880 else f"{minutes / 1440:.1f} days"


def hour_words(hour: int) -> str:
    """An hour of the week as a table says it."""
    return f"{WEEKDAYS[hour // 24]} {hour % 24:02}:00"


def _percent(share: Found) -> str:
    if share["mean"] is None:
        return ""
    low, high = share["low"], share["high"]
    if low is None or high is None or (math.isclose(low, high) and math.isclose(low, share["mean"])):
        return f"{share['mean']:.1%}"
    return (
        f"{share['mean']:.1%} ({max(low, 0):.1%} to {min(high, 1):.1%})"
        if share["mean"] <= 1
        else f"{share['mean']:.0%}"
    )


def _spread(days: Found) -> str:
    if days["mean"] is None:
        return ""
    between = "" if days["low"] is None else f" ({days['low']:.1f} to {days['high']:.1f})"
    return f"{days['mean']:.1f}{between}"


def _few(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}" if number >= 0.05 else "0"
