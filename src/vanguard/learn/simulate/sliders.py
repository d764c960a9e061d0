"""Sliders of a blueprint: where they stand under a scenario, and the assumptions when they have been moved."""

from collections.abc import Mapping
from dataclasses import dataclass

from vanguard.blueprint import Assumptions, Blueprint, Slider
from vanguard.errors import BadInput
from vanguard.lake.condition import nearest

UNITS = {"arrivals": "a year", "share_from": "in 100", "staff": "at once", "beds": "beds"}


@dataclass(frozen=True)
class Standing:
    """One slider and where it stands: `low` to `high` hold `value`, also where a scenario goes beyond the range."""

    id: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    value: float


def sliders_of(blueprint: Blueprint, scenario: str | None = None) -> tuple[Standing, ...]:
    """Every slider of a blueprint under a scenario, in the order of its file."""
    assumed = blueprint.simulate.under(scenario)
    found = []
    for id, slider in blueprint.simulate.sliders.items():
        value = _value(assumed, slider)
        low, high = min(slider.low, value), max(slider.high, value)
        found.append(Standing(id, slider.label, UNITS[slider.kind], low, high, slider.step, value))
    return tuple(found)


def within_reach(blueprint: Blueprint, scenario: str | None, values: Mapping[str, float]) -> dict[str, float]:
    """The values that differ from where sliders stand. Raises BadInput for no slider, or a value beyond its ends."""
    standing = {one.id: one for one in sliders_of(blueprint, scenario)}
    moved = {}
    for id, value in values.items():
        if id not in standing:
            do = nearest(id, standing, otherwise=f"There are {', '.join(standing) or 'none'}.")
            raise BadInput(f"There is no slider {id}.", where="simulate.yaml", do=do)
        one = standing[id]
        if not one.low <= value <= one.high:
            what = f"{one.label}: {value:g} is not from {one.low:g} to {one.high:g}."
            raise BadInput(what, where="simulate.yaml", do="Give a number between them.")
        if value != one.value:
            moved[id] = value
    return moved


def moved(assumed: Assumptions, sliders: Mapping[str, Slider], values: Mapping[str, float]) -> Assumptions:
    """The assumptions with sliders at other values; nothing else changes."""
    for id, value in values.items():
        assumed = _moved(assumed, sliders[id], value)
    return assumed


def _value(assumed: Assumptions, slider: Slider) -> float:
    if slider.arrivals is not None:
        return assumed.arrivals[slider.arrivals].per_year or 0.0
    if slider.staff is not None:
        staffed = assumed.staff[slider.staff]
        return staffed.number if staffed.number is not None else max(staffed.calendars.values())
    if slider.beds is not None:
        return float(assumed.beds[slider.beds].number or 0)
    [(pathway, origin)] = slider.share_from.items()
    return round(100 * (assumed.arrivals[pathway].origins or {}).get(origin, 0.0), 6)


def _moved(assumed: Assumptions, slider: Slider, value: float) -> Assumptions:
    if slider.arrivals is not None:
        at = assumed.arrivals[slider.arrivals]
        return _with(assumed, "arrivals", slider.arrivals, at.model_copy(update={"per_year": value}))
    if slider.beds is not None:
        beds = assumed.beds[slider.beds]
        return _with(assumed, "beds", slider.beds, beds.model_copy(update={"number": round(value)}))
    if slider.staff is not None:
        staffed, before = assumed.staff[slider.staff], _value(assumed, slider)
        # Who is fewer at some hours, or has one skill only, stays so in the same proportion.
        times = value / before if before else 0.0
        update = {
            "number": None if staffed.number is None else value,
            "calendars": {id: times * number for id, number in staffed.calendars.items()},
            "skills": {id: times * number for id, number in staffed.skills.items()},
        }
        return _with(assumed, "staff", slider.staff, staffed.model_copy(update=update))
    [(pathway, origin)] = slider.share_from.items()
    arrivals = assumed.arrivals[pathway]
    shares = dict(arrivals.origins or {})
    rest = 1 - shares[origin]
    others = {id: share / rest if rest else 1 / (len(shares) - 1) for id, share in shares.items() if id != origin}
    shares = {id: value / 100 if id == origin else (1 - value / 100) * others[id] for id in shares}
    return _with(assumed, "arrivals", pathway, arrivals.model_copy(update={"origins": shares}))


def _with(assumed: Assumptions, kind: str, id: str, one: object) -> Assumptions:
    return assumed.model_copy(update={kind: {**getattr(assumed, kind), id: one}})
