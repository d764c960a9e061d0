"""A service that has run tells its simulation how it really is: the real clocks come out, which nobody had assumed."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from tests.learn.simulate.services import MONDAY, assumed, file_of, resource

from vanguard.blueprint import Assumptions, Pathways
from vanguard.errors import BadInput
from vanguard.lake import Lake, tables
from vanguard.learn.simulate.live import calibrate, learn
from vanguard.learn.simulate.plan import Service, plan_of
from vanguard.learn.simulate.plan.timetable import Stretch
from vanguard.learn.simulate.run import run_once, tally_of
from vanguard.learn.simulate.walk import Episode, episodes

DAYS = 40
UNTIL = MONDAY + timedelta(days=DAYS)
CLOCKS = {"soon": {"within": "PT60M", "start": "received", "stop": "help.finished"}}
STEPS = {"answer": {"by": "desk", "next": "help"}, "help": {"by": "helper", "next": "out"}}


@pytest.fixture(scope="module")
def file() -> Pathways:
    pools = {"desk": {"label": "The desk", "scope": "place"}, "team": {"label": "The team", "scope": "place"}}
    return file_of(STEPS, {"desk": resource(), "helper": resource(pool="team")}, clocks=CLOCKS, pools=pools)


def says(an_hour: float, answer: float, help_: float, helpers: float, **more: Any) -> Assumptions:
    minutes = {
        "answer": {"kind": "exponential", "mean": answer},
        "help": {"kind": "gamma", "mean": help_, "sd": help_ / 2},
    }
    return assumed(an_hour, minutes, {"desk": 3, "helper": helpers}, **more)


def made(file: Pathways, assumptions: Assumptions, days: int = DAYS) -> Service:
    return plan_of(file, assumptions, {}, Stretch(MONDAY, 0, days, 0))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, file: Pathways) -> Lake:
    """Forty days of a service as it really is, told as the hub tells them."""
    real = made(file, says(6.0, 12.0, 30.0, 5.0))
    tally = tally_of(real, 1, lines=200_000)
    one = type(tally)(*(part[0] for part in tally))
    run_once(real, one, 11, 0)
    told = episodes(real.names, one.log[: one.logged[0]])
    lake = Lake(tmp_path_factory.mktemp("place"))
    with lake.write(UNTIL) as batch, duckdb.connect() as con:
        rows = [row for number, episode in enumerate(told) for row in entries(number, episode)]
        # Whoever wants to be counted nowhere was never there; what was said again counts once.
        rows += [{**row, "number": row["number"] + len(rows)} for row in rows[:20]]
        con.register("rows", pa.Table.from_pylist(rows))
        batch.replace("care_event", con, select("care_event", "rows"))
        shifts = [shift(day) for day in range(DAYS)]
        con.register("shifts", pa.Table.from_pylist(shifts))
        batch.replace("shift", con, select("shift", "shifts"))
        choice = {"person_id": ["p7"], "sharing": ["all"], "on_lists": [True], "planning": [False]}
        con.register("choices", pa.table(choice))
        batch.replace("restriction", con, select("restriction", "choices"))
    return lake


def select(table: str, of: str) -> str:
    """A query whose columns are those of a table: those that `of` lacks are empty."""
    columns = []
    for column in tables()[table].columns:
        value = f'"{column.name}"' if column.name in COLUMNS[of] else "NULL"
        columns.append(f'CAST({value} AS {column.sql_type}) AS "{column.name}"')
    return f"SELECT {', '.join(columns)} FROM {of}"


COLUMNS = {
    "rows": {"row_id", "number", "source", "source_id", "key", "person_id", "linking", "told_at", "kind", "status",
             "start", "end", "date", "timed", "codes", "display"},
    "shifts": {"row_id", "number", "shift", "professional", "employer", "pool", "skills", "start", "end", "told_at"},
    "choices": {"person_id", "sharing", "on_lists", "planning"},
}  # fmt: skip


def entries(number: int, episode: Episode) -> Iterator[dict[str, Any]]:
    received = episode.events[0].at
    pathway = f"pathway:{episode.pathway or 'line'}"

    def said(
        key: str, kind: str, status: str, codes: list[str], start: datetime, end: datetime | None
    ) -> dict[str, Any]:
        plain = lambda at: at and at.astimezone(UTC).replace(tzinfo=None)
        row_id = hashlib.sha256(json.dumps([number, key]).encode()).hexdigest()
        return {
            "row_id": row_id, "number": number * 10 + int(row_id[:1], 16) % 10, "source": "hub",
            "source_id": str(number), "key": f"{number}/{key}", "person_id": f"p{number}", "linking": 0,
            "told_at": plain(start), "kind": kind, "status": status, "start": plain(start), "end": plain(end),
            "date": start.date(), "timed": True, "codes": codes, "display": key,
        }  # fmt: skip

    yield said("request", "ServiceRequest", "active", ["origin:anyone", pathway], received, None)
    ends = {event.step: event.at for event in episode.events if type(event).__name__ == "Finished"}
    for step, at in episode.entered:
        yield said(f"step/{step}/0", "EpisodeOfCare", "finished" if step in ends else "active", [f"step:{step}"], at,
                   ends.get(step))  # fmt: skip
    for clock, status, minutes in episode.read:
        if status == "stopped" or minutes > 60:
            kept = "completed" if minutes <= 60 else "failed"
            yield said(f"clock/{clock}/0", "Task", kept, [f"clock:{clock}"], received,
                       received + timedelta(minutes=minutes))  # fmt: skip


def shift(day: int) -> dict[str, Any]:
    """Five at a time: each day somebody begins who stays for five."""
    start = (MONDAY + timedelta(days=day)).replace(tzinfo=None)
    return {
        "row_id": f"s{day}", "number": day, "shift": str(day), "professional": "one", "employer": "us", "pool": "team",
        "skills": ["any"], "start": start, "end": start + timedelta(hours=120), "told_at": start,
    }  # fmt: skip


def test_what_was_seen_takes_the_place_of_what_was_assumed(lake: Lake, file: Pathways) -> None:
    learned = learn(lake, file, UNTIL, 90)
    came = learned.came["line"]
    assert 5000 < came.number < 6500 and sum(came.hours) == sum(came.weekdays) == came.number
    # Shifts that reach beyond the stretch count as far as it goes.
    assert learned.worked["team"] == pytest.approx(5 * 24 * (DAYS - 2), rel=0.02)
    guessed = says(2.0, 4.0, 60.0, 2.0)
    found = calibrate(lambda one: made(file, one, 28), file, guessed, learned, replications=2)
    assert found.assumed.arrivals["line"].per_year == pytest.approx(6.0 * 8760, rel=0.05)
    assert found.assumed.staff["helper"].number == pytest.approx(5.0, rel=0.06)
    assert found.assumed.staff["desk"].number == 3
    [soon] = found.promises
    assert soon.real == learned.clocks["line", "soon"][1] / learned.clocks["line", "soon"][0]
    assert soon.assumed is not None and soon.calibrated is not None
    # Nobody had told it how long anything takes; only spreads about the mean are still guessed.
    assert abs(soon.calibrated - soon.real) < 0.1 < abs(soon.assumed - soon.real)
    assert any("referrals a year, not 17,520" in one for one in found.said)


def test_too_little_is_refused(lake: Lake, file: Pathways) -> None:
    with pytest.raises(BadInput, match="14 are needed"):
        learn(lake, file, MONDAY + timedelta(days=9), 90)
    with pytest.raises(BadInput, match="is known for 0 days"):
        learn(lake, file, MONDAY - timedelta(days=9), 90)
