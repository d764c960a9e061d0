"""SIGKILL to a load's whole process group at random moments: a rerun gives the same lake, byte for byte.

At 6 moments in each run; by hand at 100: `VANGUARD_EXAMPLES=10000 pytest tests/faults/test_kill_load.py`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from vanguard.lake import Lake

MOMENTS = 100 if int(os.environ.get("VANGUARD_EXAMPLES", "300")) >= 10_000 else 6
DAYS = ("20180801", "20180802")


def extracts(folder: Path) -> None:
    """Two extracts of GP records; a third of the second corrects the first, and some rows are useless."""
    folder.mkdir()
    header = "patient_id,event_id,event_at,type,code,term,value,unit,end_date,practice_code"
    for number, day in enumerate(DAYS):
        with (folder / f"gp_events_{day}.csv").open("w") as out:
            out.write(f"{header}\n")
            for n in range(20_000):
                kind = "observation" if n % 50 else "nonsense"
                value = 100 + (number if n % 3 == 0 else 0)
                out.write(f"G{n % 900},E{n},2017-0{1 + n % 9}-11T10:00:00,{kind},bmi,BMI,{value},,,K82001\n")


def load(home: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Start `vanguard load` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "vanguard.cli", "load", str(folder), "--json"],
        env={**os.environ, "VANGUARD_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_killed_load_leaves_nothing_behind_that_a_rerun_does_not_put_right(tmp_path: Path) -> None:
    extracts(tmp_path / "in")
    started = time.monotonic()
    assert load(tmp_path / "whole", tmp_path / "in").wait() == 0
    took = time.monotonic() - started
    whole = Lake(tmp_path / "whole")
    rng = random.Random(2018)
    killed = 0
    for moment in range(MOMENTS):
        home = tmp_path / f"killed-{moment}"
        running = load(home, tmp_path / "in")
        time.sleep(rng.uniform(0.0, took))
        os.killpg(running.pid, signal.SIGKILL)
        killed += running.wait() == -signal.SIGKILL
        generation = Lake(home).manifest().generation
        assert generation in (0, 1)
        assert Lake(home).rows("received_file") == generation * len(DAYS), "all files of a load, or none"
        assert load(home, tmp_path / "in").wait() == 0
        assert Lake(home).manifest().tables == whole.manifest().tables
        assert stored(home) == stored(tmp_path / "whole")
    assert killed > 0


def stored(home: Path) -> dict[str, bytes]:
    """Every file of the lake's tables, and any scratch that a load left."""
    folder = home / "lake"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("manifest.json", ".lock")
    }
