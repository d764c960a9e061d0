"""Figures of a matched cohort: rates month by month, time to the first event, and how alike the two groups are."""

from collections.abc import Mapping, Sequence
from typing import Any

from vanguard.learn.evaluate.finding import Table
from vanguard.learn.evaluate.matched.balance import MOST
from vanguard.learn.evaluate.report.figures import BLUE, GREY, INK, PALE, Spec, line_at, rows_of, whole

GROUPS = {"domain": ["received it", "others like them"], "range": [BLUE, INK]}


def of_persons(tables: Mapping[str, Table], unit: Sequence[str], outcome: str) -> dict[str, tuple[str, Spec]]:
    """Each figure by name, with what it shows. `unit` is what people call the outcome, which `outcome` is the id of,
    and its unit."""
    found = {
        "course": (
            "The rate month by month of those who received it and of others like them, with the interval of the "
            "difference; before the line nobody had received anything.",
            _course(tables["course"], unit),
        ),
        "survival": (
            "How many in 100 had not had one yet, by days since the start, with 95% intervals.",
            _survival(tables["survival"]),
        ),
    }
    if tables["balance"]["column"]:
        says = (
            "How much those who received it and the others differed beforehand, before and after matching, in standard "
            f"deviations; left of the line at {MOST:g} counts as alike."
        )
        found["balance"] = (says, _love(tables["balance"], outcome, unit[0]))
    return found


def _course(table: Table, unit: Sequence[str]) -> Spec:
    rows = rows_of(table)
    across = {"field": "period", "type": "quantitative", "title": "Months since receiving it"}
    layers: list[Spec] = [
        {
            "mark": {"type": "area", "color": PALE, "opacity": 0.5},
            "encoding": {"x": across, "y": _y("low", unit), "y2": {"field": "high"}},
        }
    ]
    for name, field in zip(GROUPS["domain"], ("observed", "expected"), strict=True):
        layers.append(
            {
                "transform": [{"calculate": f"'{name}'", "as": "line"}],
                "mark": {"type": "line", "strokeWidth": 1.75},
                "encoding": {"x": across, "y": _y(field, unit), "color": _colour("line")},
            }
        )
    layers.append(line_at({"x": {"datum": 0}}, dash=[2, 3]))
    return whole({"data": {"values": rows}, "layer": layers}, height=240)


def _survival(table: Table) -> Spec:
    called = dict(zip(("entered", "controls"), GROUPS["domain"], strict=True))
    rows = [
        {**row, "group": called[str(row["group"])], **{name: 100 * row[name] for name in ("without", "low", "high")}}
        for row in rows_of(table)
    ]
    across = {"field": "day", "type": "quantitative", "title": "Days"}
    axis = {"type": "quantitative", "title": "of 100 without one", "scale": {"zero": False}}
    step = {"interpolate": "step-after"}
    layers = [
        {
            "mark": {"type": "area", "opacity": 0.15, **step},
            "encoding": {"y": {"field": "low", **axis}, "y2": {"field": "high"}, "color": _colour("group")},
        },
        {
            "mark": {"type": "line", "strokeWidth": 1.75, **step},
            "encoding": {"y": {"field": "without", **axis}, "color": _colour("group")},
        },
    ]
    return whole({"data": {"values": rows}, "encoding": {"x": across}, "layer": layers}, height=220)


def _love(table: Table, outcome: str, called: str) -> Spec:
    times = {"before": "before matching", "after": "after matching"}
    rows: list[dict[str, Any]] = [
        {
            "column": str(row["column"]).replace(outcome, called).replace("_", " "),
            "when": words,
            "size": abs(row[f"difference_{time}"]),
        }
        for row in rows_of(table)
        for time, words in times.items()
    ]
    colour = {
        "field": "when",
        "type": "nominal",
        "scale": {"domain": list(times.values()), "range": [GREY, BLUE]},
        "legend": {"title": None},
    }
    layers: list[Spec] = [
        line_at({"x": {"datum": MOST}}, dash=[2, 3]),
        {
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
            "encoding": {
                "x": {"field": "size", "type": "quantitative", "title": "difference in standard deviations"},
                "y": {
                    "field": "column",
                    "type": "nominal",
                    "sort": None,
                    "title": None,
                    "axis": {"labelLimit": 300, "grid": True},
                },
                "color": colour,
                "shape": {
                    "field": "when",
                    "type": "nominal",
                    "legend": {"title": None},
                    "scale": {"domain": list(times.values())},
                },
            },
        },
    ]
    return whole({"data": {"values": rows}, "layer": layers}, height={"step": 26})


def _colour(field: str) -> Spec:
    return {"field": field, "type": "nominal", "scale": GROUPS, "legend": {"title": None}}


def _y(field: str, unit: Sequence[str]) -> Spec:
    return {"field": field, "type": "quantitative", "title": list(unit)}
