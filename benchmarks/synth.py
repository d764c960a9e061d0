"""A synthetic place written: rows a second, processor time and memory, at the county's size and at others.

`python -m benchmarks.synth 536442 5000000` takes the sizes as arguments. Beside it DuckDB copies the largest extract.
"""

import os
import resource
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.machine import line
from vanguard.synth import make_place

COUNTY = 536_442
UNTIL = date(2018, 8, 6)


def used() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def copied(file: Path, to: Path) -> float:
    """Seconds in which DuckDB copies a file, read as text."""
    began = time.perf_counter()
    duckdb.connect().execute(f"copy (from read_csv('{file}', all_varchar = true)) to '{to}' (format csv, header)")
    return time.perf_counter() - began


def main() -> None:
    for people in [int(size) for size in sys.argv[1:]] or [COUNTY]:
        with tempfile.TemporaryDirectory(prefix="vanguard-synth-") as name:
            out = Path(name) / "place"
            began, processor = time.perf_counter(), used()
            made = make_place(people, 1, UNTIL, out)
            seconds = time.perf_counter() - began
            rows = sum(made.files.values())
            processor = used() - processor
            own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            workers = min(len(os.sched_getaffinity(0)), 8) if worker else 0
            largest = max(made.files, key=lambda file: made.files[file])
            peer = copied(out / largest, Path(name) / "copy.csv")
            line(
                "synth",
                people=people,
                rows=rows,
                megabytes=round(sum(file.stat().st_size for file in out.glob("*.csv")) / 1e6),
                seconds=round(seconds, 1),
                processor_seconds=round(processor, 1),
                rows_a_second=round(rows / seconds),
                at_most_mb=round(own + workers * worker),
                largest_worker_mb=round(worker),
                duckdb_copies_rows_a_second=round(made.files[largest] / peer),
            )
            shutil.rmtree(out)


if __name__ == "__main__":
    main()
