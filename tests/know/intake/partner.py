"""Partners' files for tests: rows of a feed, written as a partner would."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vanguard.know.intake import LoadResult, feeds, load
from vanguard.lake import Lake

NOW = datetime(2018, 8, 6, 9, 0, tzinfo=UTC)

STAY = {
    "LOPATID": "R1", "NEWNHSNO": "9991234519", "DOB": "1940-02-29", "SEX": "2", "HOMEADD_POSTCODE": "hp20 1aa",
    "SPELL_ID": "S1", "ADMIDATE": "2018-07-01", "DISDATE": "2018-07-05", "ADMIMETH": "21", "DISMETH": "1",
    "DIAG_01": "J44.1", "DIAG_02": "I10", "PROCODE": "RXQ", "SITETRET": "RXQ02", "COST_GBP": "1234.56",
}  # fmt: skip
CONTACT = {
    "client_id": "C1", "nhs_number": "999 123 4519", "given_name": "Ann", "family_name": "Lee",
    "birth_date": "1940-02-29", "sex": "female", "postcode": "HP20 1AA", "contact_id": "K1",
    "contact_at": "2018-07-01T09:30:00", "team": "Aylesbury", "profession": "nurse", "activity": "Dressing",
    "duration_minutes": "30",
}  # fmt: skip


def stay(**changes: str) -> dict[str, str]:
    return STAY | changes


def contact(**changes: str) -> dict[str, str]:
    return CONTACT | changes


def text(feed: str, rows: list[dict[str, str]], *, delimiter: str = ",", end: str = "\n") -> str:
    """The rows as CSV with the feed's header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(feeds()[feed].columns), restval="", delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def send(folder: Path, feed: str, rows: list[dict[str, str]], *, day: str = "20180801", **how: str) -> Path:
    """Write an extract of `feed` made on `day`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{feed}_{day}.csv"
    path.write_bytes(text(feed, rows, **how).encode())
    return path


def take(home: Path, folder: Path, **more: Any) -> LoadResult:
    return load(Lake(home), folder, NOW, **more)


def counts(result: LoadResult) -> tuple[int, int, int, int, int]:
    return result.rows, result.accepted, result.quarantined, result.superseded, result.duplicate


def ask(home: Path, query: str) -> list[Any]:
    """Rows of the lake, a row of one column as its value."""
    found = Lake(home).connect().execute(query).fetchall()
    return [row[0] if len(row) == 1 else row for row in found]
