"""A page of small multiples that stands alone: charts, tables and the chart library in one file, nothing fetched."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vanguard.errors import BadInput
from vanguard.learn.measure.spc.pictures import MEANINGS, Icon, Spec, assurance_icon, chart, rows, variation_icon
from vanguard.learn.measure.spc.readings import UNUSUAL, Reading, figure, readings
from vanguard.learn.measure.spc.series_file import Series
from vanguard.learn.measure.spc.xmr import Points

LIBRARIES = ("vega.min.js", "vega-lite.min.js", "vega-embed.min.js")
DRAW = """
(async () => {
  for (const spec of document.querySelectorAll("script.spec")) {
    await vegaEmbed(spec.previousElementSibling, JSON.parse(spec.textContent),
      {actions: false, renderer: "svg", ast: true});
  }
  document.documentElement.dataset.drawn = "yes";
})();
"""
SHAPES = {
    "circle": '<circle cx="8" cy="8" r="6"/>',
    "triangle-up": '<path d="M8 1l7 13H1z"/>',
    "diamond": '<path d="M8 0l7 8-7 8-7-8z"/>',
    "square": '<path d="M2 2h12v12H2z"/>',
}


@dataclass(frozen=True)
class Card:
    """One series on the page."""

    reading: Reading
    icons: tuple[Icon, ...]
    reasons: tuple[str, ...]
    rows: list[Spec]
    spec: Markup | None


def write_page(series: Series, points: Points, page: Path, *, title: str, direction: str) -> None:
    """Write the page, whole or not at all. Raises BadInput where the chart library has not been built."""
    scripts = [Markup(script) for script in (*_libraries(), DRAW)]  # noqa: S704 - our own, locked
    environment = Environment(
        loader=PackageLoader("vanguard.learn.measure.spc", "."), autoescape=True, undefined=StrictUndefined
    )
    text = environment.get_template("page.html.jinja").render(
        title=title,
        hashes=" ".join(_hash(script) for script in scripts),
        scripts=scripts,
        cards=[_card(series, points, reading) for reading in readings(series, points, direction=direction)],
        meanings=MEANINGS,
        shapes={name: Markup(drawn) for name, drawn in SHAPES.items()},  # noqa: S704
        unusual=UNUSUAL,
        figure=figure,
    )
    beside = page.with_name(f".{page.name}.{os.getpid()}.part")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(page)
    finally:
        beside.unlink(missing_ok=True)


def _card(series: Series, points: Points, reading: Reading) -> Card:
    data = rows(series, points, reading)
    rebased = [place for place in range(reading.rows.start, reading.rows.stop) if series.rebased[place]]
    return Card(
        reading=reading,
        icons=tuple(icon for icon in (variation_icon(reading), assurance_icon(reading)) if icon),
        reasons=tuple(
            f"New mean and limits from {series.periods[place].as_py()}"
            + (f": {reason}." if (reason := series.reasons[place].as_py()) else ".")
            for place in rebased
            if place > reading.rows.start
        ),
        rows=data,
        spec=None if reading.value is None else _inert(chart(data, title=reading.name)),
    )


def _inert(spec: dict[str, Any]) -> Markup:
    """JSON that cannot end the element it stands in."""
    return Markup(json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704


def _libraries() -> list[str]:
    built = files("vanguard") / "web" / "static" / "built"
    try:
        return [(built / name).read_text("utf-8") for name in LIBRARIES]
    except FileNotFoundError as problem:
        raise BadInput(
            "The chart library is not here.", where=str(built), do="Run scripts/build-assets.sh, or leave out --charts."
        ) from problem


def _hash(script: str) -> str:
    """What the page's own policy allows to run: these scripts and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
