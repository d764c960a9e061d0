"""Forecasts as pages say them: named, in words, as a picture and a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vanguard.clock import LONDON
from vanguard.directory.models import Organisation, PlaceOfCare
from vanguard.learn.ahead.pictures import CONFIG, SCHEMA, Spec
from vanguard.learn.simulate.forecast import ADMISSIONS, ALL, ATTENDANCES, BEDS, REFERRALS, Ahead

TITLES = {
    REFERRALS: "Referrals",
    ATTENDANCES: "People who come to emergency departments",
    ADMISSIONS: "Admissions to hospital",
    BEDS: "Beds taken in hospital",
}
FOR = {"hub": (REFERRALS, ATTENDANCES), "hospital": (ATTENDANCES, ADMISSIONS, BEDS)}
UNITS = {REFERRALS: "referrals", ATTENDANCES: "people", ADMISSIONS: "people", BEDS: "beds"}
BLUE, PALE, INK = "#005eb8", "#b3cfe9", "#212b32"


@dataclass(frozen=True)
class Window:
    """One stretch of time of one series. `words` say when, `said` what; empty where it is withdrawn."""

    one: Ahead
    words: str
    said: str
    between_80: str
    between_95: str
    record: str


@dataclass(frozen=True)
class Told:
    """One series: `windows`, those of them that are `shown`, and a picture of these where there are two or more."""

    series: str
    title: str
    windows: tuple[Window, ...]
    spec: Spec | None

    @property
    def shown(self) -> tuple[Window, ...]:
        return tuple(one for one in self.windows if one.one.shown)

    @property
    def withdrawn(self) -> dict[str, list[str]]:
        """By why, the times of the windows that are not shown."""
        found: dict[str, list[str]] = {}
        for window in self.windows:
            if not window.one.shown:
                found.setdefault(window.one.why, []).append(window.words)
        return found


def told(found: Sequence[Ahead], whom: str) -> list[Told]:
    """What the hub or the hospital is told: each series of all places together, also those that nobody can forecast."""
    return [_told(series, [one for one in found if one.series == series and one.place == ALL]) for series in FOR[whom]]


def _told(series: str, found: list[Ahead]) -> Told:
    windows = tuple(_window(one) for one in found)
    shown = [one for one in windows if one.one.shown]
    return Told(series, TITLES[series], windows, _picture(series, shown) if len(shown) > 1 else None)


def _window(one: Ahead) -> Window:
    low, high = one.between(0.8)
    lowest, highest = one.between(0.95)
    when, unit = window_words(one), UNITS[one.series]
    verb = "taken" if one.series == BEDS else "expected"
    said = f"{when}: about {one.middle:,.0f} {unit} {verb}; with 80 in 100 between {low:,.0f} and {high:,.0f}."
    record = one.record
    kept = "None has come true yet."
    if record.forecasts and record.crps is not None and record.naive_crps is not None:
        kept = (
            f"{record.forecasts} came true: off by {record.crps:.1f} (looking back: {record.naive_crps:.1f}); "
            f"{record.within_80:.0%} within 80 in 100, {record.within_95:.0%} within 95."
        )
    return Window(one, when, said, f"{low:,.0f} to {high:,.0f}", f"{lowest:,.0f} to {highest:,.0f}", kept)


def window_words(one: Ahead) -> str:
    """When, as somebody reads it: the next 6 hours, Sunday to Tuesday, the night of Monday."""
    begins, ends = one.begins.astimezone(LONDON), one.ends.astimezone(LONDON)
    by_day = begins.hour == 0 and ends.minute == 0 and (one.ends - one.begins).total_seconds() / 3600 != one.hours
    if one.series == BEDS:
        return f"On the night of {ends:%A %-d %B}" if by_day else f"At {ends:%H:%M} on {ends:%A %-d %B}"
    if by_day:
        first, last = f"{begins:%A %-d %B}", f"{ends:%A %-d %B}"
        return f"On {first}" if first == last else f"From {first} to {last}"
    days = f" ({one.hours // 24} days)" if one.hours > 24 else ""
    return f"In the {one.hours} hours{days} from {begins:%H:%M} on {begins:%A %-d %B}"


def _picture(series: str, shown: list[Window]) -> Spec:
    """Where 80 and 95 in 100 lie, and the middle, by how far ahead."""
    rows: list[Mapping[str, Any]] = []
    for one in shown:
        (low, high), (lowest, highest) = one.one.between(0.8), one.one.between(0.95)
        hours = one.one.hours
        ahead = f"{hours} hours" if hours <= 24 else f"{hours // 24} days"
        rows.append(
            {"ahead": ahead, "low": low, "high": high, "lowest": lowest, "highest": highest, "middle": one.one.middle}
        )
    what = "Beds taken" if series == BEDS else f"How many {UNITS[series]}"
    x: Spec = {"field": "ahead", "type": "ordinal", "sort": None, "title": "How far ahead", "axis": {"labelAngle": 0}}

    def bar(low: str, high: str, colour: str, size: int) -> Spec:
        y = {"field": low, "type": "quantitative", "title": what}
        return {"mark": {"type": "bar", "color": colour, "size": size}, "encoding": {"y": y, "y2": {"field": high}}}

    middle = {"field": "middle", "type": "quantitative", "title": what}
    return {
        "$schema": SCHEMA,
        "width": 480,
        "height": 220,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": "white",
        "data": {"values": rows},
        "encoding": {"x": x},
        "layer": [
            bar("lowest", "highest", PALE, 22),
            bar("low", "high", BLUE, 14),
            {"mark": {"type": "tick", "color": INK, "thickness": 3, "size": 30}, "encoding": {"y": middle}},
        ],
        "config": CONFIG,
    }


def place_names(codes: Sequence[str]) -> dict[str, str]:
    """What places are called; where the directory does not know one, that its code stands for it."""
    names = {code: f"Emergency department with the code {code}" for code in codes}
    for known in (Organisation, PlaceOfCare):
        names |= dict(known.objects.filter(code__in=codes).values_list("code", "name"))
    return names
