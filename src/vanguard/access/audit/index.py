"""Who saw whom, by person: an index over the audit trail in one SQLite file, made from it and never the truth.

Each process that asks brings it up to date first, with the bytes that the trail grew by. It may be deleted at any time.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson

from vanguard.access.audit.heads import day_of

# Hidden: it is in no backup, because it is made anew from the trail.
FILE = ".audit-index.sqlite3"
TABLES = """
CREATE TABLE IF NOT EXISTS source (file TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS said (
    id INTEGER PRIMARY KEY, who TEXT NOT NULL, role TEXT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL,
    outcome TEXT NOT NULL, UNIQUE (who, role, what, why, outcome));
CREATE TABLE IF NOT EXISTS look (
    span INTEGER NOT NULL, person TEXT NOT NULL, day INTEGER NOT NULL, said INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (span, person, day, said, at)) WITHOUT ROWID;
"""
# Rows lie by spans of so many days and in each by person: new ones touch the last span's pages only, which fit into
# memory, and one person's stand together in each of the twelve or so of a year.
DAYS_OF_A_SPAN = 32
# One person's looks, those of one day of one kind by one user together, the latest first.
LOOKS = """
SELECT l.day, min(l.at), max(l.at), count(*), s.who, s.role, s.what, s.why, s.outcome
  FROM look l JOIN said s ON s.id = l.said
 WHERE l.span IN ({spans}) AND ({persons}) AND s.outcome IN ({outcomes})
 GROUP BY l.day, l.said ORDER BY l.day DESC, max(l.at) DESC, l.said LIMIT ? OFFSET ?
"""
COUNT = """
SELECT count(*) FROM (SELECT DISTINCT l.day, l.said FROM look l JOIN said s ON s.id = l.said
                       WHERE l.span IN ({spans}) AND ({persons}) AND s.outcome IN ({outcomes}))
"""
# What these name is not a person of the place.
NOT_PERSONS = ("sign_in", "sign_out", "quarantine", "referral")
SECONDS_TO_WAIT = 30
# So many new bytes of the trail at most are taken in by one transaction, so that others need not wait long.
BATCH = 8 << 20
CACHE_KIB = 65_536
MICRO = 1_000_000
LAST = 2**63 - 1


@dataclass(frozen=True)
class Look:
    """What one user saw of one person on one day in London, `times` times from `first` to `last`."""

    day: date
    first: datetime
    last: datetime
    times: int
    who: str
    role: str
    what: str
    why: str
    outcome: str


def looks_at(
    place: Path, ids: Mapping[str, datetime | None], *, outcomes: Iterable[str], limit: int, offset: int
) -> tuple[list[Look], int]:
    """What the trail says of one person, with one of these outcomes, latest first, and how much there is in all.

    `ids` are those under which the person stands in it, each until when, or None for the present one.
    """
    bring_up_to_date(place)
    wanted = list(outcomes)
    whom = [one for id_, until in ids.items() for one in (id_, _micro(until) if until else LAST)]
    with _opened(place) as con:
        names = [row[0] for row in con.execute("SELECT file FROM source").fetchall()]
        spans = {day.toordinal() // DAYS_OF_A_SPAN for day in map(day_of, names) if day}
        where = {"spans": ", ".join(map(str, sorted(spans))), "outcomes": ", ".join("?" * len(wanted))}
        where["persons"] = " OR ".join(["l.person = ? AND l.at < ?"] * len(ids))
        [(total,)] = con.execute(COUNT.format(**where), (*whom, *wanted)).fetchall()
        rows = con.execute(LOOKS.format(**where), (*whom, *wanted, limit, offset)).fetchall()
    return [_look(*row) for row in rows], total


def bring_up_to_date(place: Path, moved: Callable[[int], object] = lambda _: None) -> int:
    """Take in what the trail grew by; returns how many files did. `moved` is told of the bytes as they are taken in.

    Made anew where a file is shorter than it was, as after a restore.
    """
    sizes = _sizes(place / "audit")
    with _opened(place) as con:
        done = dict(con.execute("SELECT file, bytes FROM source").fetchall())
    if any(sizes.get(name, 0) < size for name, size in done.items()):
        for end in ("", "-wal", "-shm"):
            (place / f"{FILE}{end}").unlink(missing_ok=True)
        done = {}
    grown = [name for name, size in sizes.items() if size > done.get(name, 0)]
    batch: list[str] = []
    for name in grown:
        batch.append(name)
        new = sum(sizes[one] - done.get(one, 0) for one in batch)
        if name == grown[-1] or new > BATCH:
            with _opened(place) as con, _writing(con):
                _take_in(con, place / "audit", {one: sizes[one] for one in batch})
            moved(new)
            batch = []
    return len(grown)


def _take_in(con: sqlite3.Connection, folder: Path, sizes: Mapping[str, int]) -> None:
    """The new whole lines of these files become rows."""
    rows: list[tuple[int, str, int, int, int]] = []
    ids: dict[tuple[str, ...], int] = {}
    for name, end in sizes.items():
        # Another process may have done it meanwhile.
        row = con.execute("SELECT bytes FROM source WHERE file = ?", (name,)).fetchone()
        start, day = row[0] if row else 0, day_of(name)
        with (folder / name).open("rb") as file:
            file.seek(start)
            data = file.read(max(0, end - start))
        data = data[: data.rfind(b"\n") + 1]
        if data and day:
            rows += _rows(con, data, day.toordinal(), ids)
            con.execute("INSERT OR REPLACE INTO source VALUES (?, ?)", (name, start + len(data)))
    rows.sort()
    con.executemany("INSERT OR IGNORE INTO look VALUES (?, ?, ?, ?, ?)", rows)


def _rows(
    con: sqlite3.Connection, data: bytes, day: int, ids: dict[tuple[str, ...], int]
) -> Iterator[tuple[int, str, int, int, int]]:
    for line in data.splitlines():
        try:
            said = orjson.loads(line)
            if "who" not in said or said["what"] in NOT_PERSONS:
                continue
            key = (said["who"], said["role"], said["what"], said["why"], said["outcome"])
            at = _micro(datetime.fromisoformat(said["at"]))
            whom: Any = said["whom"]
        except (ValueError, KeyError, TypeError):
            # What was changed or torn is for `verify` to tell.
            continue
        if key not in ids:
            ids[key] = _said(con, key)
        for person in whom if isinstance(whom, list) else (whom,):
            if person:
                yield day // DAYS_OF_A_SPAN, str(person), day, ids[key], at


def _said(con: sqlite3.Connection, key: tuple[str, ...]) -> int:
    con.execute("INSERT OR IGNORE INTO said (who, role, what, why, outcome) VALUES (?, ?, ?, ?, ?)", key)
    where = "who = ? AND role = ? AND what = ? AND why = ? AND outcome = ?"
    return int(con.execute(f"SELECT id FROM said WHERE {where}", key).fetchone()[0])


def _sizes(folder: Path) -> dict[str, int]:
    """The sizes of the files with entries, oldest day first."""
    if not folder.is_dir():
        return {}
    with os.scandir(folder) as found:
        sizes = {one.name: one.stat().st_size for one in found if one.name.endswith(".jsonl") and day_of(one.name)}
    return dict(sorted(sizes.items()))


@contextmanager
def _opened(place: Path) -> Iterator[sqlite3.Connection]:
    path = place / FILE
    if not path.exists():
        # About people: for the service's user alone, before there is anything in it.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(path, timeout=SECONDS_TO_WAIT, isolation_level=None)) as con:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("PRAGMA synchronous = NORMAL")
        con.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        con.executescript(TABLES)
        yield con


@contextmanager
def _writing(con: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; one process at a time."""
    con.execute("BEGIN IMMEDIATE")
    try:
        yield
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise


def _micro(at: datetime) -> int:
    return int(at.timestamp() * MICRO)


def _look(day: int, first: int, last: int, times: int, *words: str) -> Look:
    return Look(
        date.fromordinal(day),
        datetime.fromtimestamp(first / MICRO, UTC),
        datetime.fromtimestamp(last / MICRO, UTC),
        times,
        *words,
    )
