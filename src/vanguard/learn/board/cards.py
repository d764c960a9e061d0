"""What a page says of one measure: its reading in words, its icons, its small chart and its table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from vanguard.learn.board.points import Point, period
from vanguard.learn.measure.spc import (
    Figures,
    Icon,
    Reading,
    SmallChart,
    assurance_icon,
    make_series,
    readings,
    rows,
    small_chart,
    variation_icon,
    xmr,
)

# What a board is read for comes first.
ORDER = {"worse": 0, "changed": 1, "better": 2, "common": 3, None: 4}
NOTHING = "Nothing of this kind has been told yet, so there is no number."


class Aim(Protocol):
    """What a measure should reach."""

    @property
    def value(self) -> float: ...


class Rebase(Protocol):
    """From when a chart has a new mean, and why."""

    @property
    def start(self) -> date: ...
    @property
    def because(self) -> str: ...


class Measured(Protocol):
    """As much of a measure as a card says: a blueprint's own, or one that a place published."""

    @property
    def label(self) -> str: ...
    @property
    def definition(self) -> str: ...
    @property
    def interval(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def target(self) -> Aim | None: ...
    @property
    def rebased(self) -> Sequence[Rebase]: ...


@dataclass(frozen=True)
class Light:
    """One light of the public scorecard: its colour has a word and a shape too."""

    colour: str
    says: str


GREEN = Light("green", "Good")
AMBER = Light("amber", "Watch")
RED = Light("red", "Act")
STEADY = Light("steady", "Steady")
NO_LIGHT = Light("grey", "Cannot say")


@dataclass(frozen=True)
class Card:
    """One measure with its points. `table` has a row a point, the newest first; `spec_rows` are what a chart draws.
    `words` are the sentence without its figure, for where the figure already stands."""

    id: str
    measure: Measured
    reading: Reading | None
    icons: tuple[Icon, ...]
    small: SmallChart | None
    spec_rows: list[dict[str, Any]]
    table: tuple[dict[str, Any], ...]
    sentence: str
    words: str
    rebased: tuple[str, ...]
    unit: str

    @property
    def variation(self) -> str | None:
        return self.reading.variation if self.reading and self.reading.enough else None

    @property
    def light(self) -> Light:
        """Red for what misses its target or has become worse, green for what meets it or has become better, amber for a
        target met by chance; none of them without a target where nothing changed."""
        reading = self.reading
        if reading is None or self.variation is None:
            return NO_LIGHT
        if self.measure.direction == "neither":
            return STEADY
        if reading.assurance == "misses" or reading.variation == "worse":
            return RED
        if reading.assurance == "meets" or reading.variation == "better":
            return GREEN
        return AMBER if reading.assurance else STEADY


def card(
    id: str, measure: Measured, points: Sequence[Point], *, name: str = "", unit: str = "", standardised: bool = False
) -> Card:
    """The card of one series of points, `unit` being what a figure is of; with `standardised`, of these values."""
    values = [one.standardised if standardised else one.value for one in points]
    target = measure.target.value if measure.target else None
    series = make_series(
        [
            Figures(
                name=name or measure.label,
                direction=measure.direction,
                periods=[period(measure.interval, one.start) for one in points],
                starts=[one.start for one in points],
                values=values,
                target=None if standardised else target,
                rebased=[(one.start, one.because) for one in measure.rebased],
            )
        ]
    )
    limits = xmr(series.values, series.first)
    reading = next(readings(series, limits), None)
    drawn = [_possible(row) for row in rows(series, limits, reading)] if reading else []
    icons = (variation_icon(reading), assurance_icon(reading)) if reading and reading.value is not None else ()
    return Card(
        id=id,
        measure=measure,
        reading=reading,
        icons=tuple(icon for icon in icons if icon),
        small=small_chart(drawn) if drawn else None,
        spec_rows=drawn,
        table=tuple({**row, "point": point} for row, point in reversed(tuple(zip(drawn, points, strict=True)))),
        sentence=_sentence(reading, points, reading.in_units(unit) if reading else ""),
        words=_sentence(reading, points, reading.words[:1].upper() + reading.words[1:] if reading else ""),
        rebased=tuple(
            f"New mean and limits from {one.start.day} {one.start:%B %Y}: {one.because}" for one in measure.rebased
        ),
        unit=unit,
    )


def _possible(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its lower limit at what a measure can be: none of them is ever below nought."""
    return row if row["lower"] is None else row | {"lower": max(0.0, row["lower"])}


def in_order(cards: Sequence[Card]) -> list[Card]:
    """Worse first, then changed, better, as usual, and what has no number."""
    return sorted(cards, key=lambda one: (ORDER[one.variation], one.measure.label))


def _sentence(reading: Reading | None, points: Sequence[Point], said: str) -> str:
    if not points or reading is None:
        return NOTHING
    if reading.value is None:
        return Counter(one.reason or NOTHING for one in points).most_common(1)[0][0]
    newest = points[-1]
    later = f" {newest.reason}" if newest.value is None and newest.reason else ""
    return said + (f" Nothing later is shown.{later}" if later else "")
