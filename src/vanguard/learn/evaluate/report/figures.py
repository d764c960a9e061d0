"""Figures of an evaluation as Vega-Lite descriptions, and as SVG for a page that fetches nothing."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import vl_convert

from vanguard.learn.evaluate.finding import Table

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
VERSION = "6.4"
INK, BLUE, GREY, PALE = "#212b32", "#005eb8", "#4c6272", "#aeb7bd"
Spec = dict[str, Any]
CONFIG: Spec = {
    "font": "Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": "#e8edee",
        "domainColor": PALE,
    },
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "orient": "top", "title": None},
}


def svg(spec: Spec) -> str:
    """The drawing of a description."""
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VERSION)
    return drawn


def course(table: Table, *, start: date, unit: Sequence[str]) -> Spec:
    """What was seen and what would have been expected in each period, with its interval; a line where it began."""
    rows = rows_of(table)
    legend = {"domain": ["seen", "expected without the change"], "range": [BLUE, INK]}
    layers: list[Spec] = []
    if any(row.get("low") is not None for row in rows):
        layers.append(
            {
                "mark": {"type": "area", "color": PALE, "opacity": 0.5},
                "encoding": {"x": _time(), "y": _y("low", unit), "y2": {"field": "high"}},
            }
        )
    for name, field, dash in (("seen", "observed", []), ("expected without the change", "expected", [6, 4])):
        layers.append(
            {
                "transform": [{"calculate": f"'{name}'", "as": "line"}],
                "mark": {"type": "line", "strokeDash": dash, "strokeWidth": 1.75},
                "encoding": {
                    "x": _time(),
                    "y": _y(field, unit),
                    "color": {"field": "line", "type": "nominal", "scale": legend, "legend": {"title": None}},
                },
            }
        )
    when = {"year": start.year, "month": start.month, "date": start.day}
    layers.append(line_at({"x": {"datum": when, "type": "temporal"}}, dash=[2, 3]))
    return whole({"data": {"values": rows}, "layer": layers}, height=240)


def lines(table: Table, *, x: str, y: str, unit: str, x_title: str, low: str | None = None) -> Spec:
    """Points with their intervals along an axis of numbers, and a line at no effect."""
    across = {"field": x, "type": "quantitative", "title": x_title}
    layers = [line_at({"y": {"datum": 0}})]
    if low:
        ends = {"x": across, "y": _y(low, unit), "y2": {"field": "high"}}
        layers.append({"mark": {"type": "rule", "color": PALE}, "encoding": ends})
    point = {"type": "point", "filled": True, "color": BLUE, "size": 25}
    layers.append({"mark": point, "encoding": {"x": across, "y": _y(y, unit)}})
    return whole({"data": {"values": rows_of(table)}, "layer": layers}, height=200)


def forest(rows: Sequence[Mapping[str, Any]], *, unit: str) -> Spec:
    """An effect with its interval in each row, named at the left: `label`, `effect`, `low`, `high`."""
    names = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 360, "grid": True},
    }
    layers: list[Spec] = [
        line_at({"x": {"datum": 0}}),
        {
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
            "encoding": {
                "y": names,
                "x": {"field": "low", "type": "quantitative", "title": unit},
                "x2": {"field": "high"},
            },
        },
        {
            "mark": {"type": "point", "filled": True, "color": BLUE, "size": 45, "opacity": 1},
            "encoding": {"y": names, "x": {"field": "effect", "type": "quantitative"}},
        },
    ]
    # Six decimals: further ones differ with the machine and its threads, and so would the drawing.
    values = [{name: _cell(value) for name, value in row.items()} for row in rows]
    return whole({"data": {"values": values}, "layer": layers}, height={"step": 19})


def line_at(encoding: Spec, *, dash: Sequence[int] = ()) -> Spec:
    """One line across or down the figure: with data of its own, or it would be drawn once for each row. Other layers
    have their own axes, as one that it shared would cut it into points."""
    # The axis says where it is: nobody need hear of it twice.
    mark = {"type": "rule", "color": GREY, "strokeDash": list(dash), "aria": False}
    return {"data": {"values": [{}]}, "mark": mark, "encoding": encoding}


def whole(spec: Spec, *, height: Any) -> Spec:
    return {"$schema": SCHEMA, "config": CONFIG, "background": "white", "width": 560, "height": height, **spec}


def rows_of(table: Table) -> list[dict[str, Any]]:
    """A table's columns as rows; what is no number is left out."""
    names = list(table)
    return [
        {name: _cell(value) for name, value in zip(names, row, strict=True)}
        for row in zip(*(table[name] for name in names), strict=True)
    ]


def _cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | bool) or value is None:
        return value
    number = float(value)
    return round(number, 6) if number == number and abs(number) != float("inf") else None


def _time() -> Spec:
    return {
        "field": "period",
        "type": "temporal",
        "title": None,
        "axis": {"format": "%b %Y", "labelAngle": 0, "tickCount": 8},
    }


def _y(field: str, unit: str | Sequence[str]) -> Spec:
    title = unit if isinstance(unit, str) else list(unit)
    return {"field": field, "type": "quantitative", "title": title, "scale": {"zero": False}}
