"""The picture of contacts: how many in each of the last 24 months, by setting, as bars drawn here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vanguard.know.record.pages.timeline import COLOURED
from vanguard.web import presenters as say

MONTHS = 24
WIDTH, HEIGHT, GAP = 960, 120, 2
ORDER = ("primary_care", "community", "social_care", "emergency_department", "inpatient", "other")


@dataclass(frozen=True)
class Bar:
    """One coloured piece of a month's bar, in the picture's own units."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Row:
    """One month of the table beside the picture: counts in the order of the picture's settings."""

    month: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Picture:
    """Bars, what to write below them, and the same numbers as a table. `settings`: id, words, contacts."""

    bars: tuple[Bar, ...]
    first: str
    middle: str
    last: str
    most: int
    settings: tuple[tuple[str, str, int], ...]
    rows: tuple[Row, ...]
    sentence: str
    width: int = WIDTH
    height: int = HEIGHT


def picture(entries: Sequence[Mapping[str, Any]], today: date) -> Picture:
    """Contacts (Encounters) that began in the 24 calendar months up to today's, this one included."""
    last = today.year * 12 + today.month - 1
    months = list(range(last - MONTHS + 1, last + 1))
    counts: Counter[tuple[int, str]] = Counter()
    for entry in entries:
        if entry.get("kind") == "Encounter" and entry.get("date"):
            month = int(entry["date"][:4]) * 12 + int(entry["date"][5:7]) - 1
            if months[0] <= month <= last:
                setting = entry.get("setting", "")
                counts[month, setting if setting in COLOURED else "other"] += 1
    total = {setting: sum(counts[month, setting] for month in months) for setting in ORDER}
    shown = [setting for setting in ORDER if total[setting]]
    highest = max([sum(counts[month, setting] for setting in shown) for month in months] + [1])
    step, unit = WIDTH / MONTHS, HEIGHT / highest
    bars = []
    for place, month in enumerate(months):
        y = float(HEIGHT)
        for setting in shown:
            tall = counts[month, setting] * unit
            if tall:
                y -= tall
                x = GAP + place * step
                bars.append(Bar(round(x, 1), round(y, 1), round(step - 2 * GAP, 1), round(tall, 1), setting))
    return Picture(
        bars=tuple(bars),
        first=say.month(_first_day(months[0])),
        middle=say.month(_first_day(months[MONTHS // 2])),
        last=say.month(_first_day(last)),
        most=highest,
        settings=tuple((setting, _words(setting), total[setting]) for setting in shown),
        rows=tuple(
            Row(say.month(_first_day(month)), tuple(counts[month, setting] for setting in shown))
            for month in reversed(months)
        ),
        sentence=_sentence(total, shown, months),
    )


def _sentence(total: Mapping[str, int], shown: Sequence[str], months: Sequence[int]) -> str:
    number = sum(total.values())
    if not number:
        return f"No contacts since {say.month(_first_day(months[0]))}."
    parts = "; ".join(f"{_words(setting)} {say.count(total[setting])}" for setting in shown)
    return f"{say.things(number, 'contact').capitalize()} since {say.month(_first_day(months[0]))}: {parts}."


def _words(setting: str) -> str:
    return "Other" if setting == "other" else say.setting(setting)


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
