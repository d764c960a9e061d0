"""The whole pipeline, synth to records, at two sizes or more: seconds and peak memory of each step, and growth.

`python -m benchmarks.pipeline [PEOPLE ...]`: 20,000 and 200,000 if none is given, 536442 for the county.
The command's own processes are measured, imports included. The peer is DuckDB merely reading the same files.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.machine import line

SIZES = (20_000, 200_000)


def run(home: Path, *arguments: str) -> tuple[float, float]:
    """Seconds and peak resident MB of one `vanguard` command."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "vanguard.cli", *arguments]
    process = subprocess.Popen(command, env={**os.environ, "VANGUARD_HOME": str(home)}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"vanguard {' '.join(arguments)} failed")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def read_only(folder: Path) -> float:
    """Seconds in which DuckDB reads every column of the same files as text."""
    began = time.perf_counter()
    con = duckdb.connect()
    for file in sorted(folder.glob("*.csv")):
        con.execute("SELECT count(COLUMNS(*)) FROM read_csv(?, all_varchar = true)", [str(file)]).fetchall()
    return time.perf_counter() - began


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    totals: dict[int, float] = {}
    for people in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            home, extracts = Path(scratch) / "place", Path(scratch) / "extracts"
            steps = {
                "synth": run(home, "synth", "--people", str(people), "--seed", "1", "--out", str(extracts)),
                "load": run(home, "load", str(extracts)),
                "link": run(home, "link"),
                "refresh": run(home, "refresh"),
            }
            peer = read_only(extracts)
        ours = sum(seconds for step, (seconds, _) in steps.items() if step != "synth")
        totals[people] = ours
        line(
            "pipeline",
            people=people,
            seconds={step: round(seconds, 1) for step, (seconds, _) in steps.items()},
            peak_mb={step: round(memory) for step, (_, memory) in steps.items()},
            load_link_refresh_seconds=round(ours, 1),
            duckdb_reads_the_files_seconds=round(peer, 2),
        )
    small, large = min(sizes), max(sizes)
    if small < large:
        people, seconds = large / small, totals[large] / totals[small]
        line("pipeline growth", people_grow=people, seconds_grow=round(seconds, 1), linear=seconds <= people)
