"""Charts as Vega-Lite descriptions, and icons: colour never alone, each meaning has a shape too.

Blue is better, orange worse, purple changed where neither way is better, grey as usual: the colours' meanings are those
of Making Data Count, the shades are darker so that they can be told from white, the icons are our own.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vanguard.learn.measure.spc.funnel import Funnel
from vanguard.learn.measure.spc.readings import Reading, kind
from vanguard.learn.measure.spc.series_file import Series
from vanguard.learn.measure.spc.xmr import RULES, Points

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
GREY, BLUE, ORANGE, PURPLE, INK = "#4c6272", "#005eb8", "#b35300", "#6b2fa0", "#212b32"
MEANINGS = {
    "as usual": (GREY, "circle"),
    "better": (BLUE, "triangle-up"),
    "worse": (ORANGE, "diamond"),
    "changed": (PURPLE, "square"),
}
LABELS = 12
"""About so many periods are named below a chart."""

Spec = dict[str, Any]


@dataclass(frozen=True)
class Icon:
    """A round picture of 32 units, drawn in one colour, and what it says."""

    says: str
    colour: str
    path: str


_RING = "M16 2a14 14 0 1 1 0 28a14 14 0 1 1 0-28z"
_NOISE = "M7 18l3-5 4 7 4-8 4 6 3-3"
_UP = "M16 24V9M10 15l6-6 6 6"
_DOWN = "M16 8v15M10 17l6 6 6-6"
_TICK = "M9 17l5 5 9-11"
_CROSS = "M10 10l12 12M22 10L10 22"
_QUERY = "M12 13a4 4 0 1 1 6 3.5c-1.5 1-2 1.5-2 3.5M16 24v.5"

ASSURANCE = {
    "meets": Icon("Meets its target", BLUE, _RING + _TICK),
    "misses": Icon("Misses its target", ORANGE, _RING + _CROSS),
    "either": Icon("Meets or misses by chance", GREY, _RING + _QUERY),
}


def variation_icon(reading: Reading) -> Icon | None:
    """What the latest point is; none without limits."""
    if reading.variation is None:
        return None
    if reading.variation == "common":
        return Icon("As usual", GREY, _RING + _NOISE)
    way, path = ("Higher", _UP) if reading.higher else ("Lower", _DOWN)
    meaning = {"better": ", better", "worse": ", worse", "changed": ""}[reading.variation]
    return Icon(way + meaning, MEANINGS[reading.variation][0], _RING + path)


def assurance_icon(reading: Reading) -> Icon | None:
    """Whether the target is within reach; none where nothing can be said."""
    return ASSURANCE[reading.assurance] if reading.assurance else None


def rows(series: Series, points: Points, reading: Reading) -> list[Spec]:
    """One series, a row a point: what the chart draws and the table beside it says."""
    cut = reading.rows
    group = np.cumsum(series.rebased[cut])
    columns: dict[str, list[Any]] = {
        name: pa.array(column[cut], from_pandas=True).to_pylist()
        for name, column in {
            "value": series.values,
            "mean": points.mean,
            "lower": points.lower,
            "upper": points.upper,
            "target": series.targets,
        }.items()
    }
    columns |= {
        "period": series.periods[cut].to_pylist(),
        "group": group.tolist(),
        "rule": [RULES[rule] for rule in points.rule[cut]],
        "meaning": [_meaning(kind(int(side), reading.direction)) for side in points.side[cut]],
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def chart(data: list[Spec], *, title: str, width: int = 520, height: int = 200) -> Spec:
    """An XmR, T or G chart: points, mean, dashed limits and the target, a new line for each rebased group."""
    shown = [row["period"] for row in data][:: max(1, -(-len(data) // LABELS))]
    x = {
        "field": "period",
        "type": "ordinal",
        "sort": None,
        "axis": {"title": None, "values": shown, "labelAngle": -45, "grid": False},
    }

    def line(field: str, colour: str, **mark: Any) -> Spec:
        y = {"field": field, "type": "quantitative", "title": None, "scale": {"zero": False}}
        encoding: Spec = {"x": x, "y": y}
        if field not in ("value", "target"):
            encoding["detail"] = {"field": "group"}
        return {"mark": {"type": "line", "color": colour, **mark}, "encoding": encoding}

    lines = {
        "target": line("target", PURPLE, strokeDash=[2, 3]),
        "upper": line("upper", GREY, strokeDash=[6, 4]),
        "lower": line("lower", GREY, strokeDash=[6, 4]),
        "mean": line("mean", INK),
        "value": line("value", GREY, strokeWidth=1.5),
    }
    layers = [
        *(drawn for name, drawn in lines.items() if any(row[name] is not None for row in data)),
        {
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
            "encoding": {
                "x": x,
                "y": {"field": "value", "type": "quantitative"},
                **_meaning_encoding(),
                "tooltip": [
                    {"field": name, "type": "nominal" if name in ("period", "meaning") else "quantitative"}
                    for name in ("period", "value", "mean", "lower", "upper", "target", "meaning")
                ],
            },
        },
    ]
    return _drawn(data, title, width, height, layers)


def funnel_chart(found: Funnel, names: list[str], sizes: list[float], *, title: str) -> Spec:
    """A funnel: one point a site, its size across, its figure up, with both pairs of limits."""
    data: list[Spec] = [
        {
            "site": name,
            "size": size,
            "value": float(found.value[place]),
            "centre": found.centre,
            "lower": float(found.lower[place]),
            "upper": float(found.upper[place]),
            "outer_lower": float(found.outer_lower[place]),
            "outer_upper": float(found.outer_upper[place]),
            "meaning": "changed" if abs(int(found.beyond[place])) == 2 else "as usual",
        }
        for place, (name, size) in enumerate(zip(names, sizes, strict=True))
        if size > 0
    ]
    x: Spec = {"field": "size", "type": "quantitative", "title": "Size"}
    # Sites of one size: an axis of no length would be told in millionths, and limits would be lines of no length.
    alike = len({one["size"] for one in data}) == 1
    if alike:
        x["scale"] = {"domain": [0, 2 * data[0]["size"]]}

    def line(field: str, **mark: Any) -> Spec:
        y = {"field": field, "type": "quantitative", "title": None, "scale": {"zero": False}}
        across = {} if alike else {"x": x}
        return {"mark": {"type": "rule" if alike else "line", "color": GREY, **mark}, "encoding": {**across, "y": y}}

    layers = [
        line("centre", strokeDash=[1, 0]),
        *(line(name, strokeDash=[6, 4]) for name in ("lower", "upper")),
        *(line(name) for name in ("outer_lower", "outer_upper")),
        {
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
            "encoding": {
                "x": x,
                "y": {"field": "value", "type": "quantitative"},
                **_meaning_encoding(),
                "tooltip": [
                    {"field": "site", "type": "nominal"},
                    {"field": "size", "type": "quantitative"},
                    {"field": "value", "type": "quantitative"},
                ],
            },
        },
    ]
    return _drawn(data, title, 520, 320, layers)


def _meaning(kind_of_point: str) -> str:
    return "as usual" if kind_of_point == "common" else kind_of_point


def _meaning_encoding() -> Spec:
    domain = list(MEANINGS)
    colours, shapes = zip(*MEANINGS.values(), strict=True)
    field = {"field": "meaning", "type": "nominal", "legend": None}
    return {
        "color": {**field, "scale": {"domain": domain, "range": list(colours)}},
        "shape": {**field, "scale": {"domain": domain, "range": list(shapes)}},
    }


def _drawn(data: list[Spec], title: str, width: int, height: int, layers: list[Spec]) -> Spec:
    return {
        "$schema": SCHEMA,
        "description": title,
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": data},
        "layer": layers,
        "config": {
            "font": "arial, sans-serif",
            "view": {"stroke": None},
            "axis": {"labelColor": INK, "gridColor": "#d8dde0", "labelFontSize": 12},
            # The element that holds the chart says what it is, and the table what is in it.
            "aria": False,
            "mark": {"aria": False},
        },
    }
