"""Where a milestone lies in a chart of time: bars, points, months and what waits for what, in units of the drawing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vanguard.programme.days import months_after

WIDTH, LABELS, ROW, TOP, EDGE = 1000, 300, 28, 30, 20
LONGEST = 44
MOST_TICKS = 12


@dataclass(frozen=True)
class Span:
    """A milestone in time; `starts` is None for what is a point. `number` names it to `waits`."""

    number: int
    name: str
    href: str
    starts: date | None
    ends: date
    colour: str


@dataclass(frozen=True)
class Bar:
    """A milestone as drawn. A point has no width."""

    name: str
    href: str
    x: float
    y: float
    width: float
    colour: str


@dataclass(frozen=True)
class Chart:
    """The whole drawing. `ticks` are (x, day); `links` are (x, y, x, y) from what is awaited to what waits."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, date], ...]
    links: tuple[tuple[float, float, float, float], ...]
    today: float | None


def chart(spans: Sequence[Span], waits: Iterable[tuple[int, int]], today: date) -> Chart | None:
    """The drawing of the spans, in their order; None where there are none. `waits` are (who waits, for whom)."""
    if not spans:
        return None
    first = min(one.starts or one.ends for one in spans).replace(day=1)
    last = max(months_after(max(one.ends for one in spans).replace(day=1), 1), months_after(first, 1))

    def across(day: date) -> float:
        return round(LABELS + (day - first).days / (last - first).days * (WIDTH - LABELS - EDGE), 1)

    bars = {
        one.number: Bar(
            one.name if len(one.name) <= LONGEST else f"{one.name[: LONGEST - 1].rstrip()}…",
            one.href,
            across(one.starts or one.ends),
            TOP + row * ROW,
            round(max(across(one.ends) - across(one.starts), 4), 1) if one.starts else 0,
            one.colour,
        )
        for row, one in enumerate(spans)
    }
    links = tuple(
        (bars[other].x + bars[other].width, bars[other].y + ROW / 2, bars[one].x, bars[one].y + ROW / 2)
        for one, other in waits
        if one in bars and other in bars
    )
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((one for one in (1, 3, 6, 12) if months / one <= MOST_TICKS), -(-months // MOST_TICKS))
    ticks = tuple((across(day), day) for day in (months_after(first, one) for one in range(0, months, step)))
    shown = across(today) if first <= today <= last else None
    return Chart(WIDTH, TOP + len(spans) * ROW, tuple(bars.values()), ticks, links, shown)
