"""`load` beside DuckDB's own copy of the same CSV files to Parquet: rows a second of each, in one run.

The files are those of a synthetic place. Each side runs in turn, from the same warm files, and its best of three
counts: other work on the machine can only slow a run.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from benchmarks.machine import line
from vanguard.know.intake import load
from vanguard.lake import Lake
from vanguard.synth import make_place

PEOPLE = 50_000
UNTIL = date(2016, 12, 31)
NOW = datetime(2017, 1, 1, tzinfo=UTC)
ROUNDS = 3


def main() -> None:
    """Print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="vanguard-load-") as name:
        scratch = Path(name)
        make_place(PEOPLE, 1, UNTIL, scratch / "in")
        files = sorted((scratch / "in").glob("*.csv"))
        rows, ours, peer = 0, float("inf"), float("inf")
        for _ in range(ROUNDS):
            peer = min(peer, seconds(lambda: copy(files, scratch)))
            shutil.rmtree(scratch / "home", ignore_errors=True)
            ours = min(ours, seconds(lambda: load(Lake(scratch / "home"), scratch / "in", NOW)))
            rows = Lake(scratch / "home").connect().execute("SELECT sum(rows) FROM received_file").fetchall()[0][0]
        line(
            "load",
            unit="rows/s",
            rows=int(rows),
            megabytes=round(sum(file.stat().st_size for file in files) / 1e6),
            ours=round(rows / ours),
            peer=round(rows / peer),
            peer_is="DuckDB COPY (SELECT * FROM read_csv(file, all_varchar)) TO parquet",
            ratio=round(peer / ours, 3),
        )


def copy(files: list[Path], scratch: Path) -> None:
    """DuckDB's copy, every column as text: with types of its own finding it stops at the impossible dates."""
    con = duckdb.connect()
    for file in files:
        target = scratch / f"{file.stem}.parquet"
        source = f"read_csv('{file}', all_varchar = true)"
        con.execute(f"COPY (SELECT * FROM {source}) TO '{target}' (FORMAT parquet)")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
