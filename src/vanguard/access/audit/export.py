"""The audit trail as a table: one row for each line, in words where the policy has them. It is about people."""

import csv
import os
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from vanguard.access.audit.chain import is_whole
from vanguard.access.audit.heads import day_of
from vanguard.access.audit.ledger import LEDGER
from vanguard.access.audit.trail import write
from vanguard.access.cells import cell
from vanguard.access.rules import policy
from vanguard.durable import sync
from vanguard.errors import BadInput

COLUMNS = ("when", "who", "role", "whom", "what", "why", "entitlement", "outcome", "rows", "request", "file", "line")


def export(folder: Path, out: Path, first: date | None, last: date | None, *, who: str, now: datetime) -> int:
    """Write the lines of the days from `first` to `last` (both included, in London; None: all) to the new file `out`,
    as CSV or, by its name, JSON lines; returns how many.

    On the trail, as done by `who`, before the file is there. Raises BadInput for a file or days that will not do,
    AuditUnavailable if it cannot be put on record.
    """
    _check(folder, out, first, last)
    part = out.with_name(f".{out.name}.part")
    try:
        # Readable by whoever asked and nobody else.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="") as file:
            rows = (_row(name, number, line) for name, number, line in _lines(folder, first, last))
            count = _write_json(file, rows) if out.suffix == ".jsonl" else _write_csv(file, rows)
            file.flush()
            os.fsync(file.fileno())
        write(str(folder), _noted(who, first, last, out, count), now)
        part.replace(out)
    except OSError as error:
        raise BadInput(f"The export cannot be written: {error.strerror}.", where=str(out)) from error
    finally:
        part.unlink(missing_ok=True)
    sync(out.parent)
    return count


def _check(folder: Path, out: Path, first: date | None, last: date | None) -> None:
    if not (folder / LEDGER).exists():
        raise BadInput("There is no audit trail here.", where=str(folder), do="Name the place in VANGUARD_HOME.")
    if first and last and last < first:
        raise BadInput("The days end before they begin.", where="--to", do="Give a day from --from on.")
    if out.suffix not in (".csv", ".jsonl"):
        raise BadInput("The file's name says no form.", where=str(out), do="End it in .csv or .jsonl.")
    if out.exists():
        raise BadInput("There is a file already, and it is left alone.", where=str(out), do="Name another.")
    if out.resolve().is_relative_to(folder.resolve()):
        raise BadInput("Nothing but the trail lies in its folder.", where=str(out), do="Name another folder.")
    if not out.parent.is_dir():
        raise BadInput("There is no such folder.", where=str(out.parent), do="Make it, or name another.")


def _lines(folder: Path, first: date | None, last: date | None) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Every whole line that says what somebody did, by file, with its place."""
    for path in sorted(folder.glob("*.jsonl")):
        day = day_of(path.name)
        if day is None or (first and day < first) or (last and day > last):
            continue
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if is_whole(line):
                    said = orjson.loads(line)
                    if "who" in said:
                        yield path.name, number, said


def _row(name: str, number: int, said: dict[str, Any]) -> dict[str, Any]:
    way = policy().relationships.get(said["why"])
    return {
        "when": said["at"],
        "who": said["who"],
        "role": policy().role_name(said["role"]),
        "whom": said["whom"],
        "what": said["what"],
        "why": said["why"],
        "entitlement": way.name if way else policy().rights.get(said["why"], ""),
        "outcome": said["outcome"],
        "rows": said.get("rows"),
        "request": said["request"],
        "file": name,
        "line": number,
    }


def _write_json(file: Any, rows: Iterable[dict[str, Any]]) -> int:
    return sum(bool(file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE).decode())) for row in rows)


def _write_csv(file: Any, rows: Iterable[dict[str, Any]]) -> int:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    return sum(bool(writer.writerow([cell(row[name]) for name in COLUMNS])) for row in rows)


def _noted(who: str, first: date | None, last: date | None, out: Path, rows: int) -> dict[str, object]:
    days = f"from {first or 'the first day'} to {last or 'today'}"
    return {
        "who": who,
        "role": "",
        "whom": "",
        "what": "export audit",
        "why": f"{days}, to {out}",
        "outcome": "shown",
        "request": "",
        "rows": rows,
    }
