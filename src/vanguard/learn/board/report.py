"""The monthly report: one page to send or print that says what changed, what is unusual and what is only noise.

It holds nothing that the public scorecard might not: counts under 8 apart, others rounded.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from vanguard.blueprint import Blueprint
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.board.cards import Card, card
from vanguard.learn.board.in_words import unit_words
from vanguard.learn.board.points import Point, given, period, whole_place
from vanguard.learn.measure.spc import MEANINGS, SHAPES, figure

NEW, STILL, OVER = "changed this month", "still unusual", "as usual again"
NOISE, NONE = "only noise", "without a number"
HEADINGS = {
    NEW: ("What changed", "These became unusual this month. Something has happened: ask what."),
    STILL: ("Still unusual", "These were unusual before and are still. Is what was done about them enough?"),
    OVER: ("As usual again", "These were unusual the time before and no longer are."),
    NOISE: ("Only noise", "These moved within their usual limits. Do not ask why they went up or down."),
    NONE: ("Without a number", "These could not be shown, and this is why."),
}


@dataclass(frozen=True)
class Told:
    """One measure in the report: its card at the end of the month, and how it moved since the time before."""

    card: Card
    moved: str


def write_report(lake: Lake, blueprints: Iterable[Blueprint], month: date, out: Path) -> tuple[Path, dict[str, int]]:
    """Write the report of the month that begins on `month` into the folder `out`; returns the page and how many
    measures each of its parts has. Raises BadInput for a month of which nothing is known."""
    end = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    parts: dict[str, list[Told]] = {kind: [] for kind in HEADINGS}
    known: date | None = None
    for blueprint in blueprints:
        for id, points in given(blueprint, whole_place(lake, blueprint)).items():
            known = max([*(one.end for one in points), *([known] if known else [])], default=None)
            kind, told = _told(blueprint, id, [one for one in points if one.end <= end])
            parts[kind].append(told)
    if known is None or known < end:
        last = f"The last day that is known is {known.day} {known:%B %Y}." if known else "Run vanguard measure first."
        raise BadInput(f"Nothing is known yet of the whole of {month:%B %Y}.", where="--month", do=last)
    out.mkdir(parents=True, exist_ok=True)
    page = out / f"measures-{month:%Y-%m}.html"
    environment = Environment(
        loader=PackageLoader("vanguard.learn.board", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    text = environment.get_template("report.html.jinja").render(
        month=f"{month:%B %Y}",
        parts=[(HEADINGS[kind], some, kind) for kind, some in parts.items() if some],
        short=_short(parts),
        meanings=MEANINGS,
        shapes=SHAPES,
        only_noise=NOISE,
        no_number=NONE,
    )
    beside = page.with_name(f".{page.name}.{os.getpid()}.part")
    beside.write_text(text, "utf-8")
    beside.replace(page)
    return page, {kind: len(some) for kind, some in parts.items()}


def _told(blueprint: Blueprint, id: str, points: list[Point]) -> tuple[str, Told]:
    measure = blueprint.measures[id]
    unit = unit_words(measure)
    now = card(id, measure, points, unit=unit)
    told = [one for one in points if one.value is not None]
    if now.variation is None or not told:
        return NONE, Told(now, "")
    before = card(id, measure, points[: points.index(told[-1])])
    if now.variation == "common":
        kind = OVER if before.variation not in (None, "common") else NOISE
    else:
        kind = STILL if before.variation == now.variation else NEW
    return kind, Told(now, _moved(measure.interval, told, unit))


def _moved(interval: str, told: list[Point], unit: str) -> str:
    shown = [f"{figure(one.value or 0)}{unit and f' {unit}'} in {period(interval, one.start)}" for one in told[-2:]]
    if len(shown) == 1:
        return f"{shown[0]}."
    before, last = (one.value or 0 for one in told[-2:])
    way = "the same as" if last == before else "up from" if last > before else "down from"
    earlier = f"{figure(before)} in {period(interval, told[-2].start)}"
    return f"{shown[1]}, {way} {earlier}."


def _short(parts: dict[str, list[Told]]) -> str:
    """The report in two sentences."""
    shown = sum(len(some) for kind, some in parts.items() if kind != NONE)
    new = [told.card.measure.label for told in parts[NEW]]
    if not shown:
        return "No measure has enough points yet to say anything."
    changed = f"None of {shown} measures changed this month by more than chance explains."
    if new:
        changed = f"{len(new)} of {shown} measures changed this month: {', '.join(new)}."
    still = len(parts[STILL])
    rest = f"the other {shown - len(new) - still} moved within what is usual."
    return f"{changed} {still or 'None'} {'is' if still == 1 else 'are'} still unusual; {rest}"
