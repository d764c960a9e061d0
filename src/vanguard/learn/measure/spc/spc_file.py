"""Control charts of every series in a table, without a place: a file in, a file of points out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from vanguard.learn.measure.spc.page import write_page
from vanguard.learn.measure.spc.rare import g_chart, t_chart
from vanguard.learn.measure.spc.readings import provisional
from vanguard.learn.measure.spc.series_file import Series, read_series
from vanguard.learn.measure.spc.xmr import COMMON, RULES, Points, xmr
from vanguard.table_file import check_output, write_table

RARE = {"t": t_chart, "g": g_chart}
"""Charts of times between rare events, and of cases between them; of any other series there is XmR."""


@dataclass(frozen=True)
class SpcResult:
    """What was read and found: series, points, values missing, special causes by rule, rows passed over as empty, and
    how many series have fewer than twelve values since they began or were last rebased."""

    series: int
    points: int
    missing: int
    special_causes: dict[str, int]
    empty_rows: int
    provisional: int


def spc_file(
    file: Path,
    output: Path,
    columns: Mapping[str, str],
    *,
    kind: str = "xmr",
    page: Path | None = None,
    direction: str = "neither",
) -> SpcResult:
    """Find mean, limits and special causes of every series in `file`; `output` has series, period, value, mean, lower,
    upper and special_cause.

    `columns` maps our column names to the file's, `kind` is xmr or one of RARE. `page` is where the charts go, as one
    HTML file; `direction` says which way is better for series that do not say it. Series come in the order of the
    input, points in the order of time; each file is written whole or not at all. Raises BadInput.
    """
    check_output(output, [file])
    if page:
        check_output(page, [file, output])
    con = duckdb.connect()
    try:
        series = read_series(con, file, columns)
        points = _chart(kind, series, file)
        if page:
            write_page(series, points, page, title=f"Control charts of {file.name}", direction=direction)
        con.register("answer", answer(series, points))
        write_table(con, "SELECT * FROM answer", output)
    finally:
        con.close()
    return _counted(series, points)


def _chart(kind: str, series: Series, file: Path) -> Points:
    if kind not in RARE:
        return xmr(series.values, series.first)

    def where(row: int) -> str:
        return f"{file}, series {series.names[series.number[row]]}, period {series.periods[row]}"

    return RARE[kind](series.values, series.first, where)


def answer(series: Series, points: Points) -> pa.Table:
    """One row a point: series, period, value, mean, lower, upper, special_cause; null where there is no number."""
    figures = {"value": series.values, "mean": points.mean, "lower": points.lower, "upper": points.upper}
    return pa.table(
        {
            "series": pa.DictionaryArray.from_arrays(series.number, pa.array(series.names, pa.string())),
            "period": series.periods,
            **{name: pa.array(column, mask=np.isnan(column)) for name, column in figures.items()},
            "special_cause": pa.DictionaryArray.from_arrays(
                pa.array(points.rule, pa.int8(), mask=points.rule == COMMON), pa.array(RULES)
            ),
        }
    )


def _counted(series: Series, points: Points) -> SpcResult:
    return SpcResult(
        series=len(series.names),
        points=len(series.values),
        missing=int(np.isnan(series.values).sum()),
        special_causes={name: int((points.rule == rule).sum()) for rule, name in enumerate(RULES) if rule},
        empty_rows=series.empty_rows,
        provisional=int(provisional(series).sum()),
    )
