"""Control charts of 10,000 series of 36 and of 60 points: the engine beside means alone, and from file to file.

The plain reading of the rules that the tests hold ours against is timed on a few of the same series. Means alone are
polars' where polars is installed (it is no dependency of ours), and DuckDB's. Each by turns with the others, by the
clock and in processor time.
"""

import importlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from tests.learn.measure.spc.plain_xmr import chart

from benchmarks.machine import line
from vanguard.learn.measure.spc import spc_file, xmr

SERIES = 10_000
FEW = 50
ROUNDS = 9


def main() -> None:
    """Print one line for each length of series."""
    for points in (36, 60):
        values = np.random.default_rng(7).normal(100, 10, SERIES * points).round(1)
        number = np.repeat(np.arange(SERIES), points)
        first = np.tile(np.arange(points) == 0, SERIES)
        table = pa.table({"series": number, "value": values})
        con = duckdb.connect()
        con.register("point", table)
        works: dict[str, Callable[[], object]] = {
            "ours": lambda values=values, first=first: xmr(values, first),
            "duckdb_means": lambda con=con: con.execute("SELECT series, avg(value) FROM point GROUP BY ALL").fetchall(),
        }
        if (means := _polars(table)) is not None:
            works["polars_means"] = means
        took = _by_turns(works)
        plain = _plain(values[: FEW * points].reshape(FEW, points))
        line(
            "spc.engine",
            series=SERIES,
            points=points,
            **{f"{name}_ms": round(1000 * clock, 1) for name, (clock, _) in took.items()},
            **{f"{name}_processor_ms": round(1000 * busy, 1) for name, (_, busy) in took.items()},
            plain_reading_ms=round(1000 * plain * SERIES / FEW),
            times_faster_than_plain=round(plain * SERIES / FEW / took["ours"][0]),
            load_average=round(os.getloadavg()[0], 1),
        )
        line("spc.file", series=SERIES, points=points, seconds=round(_file(table, points), 2))


def _by_turns(works: Mapping[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """Seconds of each, by the clock and of the processors: medians of turns taken one after the other."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            begun, busy = time.perf_counter(), time.process_time()
            work()
            times[name].append((time.perf_counter() - begun, time.process_time() - busy))
    return {name: (statistics.median(c for c, _ in t), statistics.median(b for _, b in t)) for name, t in times.items()}


def _plain(series: np.ndarray) -> float:
    """Seconds of the plain reading for a few series."""
    texts = [[str(value) for value in values] for values in series]
    begun = time.perf_counter()
    for values in texts:
        chart(values)
    return time.perf_counter() - begun


def _polars(table: pa.Table) -> Callable[[], object] | None:
    """The means of each series in polars; None where it is not installed."""
    try:
        polars = importlib.import_module("polars")
    except ImportError:
        return None
    frame = polars.from_arrow(table)
    return lambda: frame.group_by("series").agg(polars.col("value").mean())


def _file(table: pa.Table, points: int) -> float:
    """Seconds of `vanguard spc` without the start of Python: CSV in, CSV out."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "series.csv"
        con = duckdb.connect()
        con.register("point", table)
        con.execute(
            "COPY (SELECT 's' || series AS series, "
            "strftime(DATE '2016-01-01' + to_months(CAST(n AS INTEGER)), '%Y-%m') AS period, value "
            f"FROM (SELECT *, (row_number() OVER () - 1) % {points} AS n FROM point)) "
            f"TO '{file}' (FORMAT csv, HEADER)"
        )
        begun = time.perf_counter()
        spc_file(file, Path(folder) / "points.csv", {})
        return time.perf_counter() - begun


if __name__ == "__main__":
    main()
