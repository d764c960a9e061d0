"""SIGKILL to a load's whole process group at random moments: the lake is a whole generation, and a rerun gives the same
lake, byte for byte.

At few moments in each run; by hand at 100 of each: `pytest -m long tests/faults/test_kill_load.py`.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.know.intake.partner import send, stay

from vanguard.lake import Lake

GP_EVENTS = "patient_id,event_id,event_at,type,code,term,value,unit,end_date,practice_code"


class Loader:
    """Makes loads in process groups of their own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("loader.py"))],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, home: Path, folder: Path) -> int:
        """The process that now loads."""
        assert self._process.stdin
        self._process.stdin.write(f"{home}\t{folder}\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> int:
        """How it ended: 0, or less the signal that it died of."""
        return self._answer()

    def load(self, home: Path, folder: Path) -> None:
        self.start(home, folder)
        assert self.end() == 0

    def _answer(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


@pytest.fixture(scope="module")
def loader() -> Iterator[Loader]:
    made = Loader()
    yield made
    made.close()


def extracts(first: Path, then: Path) -> None:
    """Extracts of two feeds. Those of `then` correct a third of the rows and tell the rest again; one comes late, so
    that what was loaded is laid anew; and some rows are useless."""
    for number, (folder, day) in enumerate([(first, "20180801"), (then, "20180802"), (then, "20180731")]):
        folder.mkdir(exist_ok=True)
        with (folder / f"gp_events_{day}.csv").open("w") as out:
            out.write(f"{GP_EVENTS}\n")
            for n in range(1_000):
                kind = "observation" if n % 50 else "nonsense"
                value = 100 + (number if n % 3 == 0 else 0)
                out.write(f"G{n % 90},E{n},2017-0{1 + n % 9}-11T10:00:00,{kind},bmi,BMI,{value},,,K82001\n")
        stays = [stay(SPELL_ID=f"S{n}", LOPATID=f"R{n % 50}", DIAG_02=f"I{number if n % 3 else 1}") for n in range(300)]
        send(folder, "inpatient_spells", stays, day=day)


def rehearse(loader: Loader, tmp_path: Path, *, again: bool, moments: int) -> None:
    """Kill a load at `moments`, into an empty lake or, `again`, into one that holds something."""
    first, then = tmp_path / "first", tmp_path / "then"
    extracts(first, then)
    begun = tmp_path / "begun"
    begun.mkdir()
    if again:
        loader.load(begun, first)
    folder = then if again else first
    shutil.copytree(begun, tmp_path / "whole")
    started = time.monotonic()
    loader.load(tmp_path / "whole", folder)
    took = time.monotonic() - started
    whole, rng = Lake(tmp_path / "whole").manifest(), random.Random(2018)
    killed = 0
    for moment in range(moments):
        home = tmp_path / f"killed-{moment}"
        shutil.copytree(begun, home)
        running = loader.start(home, folder)
        time.sleep(rng.uniform(0.0, took))
        # It may have ended before, or be so young that it has no group of its own.
        with suppress(ProcessLookupError):
            os.killpg(running, signal.SIGKILL)
        ended = loader.end()
        assert ended in (0, -signal.SIGKILL), "a load either ends well or by our hand"
        killed += ended == -signal.SIGKILL
        generation = Lake(home).manifest().generation
        assert generation in (whole.generation - 1, whole.generation)
        files = Lake(home).rows("received_file")
        assert files == sum(len(list(one.iterdir())) for one in (first, then)[: int(again) + 1][:generation])
        with Lake(home).connect() as con:
            assert con.execute("SELECT count(*) FROM source_event").fetchall() == [(Lake(home).rows("source_event"),)]
        loader.load(home, folder)
        assert Lake(home).manifest().tables == whole.tables
        assert stored(home) == stored(tmp_path / "whole")
        shutil.rmtree(home)
    assert killed > moments // 5


@pytest.mark.parametrize("again", [False, True])
def test_a_killed_load_leaves_nothing_behind_that_a_rerun_does_not_put_right(
    loader: Loader, tmp_path: Path, again: bool
) -> None:
    rehearse(loader, tmp_path, again=again, moments=2)


@pytest.mark.long
@pytest.mark.parametrize("again", [False, True])
def test_a_load_killed_at_any_of_100_moments_is_put_right_by_a_rerun(
    loader: Loader, tmp_path: Path, again: bool
) -> None:
    rehearse(loader, tmp_path, again=again, moments=100)


def stored(home: Path) -> dict[str, bytes]:
    """Every file of the lake's tables, and any scratch that a load left."""
    folder = home / "lake"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("manifest.json", ".lock") and path.parent.name != "readers"
    }
