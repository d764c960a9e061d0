"""Control charts of every series in a table, without a place: a file in, a file of points out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from vanguard.learn.measure.spc.series_file import Series, read_series
from vanguard.learn.measure.spc.xmr import COMMON, RULES, Groups, Points, xmr
from vanguard.table_file import check_output, write_table

ENOUGH = 12
"""Points from which on limits are more than provisional."""


@dataclass(frozen=True)
class SpcResult:
    """What was read and found: series, points, values missing, special causes by rule, rows passed over as empty, and
    how many series have fewer than ENOUGH values since they began or were last rebased."""

    series: int
    points: int
    missing: int
    special_causes: dict[str, int]
    empty_rows: int
    provisional: int


def spc_file(file: Path, output: Path, columns: Mapping[str, str]) -> SpcResult:
    """Draw the lines of an XmR chart for every series in `file`; `output` has series, period, value, mean, lower,
    upper and special_cause.

    `columns` maps our column names to the file's. Series come in the order of the input, points in the order of time;
    the output is written whole or not at all. Raises BadInput.
    """
    check_output(output, [file])
    con = duckdb.connect()
    try:
        series = read_series(con, file, columns)
        points = xmr(series.values, series.first)
        con.register("answer", answer(series, points))
        write_table(con, "SELECT * FROM answer", output)
    finally:
        con.close()
    return _counted(series, points)


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
    groups = Groups.of(series.first)
    seen = ~np.isnan(series.values)
    last = np.append(series.number[groups.starts][1:] != series.number[groups.starts][:-1], True)
    values = np.add.reduceat(seen, groups.starts, dtype=np.intp) if len(seen) else np.empty(0)
    return SpcResult(
        series=len(series.names),
        points=len(series.values),
        missing=int((~seen).sum()),
        special_causes={name: int((points.rule == rule).sum()) for rule, name in enumerate(RULES) if rule},
        empty_rows=series.empty_rows,
        provisional=int((values[last[: len(values)]] < ENOUGH).sum()),
    )
