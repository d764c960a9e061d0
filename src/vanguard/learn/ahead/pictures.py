"""Vega-Lite descriptions of what may come, and their tables."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
INK, GRID = "#212b32", "#e8edee"
# Told apart by dashes too, so that nobody needs the colours.
LINES = (
    ("#005eb8", []),
    ("#d5281b", [8, 3]),
    ("#007f3b", [2, 2]),
    ("#330072", [10, 3, 2, 3]),
    ("#ae2573", [5, 5]),
    ("#8a5b00", [1, 4]),
    ("#212b32", [14, 4]),
)
DAYS = "['Mon','Tue','Wed','Thu','Fri','Sat','Sun']"
Spec = dict[str, Any]


def week(series: Mapping[str, Sequence[float | None]], title: str, *, percent: bool) -> Spec:
    """Lines over the 168 hours of a week, one for each scenario."""
    rows = [
        {"hour": hour, "scenario": name, "value": value}
        for name, values in series.items()
        for hour, value in enumerate(values)
        if value is not None
    ]
    names = list(series)
    style = [LINES[n % len(LINES)] for n in range(len(names))]
    axis = {"values": list(range(0, 168, 24)), "labelExpr": f"{DAYS}[floor(datum.value / 24)]", "labelAlign": "left"}
    legend = {
        "title": None,
        "orient": "top",
        "columns": 1,
        "labelLimit": 400,
        "symbolType": "stroke",
        "symbolSize": 300,
    }
    return {
        "$schema": SCHEMA,
        "width": 560,
        "height": 260,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": "white",
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 1.75, "interpolate": "step-after"},
        "encoding": {
            "x": {"field": "hour", "type": "quantitative", "title": None, "axis": axis, "scale": {"domain": [0, 168]}},
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": title,
                "axis": {"format": ".0%"} if percent else {},
                "scale": {"zero": not percent},
            },
            "color": {
                "field": "scenario",
                "type": "nominal",
                "scale": {"domain": names, "range": [colour for colour, _ in style]},
                "legend": legend,
            },
            "strokeDash": {
                "field": "scenario",
                "type": "nominal",
                "scale": {"domain": names, "range": [dash or [1, 0] for _, dash in style]},
                "legend": legend,
            },
        },
        "config": CONFIG,
    }


def over_years(series: Mapping[str, Sequence[Mapping[str, Any]]]) -> Spec:
    """A line for each future, with the band that holds 95 in 100 runs; rows have `year`, mean, low and high."""
    rows = [
        {"year": row["year"], "way": name, "mean": row["mean"], "low": row["low"], "high": row["high"]}
        for name, of in series.items()
        for row in of
    ]
    style = [LINES[n % len(LINES)] for n in range(len(series))]
    legend = {"title": None, "orient": "top", "columns": 1, "symbolType": "stroke", "symbolSize": 300}
    colour = {
        "field": "way",
        "type": "nominal",
        "scale": {"domain": list(series), "range": [colour for colour, _ in style]},
        "legend": legend,
    }
    dash = {**colour, "scale": {"domain": list(series), "range": [dash or [1, 0] for _, dash in style]}}
    x = {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}}
    low = {"field": "low", "type": "quantitative", "title": None, "scale": {"zero": False}, "axis": {"format": ",~s"}}
    band = {"mark": {"type": "area", "opacity": 0.2}, "encoding": {"y": low, "y2": {"field": "high"}}}
    line = {
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {"y": {**low, "field": "mean"}, "strokeDash": dash},
    }
    return _picture(rows, 260, {"x": x, "color": colour}, [band, line])


def bars(parts: Sequence[tuple[str, Mapping[str, float]]]) -> Spec:
    """A bar for each change, with what 95 in 100 runs lie between, in millions of pounds."""
    rows = [{"change": label, **{part: row[part] / 1e6 for part in ("mean", "low", "high")}} for label, row in parts]
    change = {
        "field": "change",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 150, "labelExpr": "split(datum.label, ', ')"},
    }
    mean = {"field": "mean", "type": "quantitative", "title": "Millions of pounds"}
    bar = {"mark": {"type": "bar", "color": "#005eb8", "size": 18}, "encoding": {"x": mean}}
    rule = {
        "mark": {"type": "rule", "strokeWidth": 2, "color": INK},
        "encoding": {"x": {**mean, "field": "low"}, "x2": {"field": "high"}},
    }
    return _picture(rows, 46 * len(rows), {"y": change}, [bar, rule])


def points(rows: Mapping[str, Mapping[str, float | None]], title: str) -> Spec:
    """A line for each row with a mark for each name, told apart by shape too; of 100."""
    names = list(next(iter(rows.values())))
    values = [
        {"row": row, "name": name, "value": value}
        for row, marks in rows.items()
        for name, value in marks.items()
        if value is not None
    ]
    legend = {"title": None, "orient": "top", "columns": 1}
    scale = {"domain": names, "range": [colour for colour, _ in LINES[: len(names)]]}
    shapes = {"domain": names, "range": ["circle", "cross", "diamond"][: len(names)]}
    row = {"field": "row", "type": "nominal", "sort": None, "title": None}
    encoding = {
        "x": {
            "field": "value",
            "type": "quantitative",
            "title": title,
            "axis": {"format": ".0%"},
            "scale": {"domain": [0, 1]},
        },
        "y": {**row, "axis": {"labelLimit": 150, "labelExpr": "split(datum.label, ', ')", "grid": True}},
        "color": {"field": "name", "type": "nominal", "scale": scale, "legend": legend},
        "shape": {"field": "name", "type": "nominal", "scale": shapes, "legend": legend},
    }
    mark = {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 0.9}}
    return _picture(values, 46 * len(rows), encoding, [mark])


def _picture(rows: Sequence[Mapping[str, Any]], height: int, encoding: Spec, layer: Sequence[Spec]) -> Spec:
    return {
        "$schema": SCHEMA,
        "width": 560,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": "white",
        "data": {"values": rows},
        "encoding": encoding,
        "layer": layer,
        "config": CONFIG,
    }


CONFIG: Spec = {
    "font": "Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": GRID},
    "legend": {"labelFontSize": 12},
}


def inert(spec: Spec) -> Markup:
    """JSON that cannot end the element it stands in."""
    return Markup(json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704
