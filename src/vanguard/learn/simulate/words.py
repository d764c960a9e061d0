"""What was found, in words."""

from collections.abc import Iterator
from typing import Any

from vanguard.learn.simulate.comparing import breaking_words, time_words
from vanguard.learn.simulate.simulation import Simulation


def words(simulation: Simulation) -> str:
    """What a manager wants to know first, a line for each thing."""
    return "\n".join(_lines(simulation.found))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['days']} days, run {found['replications']} times."
    yield "Promises"
    for clock in found["clocks"].values():
        if clock["kept"]["mean"] is not None:
            most = clock["nineteen_of_twenty_within_minutes"]
            by = f"; 95 in 100 within {time_words(most)}" if most is not None else ""
            yield f"  {clock['label']}: kept for {_percent(clock['kept'])}{by}."
    yield "Waits"
    for step in found["steps"].values():
        if step["begun"]["mean"]:
            wait, long = step["wait_minutes"]["mean"], step["waited_over_an_hour"]["mean"]
            yield f"  {step['label']}: {time_words(wait)} on average; {long:.1%} wait for over an hour."
    yield "Staff and beds"
    for unit in found["resources"].values():
        if unit["used"]["mean"] is not None:
            yield (
                f"  {unit['label']}: in use {_percent(unit['used'])} of the time; nobody free "
                f"{unit['nobody_free']['mean'] or 0:.1%} of it. Most on {unit['busiest_hour']}: "
                f"{unit['in_use_then']:.1f}."
            )
    yield "Where people come to"
    for end in found["ends"].values():
        if end["people"]["mean"]:
            days = end["days_since_received"]["mean"]
            yield f"  {end['label']}: {end['people']['mean']:,.0f} people, {days:.1f} days after the referral."
    yield from (("What does not fit", *(f"  {one}" for one in found["warnings"])) if found["warnings"] else ())
    yield breaking_words(found["breaks_first"])


def _percent(share: dict[str, float | None]) -> str:
    low, high = share["low"], share["high"]
    between = f" ({low:.1%} to {high:.1%})" if low is not None and high is not None else ""
    return f"{share['mean']:.1%}{between}"
