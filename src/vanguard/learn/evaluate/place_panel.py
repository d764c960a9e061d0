"""A panel of a place's own people: the points of a measure in its lake, by the units of a plan."""

from collections.abc import Collection
from datetime import date

import numpy as np

from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.lake.condition import nearest
from vanguard.learn.evaluate.calendar import beginning, how_often, unbroken
from vanguard.learn.evaluate.panel_file import Table

SPLITS = {"practice": "practice", "locality": "locality", "area": "area", "place": "all"}
"""How measure_point splits by the units of a plan; the others lie outside one place."""

POINTS = """
SELECT split AS unit, start, numerator, denominator FROM measure_point
WHERE measure = $measure AND split_by = $split_by AND blueprint = $blueprint
ORDER BY split, start
"""
BLUEPRINTS = """
SELECT measure, list(DISTINCT blueprint) FROM measure_point WHERE blueprint = coalesce($blueprint, blueprint)
GROUP BY measure
"""
EVENTS = """
SELECT coalesce(sum(events), 0) FROM measure_point WHERE blueprint = $blueprint AND measure = $measure
AND split_by = $split_by AND list_contains($treated, split) AND start BETWEEN $since AND $until
"""
LOCALITIES = "SELECT practice, any_value(locality) FROM practice WHERE locality IS NOT NULL GROUP BY practice"


def counted_events(
    lake: Lake, blueprint: str, measure: str, units: str, treated: Collection[str], since: date, until: date
) -> int:
    """How many events a measure counted in some units, in the periods that begin from `since` to `until`."""
    bound = {"blueprint": blueprint, "measure": measure, "split_by": SPLITS[units], "since": since, "until": until}
    with lake.connect(only=["measure_point"]) as con:
        found = con.execute(EVENTS, {**bound, "treated": list(treated)}).fetchall()
    return int(found[0][0])


def place_panel(
    lake: Lake, measure: str, units: str, *, clustered_by: str | None = None, blueprint: str | None = None
) -> Table:
    """The points of a measure for every unit and whole interval that the place knows.

    Raises BadInput where there are none, or where two blueprints have a measure of this id and none is named.
    """
    if units not in SPLITS:
        raise BadInput(
            f"A place has no figures by {units}.",
            do="Name a table with --data, or evaluate by practice, locality, area or place.",
        )
    with lake.connect() as con:
        of = dict(con.execute(BLUEPRINTS, {"blueprint": blueprint}).fetchall())
        if measure not in of:
            do = nearest(
                measure, of, otherwise="Run vanguard measure first." if not of else f"There are {', '.join(of)}."
            )
            raise BadInput(f"The place has no outcome {measure}.", do=do)
        if len(of[measure]) > 1:
            what = f"{' and '.join(sorted(of[measure]))} both have a measure {measure}."
            raise BadInput(what, do="Evaluate in a place that has adopted one of them.")
        bound = {"measure": measure, "split_by": SPLITS[units], "blueprint": of[measure][0]}
        found = con.execute(POINTS, bound).fetchnumpy()
        clusters = dict(con.execute(LOCALITIES).fetchall()) if clustered_by == "locality" else {}
    if not len(found["unit"]):
        raise BadInput(f"The measure {measure} has no points by {units}.", do=f"Add {units} to its splits (by).")
    starts = found["start"].astype("datetime64[D]")
    days = np.unique(starts).tolist()
    every = how_often(days)
    periods = unbroken(every, beginning(every, days[0], days[0]), beginning(every, days[-1], days[0]))
    names = tuple(dict.fromkeys(map(str, found["unit"])))
    rows = np.searchsorted(np.array(names), found["unit"].astype(str))
    columns = np.searchsorted(np.array(periods, dtype="datetime64[D]"), starts)
    grids = []
    for name in ("numerator", "denominator"):
        grid = np.full((len(names), len(periods)), np.nan)
        grid[rows, columns] = np.ma.filled(np.ma.asarray(found[name], dtype=np.float64), np.nan)
        grids.append(grid)
    # Before a practice opened and after it closed there is nobody to divide by: it is not there.
    nobody = grids[1] == 0
    divided = bool(np.isfinite(grids[1]).any())
    return Table(
        outcome=measure,
        units=names,
        periods=periods,
        every=every,
        numerator=np.where(nobody, np.nan, grids[0]),
        denominator=np.where(nobody, np.nan, grids[1]) if divided else None,
        clusters={unit: str(clusters[unit]) for unit in names if unit in clusters},
    )
