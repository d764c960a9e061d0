"""Two pictures of the years as SVG: who is where, and which change does what."""

from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
BLUE, ORANGE, GREY = "#005eb8", "#b35300", "#4c6272"
FONT = {"font": "Arial", "axis": {"labelFontSize": 12, "titleFontSize": 12}}
Spec = dict[str, Any]


def who_is_where(found: dict[str, Any]) -> Spec:
    """A small chart for each place of care: who is there on an average night, if nothing is done and with the plan."""
    named = {"do_nothing": "If nothing is done"} | ({found["future"]: "With the plan"} if found["future"] else {})
    rows = [
        {**row, "way": named[way]}
        for way, of in found["found"].items()
        if way in named
        for row in of
        if row["what"] == "there"
    ]
    colour = {
        "field": "way",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(named.values()), "range": [ORANGE, BLUE][: len(named)]},
    }
    year = {"field": "year", "type": "ordinal", "title": None}
    dash = {"field": "way", "type": "nominal", "legend": None}
    return {
        "$schema": SCHEMA,
        "title": "People there on an average night",
        "data": {"values": rows},
        "config": FONT,
        "facet": {"field": "label", "type": "nominal", "title": None},
        "columns": 2,
        "resolve": {"scale": {"y": "independent"}},
        "spec": {
            "width": 300,
            "height": 160,
            "layer": [
                {
                    "mark": {"type": "area", "opacity": 0.2},
                    "encoding": {
                        "x": year,
                        "y": {"field": "low", "type": "quantitative", "title": None, "scale": {"zero": False}},
                        "y2": {"field": "high"},
                        "color": colour,
                    },
                },
                {
                    "mark": {"type": "line"},
                    "encoding": {
                        "x": year,
                        "y": {"field": "mean", "type": "quantitative"},
                        "color": colour,
                        "strokeDash": dash,
                    },
                },
            ],
        },
    }


def which_does_what(found: dict[str, Any]) -> Spec:
    """Bars of what each change adds to the cost of the last year, with their intervals."""
    last = found["first_year"] + found["years"] - 1
    rows = [
        {**row, **{part: row[part] / 1e6 for part in ("mean", "low", "high")}}
        for row in found["causes"]
        if row["what"] == "pounds" and row["id"] == "all" and row["year"] == last
    ]
    order = [row["change_label"] for row in rows]
    change = {"field": "change_label", "type": "nominal", "sort": order, "title": None, "axis": {"labelLimit": 400}}
    return {
        "$schema": SCHEMA,
        "title": f"What each change adds to the cost of {last}, in millions of pounds",
        "data": {"values": rows},
        "config": FONT,
        "width": 500,
        "height": {"step": 30},
        "layer": [
            {
                "mark": {"type": "bar", "color": GREY},
                "encoding": {"y": change, "x": {"field": "mean", "type": "quantitative", "title": None}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"y": change, "x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}},
            },
        ],
    }


def svg(spec: Spec) -> str:
    """A picture from its description."""
    # It takes a moment to load, which nobody else of this room should wait for.
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec))
