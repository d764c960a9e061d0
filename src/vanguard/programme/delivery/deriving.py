"""The rules of `status` and the ratings as the database works them out, for lists of any length. What they say is the
same: a test compares them over made-up milestones and benefits."""

from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.db.models.lookups import LessThan, LessThanOrEqual

from vanguard.programme.delivery.models import Risk, Wait
from vanguard.programme.delivery.status import AMBER, BLUE, EXTREME, GREEN, HIGH, RED, SILENCE, SILENT, SLIP
from vanguard.programme.tables.day_numbers import FirstDay, LastDay, over, to_come

RATED = F("likelihood") * F("impact")
RESIDUAL = F("residual_likelihood") * F("residual_impact")
LEVELS = {"extreme": "Extreme", "high": "High", "moderate": "Moderate", "low": "Low"}
LEVEL_TAGS = {"extreme": "red", "high": "orange", "moderate": "yellow", "low": "green"}
MODERATE = 4


def by_rules(today: date) -> Any:
    """What the rules say of a milestone, whatever was set by hand."""
    slip = LastDay("forecast") - LastDay("due")
    open_risks = Risk.objects.filter(milestone=OuterRef("pk"), closed="").alias(rated=RESIDUAL)
    return Case(
        When(~Q(done=""), then=Value(BLUE)),
        When(over("reported", today - SILENCE), then=Value(SILENT)),
        When(over("due", today), then=Value(RED)),
        When(_less(SLIP.days, slip), then=Value(RED)),
        When(Exists(open_risks.filter(rated__gte=EXTREME)), then=Value(RED)),
        When(_less(0, slip), then=Value(AMBER)),
        When(Exists(open_risks.filter(rated__gte=HIGH)), then=Value(AMBER)),
        When(Exists(_late(today)), then=Value(AMBER)),
        default=Value(GREEN),
    )


def status(today: date) -> Any:
    """The status of a milestone that counts: what was set by hand while it is in force, else what the rules say."""
    in_force = ~Q(override="") & Q(done="") & ~to_come("override_on", today) & ~over("override_until", today)
    return Case(When(in_force, then=F("override")), default=by_rules(today))


def benefit(today: date) -> Any:
    """How far a benefit is, as `progress` says it."""
    way = _share(F("latest") - F("baseline"), F("forecast") - F("baseline"))
    begun = FirstDay("baseline_on")
    line = _share(LastDay("latest_on") - begun, LastDay("forecast_on") - begun)
    return Case(
        When(latest=None, then=Value(SILENT)),
        When(_less(1, way, or_same=True), then=Value(BLUE)),
        When(over("forecast_on", today), then=Value(RED)),
        When(_less(way, 0, or_same=True), then=Value(RED)),
        When(_less(way, Least(Greatest(line, Value(0.0)), Value(1.0))), then=Value(AMBER)),
        default=Value(GREEN),
    )


def rated(_today: date) -> Any:
    """A risk before anything is done against it: likelihood times impact."""
    return RATED


def residual(_today: date) -> Any:
    """The same after what is done against it."""
    return RESIDUAL


def level(_today: date) -> Any:
    """In which band of the matrix the residual rating lies."""
    bands = (("extreme", EXTREME), ("high", HIGH), ("moderate", MODERATE))
    return Case(
        *(When(_less(least, RESIDUAL, or_same=True), then=Value(name)) for name, least in bands), default=Value("low")
    )


def _late(today: date) -> Any:
    """What a milestone waits for and is overdue, or comes later than it is due."""
    waits = Wait.objects.filter(milestone=OuterRef("pk"))
    found = Q(pk__in=())
    for name, days in (("for_milestone", ("forecast", "due")), ("for_dependency", ("due",))):
        ends = _first_known(LastDay, name, days)
        begins = _first_known(FirstDay, name, days)
        late = _less(ends, today.toordinal()) | _less(LastDay("milestone__due"), begins)
        found |= Q(**{f"{name}__done": ""}) & late
    return waits.filter(found)


def _first_known(day: Any, name: str, days: tuple[str, ...]) -> Any:
    told = [day(f"{name}__{one}") for one in days]
    return Coalesce(*told) if len(told) > 1 else told[0]


def _share(part: Any, whole: Any) -> Any:
    return Cast(part, FloatField()) / Cast(whole, FloatField())


def _less(one: Any, other: Any, *, or_same: bool = False) -> Q:
    """Whether one is less than the other; unknown, and so no, where either is."""
    sides = [side if hasattr(side, "resolve_expression") else Value(side) for side in (one, other)]
    return Q((LessThanOrEqual if or_same else LessThan)(*sides))
