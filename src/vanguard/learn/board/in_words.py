"""Whom and what a measure counts, in words made from its structure."""

from collections.abc import Mapping
from typing import Any

from vanguard.blueprint import Blueprint, Events, FollowedBy, Measure, Per, Span
from vanguard.lake import Lake
from vanguard.learn.board.points import Point, latest, names

BY = {
    "practice": "practice",
    "locality": "locality",
    "deprivation": "how deprived the area is",
    "age_band": "age",
    "sex": "sex",
}
OUT_OF = {
    "person_years": "years of registration",
    "people": "people",
    "events": "events that could count",
    "all_counted": "events that could count",
}
BETTER = {"up": "Higher is better.", "down": "Lower is better.", "neither": "Neither way is better."}


def unit_words(measure: Measure) -> str:
    """What a figure of the measure is of, to stand after it: per 1,000 people a year, of 100; nothing for a count."""
    per, what = measure.per, measure.sum.what if measure.sum else ""
    pounds = what == "cost_pence" and per is not None
    said = "pounds" if pounds else {"nights": "nights", "cost_pence": "pence"}.get(what, "")
    if per is None:
        return said
    # Pence over a hundred are pounds.
    number = per.number * (100 if pounds else 1)
    if per.of in ("person_years", "people"):
        of = "per person" if number == 1 else f"per {number:,g} people"
        return " ".join(filter(None, (said, of, "a year" if per.of == "person_years" else "")))
    return " ".join(filter(None, (said, "each" if number == 1 and said else f"of {number:,g}")))


def about_words(blueprint: Blueprint, measure: Measure) -> list[tuple[str, str]]:
    """(what, in words) that every reader asks for."""
    said = [("How often", f"Once a {measure.interval}"), ("Which way", BETTER[measure.direction])]
    said.append(("Target", _target(measure)))
    if measure.standardise:
        to = {"place": "the whole place", "european_standard_population": "the European standard population of 2013"}
        by = " and ".join(measure.standardise.by)
        said.append(("Made comparable", f"By {by}, {measure.standardise.method}ly, to {to[measure.standardise.to]}"))
    said.append(("Whom it leaves out", "People who want their data used for their own care alone"))
    source = blueprint.sources.get(measure.source.cites)
    title = source.title if source else measure.source.cites.replace("_", " ").capitalize()
    said.append(("Where it comes from", f"{title}{f'. {measure.source.at}' if measure.source.at else ''}"))
    return said


def exact_words(blueprint: Blueprint, measure: Measure) -> list[tuple[str, str]]:
    """(what, in words) of whom and what is counted, as the blueprint has it."""
    chosen = measure.count or measure.sum
    assert chosen is not None
    what = f"The {measure.sum.what.replace('_', ' ')} of events" if measure.sum else "Events"
    said = [("What is counted", what + _choice(chosen))]
    if measure.followed_by:
        said.append(("Only those", _followed(measure.followed_by)))
    if measure.per:
        said.append(("Out of each", _per(measure.per)))
    return [*said, ("Defined in", f"{blueprint.label}, version {blueprint.version}")]


def parts_words(lake: Lake, by: str, parts: Mapping[str, tuple[Point, ...]]) -> list[dict[str, Any]]:
    """Each part with its latest value, by its name."""
    found = names(lake, by) if by else {}
    rows = [{"part": part, "name": found.get(part, part), "latest": latest(points)} for part, points in parts.items()]
    return sorted(rows, key=lambda row: str(row["name"]))


def _choice(chosen: Events | Per) -> str:
    said = []
    if chosen.where is not None:
        said.append(f"where {chosen.where.text}")
    if chosen.codes is not None:
        said.append(f"with a code of the set {chosen.codes}")
    if chosen.whom is not None:
        said.append(f"of people with {chosen.whom.text} at the end of the month before")
    if chosen.cohort is not None:
        said.append(f"of people then in the cohort {chosen.cohort}")
    return f" {', '.join(said)}" if said else ""


def _followed(after: FollowedBy) -> str:
    within = f"{after.within.days} days" if isinstance(after.within, Span) else str(after.within)
    word = "not followed" if after.never else "followed"
    return f"{word} within {within} of their {after.after} by another event of the same person{_choice(after)}"


def _per(per: Per) -> str:
    of = {
        "person_years": "years that people were registered",
        "people": "people registered on the last day",
        "events": "events",
        "all_counted": "of all that was counted, followed or not",
    }[per.of]
    return f"{per.number:,.0f} {of}{_choice(per)}"


def _target(measure: Measure) -> str:
    if measure.target is None:
        return "None"
    by = f" by {measure.target.by.day} {measure.target.by:%B %Y}" if measure.target.by else ""
    return f"{measure.target.value:g}{by}"
