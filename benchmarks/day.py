"""A place that is loaded whole, and a day later takes the deltas of one day: processor seconds of each step.

`python -m benchmarks.day [PEOPLE]`. Every pass runs its steps in a process of its own; imports count as `start`. The
passes are: everything the first time; the next day's deltas; and the same files once more, which change nothing. A
partner that sends a whole snapshot every day is left out of the next day: what it costs is the size of the file.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.machine import line

PEOPLE = 20_000
DAY = date(2018, 8, 8)
PASSES = ("full", "day", "again")


def main() -> None:
    """Print one JSON line."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with tempfile.TemporaryDirectory(prefix="vanguard-day-") as name:
        scratch = Path(name)
        folders = make_days(people, scratch)
        figures = {}
        for what, folder in zip(PASSES, folders, strict=True):
            figures[what] = one_pass(scratch / "place", folder, len(figures))
        whole = {what: round(sum(found["seconds"].values()), 2) for what, found in figures.items()}
        line(
            "day",
            people=people,
            **figures,
            in_all=whole,
            share_of_a_full_run={what: round(whole[what] / whole["full"], 3) for what in PASSES[1:]},
        )


def make_days(people: int, scratch: Path) -> tuple[Path, ...]:
    """The folders that each pass loads."""
    from vanguard.synth import make_place

    make_place(people, 1, DAY, scratch / "all", every="daily", times=1)
    first, then = scratch / "first", scratch / "then"
    first.mkdir()
    then.mkdir()
    for file in sorted((scratch / "all").glob(f"*_{DAY - timedelta(days=1):%Y%m%d}.csv")):
        whole = file.rename(first / file.name)
        [later] = (scratch / "all").glob(f"{file.stem.rpartition('_')[0]}_{DAY:%Y%m%d}.csv")
        if later.stat().st_size < whole.stat().st_size / 2:
            later.rename(then / later.name)
    return first, then, then


def one_pass(place: Path, folder: Path, days: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.day", "pass", str(place), str(folder), str(days)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run_pass(place: Path, folder: Path, days: int) -> None:
    """Load `folder` and bring everything up to date; prints the processor seconds of each step as JSON."""
    import os

    os.environ |= {"VANGUARD_HOME": str(place), "DJANGO_SETTINGS_MODULE": "vanguard.web.settings"}
    place.mkdir(exist_ok=True)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from vanguard import blueprint
    from vanguard.directory import fill
    from vanguard.know.identity import link
    from vanguard.know.intake import load
    from vanguard.know.record.command import refresh_steps
    from vanguard.lake import Lake
    from vanguard.learn import measure
    from vanguard.synth.margins import hospitals, localities, practices, small_areas

    lake, now = Lake(place), datetime(2018, 8, 9 + days, 6, tzinfo=UTC)
    seconds = {"start": time.process_time()}
    results: dict[str, Any] = {}

    def do(steps: Mapping[str, Callable[[], Any]]) -> None:
        for name, step in steps.items():
            began = time.process_time()
            results[name] = step()
            seconds[name] = time.process_time() - began

    if not days:
        fill(localities(), practices(), hospitals())
        measure.write_small_areas(lake, {area.code: area.imd_decile for area in small_areas()}, now)
    do({"load": lambda: load(lake, folder, now), "link": lambda: link(lake, now)})
    do(refresh_steps(lake, now))
    if not days:
        blueprints = blueprint.adopted(place)
        month_end = results["features"].month_end
        do({"measures": lambda: measure.build(lake, blueprints, month_end, now)})
    loaded = results["load"]
    found = {
        "rows": loaded.rows,
        "news": loaded.accepted + loaded.superseded,
        "records_changed": results["records"].changed,
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["pass"]:
        run_pass(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
