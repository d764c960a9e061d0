"""`load` beside DuckDB's own copy of the same CSV files to Parquet: rows a second of each, in one run.

The files are those of a synthetic place. The peer finds the types of the columns, as it does by itself, and passes
over rows that do not fit them: without that it stops at the impossible dates in the files. `peer_text` is the same
copy with every column as text. The sides take turns, and the best of three runs counts: other work on the machine
can only slow a run.

The second peer is `frictionless validate`, told the same types, on the first rows of the largest file, beside our load
of the same rows, each as its own process. Its pins would hold ours back, so it gets an environment of its own,
made for the run unless VANGUARD_FRICTIONLESS names one's command. By turns with ours, `bare_copy` is DuckDB's typed
copy of the same file in a process of its own, which checks nothing: what this machine could do at most.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import duckdb

from benchmarks.machine import line
from vanguard.know.intake import feeds, load
from vanguard.lake import Lake
from vanguard.synth import make_place

PEOPLE = 50_000
UNTIL = date(2016, 12, 31)
NOW = datetime(2017, 1, 1, tzinfo=UTC)
ROUNDS = 3
FRICTIONLESS = "frictionless==5.21.0"
VALIDATED = "gp_events"
VALIDATED_ROWS = 300_000
TYPED = "ignore_errors = true"
KINDS = {"date": "date", "instant": "datetime", "int": "integer", "float": "number", "money": "number"}


def main() -> None:
    """Print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="vanguard-load-") as name:
        scratch = Path(name)
        make_place(PEOPLE, 1, UNTIL, scratch / "in")
        files = sorted((scratch / "in").glob("*.csv"))
        ours, peer, peer_text = [], [], []
        for _ in range(ROUNDS):
            peer.append(seconds(lambda: copy(files, scratch, TYPED)))
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
        beside_frictionless(scratch)


def beside_frictionless(scratch: Path) -> None:
    """Print one JSON line: seconds of the two commands on one file, and what each found wrong."""
    [file] = (scratch / "in").glob(f"{VALIDATED}_*.csv")
    command = frictionless(scratch)
    alone = scratch / "alone"
    alone.mkdir()
    with file.open() as received, (alone / file.name).open("w") as out:
        out.writelines(islice(received, VALIDATED_ROWS + 1))
    (scratch / "schema.json").write_text(json.dumps(schema()))
    rows = (alone / file.name).read_bytes().count(b"\n") - 1
    validate = [
        command,
        "validate",
        f"alone/{file.name}",
        "--schema",
        "schema.json",
        "--limit-errors",
        str(rows),
        "--json",
    ]
    theirs, said = timed(validate, scratch / "place")
    load_it = [sys.executable, "-m", "vanguard.cli", "load", str(alone), "--json"]
    copy_it = [sys.executable, "-c", f"import duckdb; duckdb.execute({copied(alone / file.name, scratch)!r})"]
    ours, bare, done = float("inf"), float("inf"), ""
    for number in range(ROUNDS):
        bare = min(bare, timed(copy_it, scratch / "place")[0])
        took, done = timed(load_it, scratch / f"place-{number}")
        ours = min(ours, took)
    line(
        "load beside frictionless",
        unit="rows/s",
        rows=rows,
        ours=round(rows / ours),
        peer=round(rows / theirs),
        ratio=round(theirs / ours, 1),
        bare_copy=round(rows / bare),
        ratio_of_bare_copy=round(theirs / bare, 1),
        quarantined=json.loads(done)["quarantined"],
        peer_errors=len(json.loads(said)["tasks"][0]["errors"]),
    )


def schema() -> dict[str, object]:
    """The feed's columns as a Table Schema: their types, and which may not be empty."""
    feed = feeds()[VALIDATED]
    return {
        "fields": [
            {
                "name": name,
                "type": KINDS.get(spec.type, "string"),
                "constraints": {"required": name in feed.required} | ({"enum": list(spec.codes)} if spec.codes else {}),
            }
            for name, spec in feed.columns.items()
        ]
    }


def frictionless(scratch: Path) -> str:
    """The command of the peer."""
    if named := os.environ.get("VANGUARD_FRICTIONLESS"):
        return named
    venv.create(scratch / "peer", with_pip=True)
    subprocess.run([scratch / "peer/bin/pip", "install", "--quiet", FRICTIONLESS], check=True)
    return str(scratch / "peer/bin/frictionless")


def timed(command: list[str], place: Path) -> tuple[float, str]:
    """Seconds of a command beside a place's folder, and what it printed."""
    environment = {**os.environ, "VANGUARD_HOME": str(place)}
    started = time.perf_counter()
    done = subprocess.run(command, cwd=place.parent, env=environment, capture_output=True, text=True, check=False)
    return time.perf_counter() - started, done.stdout


def copy(files: list[Path], scratch: Path, options: str) -> None:
    """DuckDB's copy of each file, with these options of its reader."""
    con = duckdb.connect()
    for file in files:
        con.execute(copied(file, scratch, options))


def copied(file: Path, scratch: Path, options: str = TYPED) -> str:
    return f"COPY (FROM read_csv('{file}', {options})) TO '{scratch / file.stem}.parquet' (FORMAT parquet)"


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
