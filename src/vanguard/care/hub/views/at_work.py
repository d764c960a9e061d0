"""Demand beside staff: one day of the week, hour by hour, as a table, a picture and the rows behind each number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from vanguard.access import Given, pseudonym
from vanguard.care import roster
from vanguard.care.hub.numbers import since

# The address of the rows behind a number of staff, beside those of the tables of referrals.
STAFF = "staff"
HOURS = tuple(f"{one:02}" for one in range(24))
BLUE, PALE, INK = "#005eb8", "#aeb7bd", "#212b32"
CAME, FEW = "Referrals", "Fewer than 8 referrals"
# How high a bar is drawn whose number may not be told: the middle of 1 to 7.
MIDDLE = 4


@dataclass(frozen=True)
class Hour:
    """One hour of the day: how many referrals came (None: too few to say), and how many of each pool were on shift.

    Nothing of the latter is said where the hour has not passed since the rota began.
    """

    hour: str
    referrals: int | None
    on_shift: Mapping[str, float]
    counted: bool

    @property
    def together(self) -> float | None:
        return sum(self.on_shift.values()) if self.counted else None


def pools_of(staffing: roster.Staffing) -> dict[str, str]:
    """The pools from which somebody was on shift, with their words."""
    worked = {pool for _, _, pool in staffing.worked}
    return {id_: words for id_, words in roster.pool_words().items() if id_ in worked}


def hours_of(day: str, given: Given, now: datetime) -> tuple[tuple[Hour, ...], roster.Staffing]:
    """The hours of a day of the week, and the staffing from which they come."""
    staffing = roster.staffing(since(now), now)
    known = pools_of(staffing)
    lines = (
        Hour(
            hour,
            given.groups[day, hour],
            {pool: staffing.on_shift((day, hour, pool)) for pool in known},
            (day, hour) in staffing.hours,
        )
        for hour in HOURS
    )
    return tuple(lines), staffing


def lines(day: str, hours: tuple[Hour, ...], *, may_open: bool) -> list[dict[str, Any]]:
    """What the table shows of staff: a number of each pool, with the address of its rows."""

    def cell(one: Hour, pool: str, number: float) -> dict[str, Any]:
        query = urlencode([("of", each) for each in (day, one.hour, pool)])
        href = f"{reverse('numbers-behind', args=[STAFF])}?{query}" if number and may_open else ""
        return {"words": f"{number:.1f}" if one.counted else "-", "href": href}

    return [
        {
            "staff": [cell(one, pool, number) for pool, number in one.on_shift.items()],
            "together": "-" if one.together is None else f"{one.together:.1f}",
        }
        for one in hours
    ]


def behind(group: tuple[str, ...], now: datetime) -> dict[str, Any]:
    """The rows behind one number of staff, without names, and how they come to it. Raises Http404 where it is none."""
    staffing = roster.staffing(since(now), now)
    known = pools_of(staffing)
    if (
        len(group) != 3
        or group[2] not in known
        or not (worked := staffing.worked.get(of := (group[0], group[1], group[2])))
    ):
        raise Http404
    rows = sorted(
        (pseudonym(settings.PLACE, f"professional {one.professional}", "referral numbers"), round(one.minutes))
        for one in worked
    )
    return {
        "rows": rows,
        "pool": known[of[2]],
        "minutes": sum(minutes for _, minutes in rows),
        "hours": staffing.hours[of[:2]],
        "on_shift": f"{staffing.on_shift(of):.1f}",
    }


def picture(hours: tuple[Hour, ...], day: str) -> dict[str, Any]:
    """Bars of referrals and, with an axis of its own, a line of how many were on shift."""
    data = [
        {
            "hour": one.hour,
            "came": MIDDLE if one.referrals is None else one.referrals,
            "kind": FEW if one.referrals is None else CAME,
            "staff": None if one.together is None else round(one.together, 1),
        }
        for one in hours
    ]
    x = {
        "field": "hour",
        "type": "ordinal",
        "axis": {"title": f"{day}, from this hour on", "labelAngle": 0, "labelOverlap": True},
    }

    def y(field: str, title: str, side: str) -> dict[str, Any]:
        axis = {"title": title, "orient": side, "grid": side == "left", "tickMinStep": 1, "format": "d"}
        return {"field": field, "type": "quantitative", "axis": axis, "scale": {"zero": True}}

    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": [CAME, FEW], "range": [BLUE, PALE]},
        "legend": {"title": None, "orient": "top"},
    }
    came: dict[str, Any] = {
        "mark": {"type": "bar"},
        "encoding": {"x": x, "y": y("came", "Referrals", "left"), "color": colour},
    }
    staff = {
        "mark": {"type": "line", "color": INK, "strokeWidth": 2, "interpolate": "step"},
        "encoding": {"x": x, "y": y("staff", "On shift, on average", "right")},
    }
    # An axis of nothing has no ends.
    known = any(one["staff"] is not None for one in data)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": 520,
        "height": 220,
        "data": {"values": data},
        "layer": [came, staff] if known else [came],
        "resolve": {"scale": {"y": "independent"}},
        "config": {
            "font": "Frutiger W01, Arial, sans-serif",
            "axis": {"labelFontSize": 14, "titleFontSize": 14},
            "legend": {"labelFontSize": 14},
        },
    }
