"""`load` beside DuckDB's own copy of the same CSV files to Parquet: rows a second of each, in one run.

The files are those of a synthetic place. The peer finds the types of the columns, as it does by itself, and passes
over rows that do not fit them: without that it stops at the impossible dates in the files. `peer_text` is the same
copy with every column as text. The sides take turns, and the best of three runs counts: other work on the machine
can only slow a run.
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
        ours, peer, peer_text = [], [], []
        for _ in range(ROUNDS):
            peer.append(seconds(lambda: copy(files, scratch, "ignore_errors = true")))
            peer_text.append(seconds(lambda: copy(files, scratch, "all_varchar = true")))
            shutil.rmtree(scratch / "home", ignore_errors=True)
            ours.append(seconds(lambda: load(Lake(scratch / "home"), scratch / "in", NOW)))
        counted = Lake(scratch / "home").connect().execute("SELECT sum(rows) FROM received_file").fetchall()
        rows = int(counted[0][0])
        line(
            "load",
            unit="rows/s",
            rows=rows,
            megabytes=round(sum(file.stat().st_size for file in files) / 1e6),
            ours=round(rows / min(ours)),
            peer=round(rows / min(peer)),
            ratio=round(min(peer) / min(ours), 3),
            peer_text=round(rows / min(peer_text)),
            ratio_text=round(min(peer_text) / min(ours), 3),
        )


def copy(files: list[Path], scratch: Path, options: str) -> None:
    """DuckDB's copy of each file, with these options of its reader."""
    con = duckdb.connect()
    for file in files:
        source = f"SELECT * FROM read_csv('{file}', {options})"
        con.execute(f"COPY ({source}) TO '{scratch / file.stem}.parquet' (FORMAT parquet)")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
