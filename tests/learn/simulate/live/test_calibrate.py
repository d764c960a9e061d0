"""A service that has run tells its simulation how it really is: the real clocks come out, which nobody had assumed."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from tests.learn.simulate.services import MONDAY, assumed, file_of, resource

from vanguard.blueprint import Assumptions, Pathways
from vanguard.blueprint.elements.answers import vocabulary_of
from vanguard.errors import BadInput
from vanguard.lake import Lake, tables
from vanguard.learn.simulate.live import Came, Learned, Took, calibrate, learn
from vanguard.learn.simulate.live.arriving import arriving
from vanguard.learn.simulate.plan import Service, plan_of
from vanguard.learn.simulate.plan.timetable import Stretch, expected
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
    rows = [row for number, episode in enumerate(told_by(real)) for row in entries(number, episode)]
    # Whoever wants to be counted nowhere was never there; what was said again counts once.
    rows += [{**row, "number": row["number"] + len(rows)} for row in rows[:20]]
    return lake_of(tmp_path_factory.mktemp("place"), rows, [shift(day) for day in range(DAYS)])


def told_by(real: Service) -> list[Episode]:
    """The episodes of one run."""
    tally = tally_of(real, 1, lines=200_000)
    one = type(tally)(*(part[0] for part in tally))
    run_once(real, one, 11, 0)
    return episodes(real.names, one.log[: one.logged[0]])


def lake_of(folder: Path, rows: list[dict[str, Any]], shifts: list[dict[str, Any]]) -> Lake:
    lake = Lake(folder)
    with lake.write(UNTIL) as batch, duckdb.connect() as con:
        con.register("rows", pa.Table.from_pylist(rows))
        batch.replace("care_event", con, select("care_event", "rows"))
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
    "shifts": {"row_id", "number", "shift", "professional", "employer", "pool", "skills", "start", "end", "told_at",
               "withdrawn_at"},
    "choices": {"person_id", "sharing", "on_lists", "planning"},
}  # fmt: skip


def said(
    number: int, key: str, kind: str, status: str, codes: list[str], start: datetime, end: datetime | None = None
) -> dict[str, Any]:
    plain = lambda at: at and at.astimezone(UTC).replace(tzinfo=None)
    row_id = hashlib.sha256(json.dumps([number, key]).encode()).hexdigest()
    return {
        "row_id": row_id, "number": number * 10 + int(row_id[:1], 16) % 10, "source": "hub",
        "source_id": str(number), "key": f"{number}/{key}", "person_id": f"p{number}", "linking": 0,
        "told_at": plain(start), "kind": kind, "status": status, "start": plain(start), "end": plain(end),
        "date": start.date(), "timed": True, "codes": codes, "display": key,
    }  # fmt: skip


def request(number: int, pathway: str, received: datetime) -> dict[str, Any]:
    return said(number, "request", "ServiceRequest", "active", ["origin:anyone", f"pathway:{pathway}"], received)


def entries(number: int, episode: Episode, within: Mapping[str, float] = {"soon": 60}) -> Iterator[dict[str, Any]]:
    received = episode.events[0].at
    yield request(number, episode.pathway or "line", received)
    ends = {event.step: event.at for event in episode.events if type(event).__name__ == "Finished"}
    for step, at in episode.entered:
        status = "finished" if step in ends else "active"
        yield said(number, f"step/{step}/0", "EpisodeOfCare", status, [f"step:{step}"], at, ends.get(step))
    for clock, status, minutes in episode.read:
        if status == "stopped" or minutes > within[clock]:
            kept = "completed" if minutes <= within[clock] else "failed"
            until = received + timedelta(minutes=minutes)
            yield said(number, f"clock/{clock}/0", "Task", kept, [f"clock:{clock}"], received, until)


def shift(day: int) -> dict[str, Any]:
    """Five at a time: each day somebody begins who stays for five."""
    start = (MONDAY + timedelta(days=day)).replace(tzinfo=None)
    return {
        "row_id": f"s{day}", "number": day, "shift": str(day), "professional": "one", "employer": "us", "pool": "team",
        "skills": ["any"], "start": start, "end": start + timedelta(hours=120), "told_at": start,
        "withdrawn_at": None,
    }  # fmt: skip


def test_what_was_seen_takes_the_place_of_what_was_assumed(lake: Lake, file: Pathways) -> None:
    learned = learn(lake, file, UNTIL, 90)
    came = learned.came["line"]
    assert 5000 < came.number < 6500 and sum(came.hours) == sum(came.weekdays) == came.number
    # Shifts that reach beyond the stretch count as far as it goes.
    assert learned.worked["team"].hours == pytest.approx(5 * 24 * (DAYS - 2), rel=0.02)
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
    for took in found.steps:
        assert took.finished > 1000 and took.assumed is not None and took.calibrated is not None
        assert abs(took.calibrated - took.real) < abs(took.assumed - took.real)
    assert any("referrals a year, not 17,520" in one for one in found.said)
    assert any(
        re.fullmatch(r"Whoever helps: 2\d\d% of the hours on shift that are assumed\.", one) for one in found.said
    )


def test_too_little_is_refused(lake: Lake, file: Pathways) -> None:
    with pytest.raises(BadInput, match="14 are needed"):
        learn(lake, file, MONDAY + timedelta(days=9), 90)
    with pytest.raises(BadInput, match="is known for 0 days"):
        learn(lake, file, MONDAY - timedelta(days=9), 90)


def test_a_younger_pathway_and_pool_are_learned_from_since_they_began(tmp_path: Path, file: Pathways) -> None:
    """Three a day for twenty days beside an older service that is no part of this blueprint."""
    began = UNTIL - timedelta(days=20)
    rows = [request(10 + n, "line", began + timedelta(hours=8 * n)) for n in range(60)]
    rows += [request(100 + n, "another", UNTIL - timedelta(days=n)) for n in range(91)]
    shifts = [shift(day) | {"end": plain_day(day + 1)} for day in range(DAYS - 20, DAYS)]
    # Taken back before it began, so nobody worked on it.
    shifts.append(shift(DAYS - 10) | {"row_id": "back", "shift": "back", "withdrawn_at": plain_day(DAYS - 15)})
    shifts.append(shift(DAYS - 5) | {"row_id": "new", "shift": "new", "pool": "desk"})
    learned = learn(lake_of(tmp_path, rows, shifts), file, UNTIL, 91)
    assert (learned.since, learned.days) == (began, 20)
    assert learned.came["line"].number == 60
    # The pool that has a rota for five days only is too young to learn from.
    assert {pool: (one.since, one.hours) for pool, one in learned.worked.items()} == {"team": (began, 480)}
    found = arriving(says(2.0, 4.0, 60.0, 2.0), "line", learned.came["line"], UNTIL)
    assert found["per_year"] == pytest.approx(3 * 365, rel=0.001)
    assert found["weekdays"] == pytest.approx([sum(found["weekdays"]) / 7] * 7, rel=0.01)


def plain_day(day: int) -> datetime:
    return (MONDAY + timedelta(days=day)).replace(tzinfo=None)


def test_a_long_step_counts_when_it_ends(tmp_path: Path, file: Pathways) -> None:
    """Each tenth takes ten days, the others one: on average 1.9, of which the last fifteen days must not lose any."""
    rows = []
    for n in range(40 * 10):
        at = MONDAY + timedelta(hours=2.4 * n)
        end = at + timedelta(days=10 if n % 10 == 0 else 1)
        status = "finished" if end < UNTIL else "active"
        rows += [request(n, "line", at), said(n, "step", "EpisodeOfCare", status, ["step:help"], at, end)]
    learned = learn(lake_of(tmp_path, rows, [shift(0)]), file, UNTIL, 15)
    times, minutes = learned.steps["line", "help"][()]
    assert times == pytest.approx(150, abs=2)
    assert minutes / 1440 == pytest.approx(1.9, rel=0.03)


def test_the_season_counts_once() -> None:
    """Whoever is simulated over the days learned from comes as often as they came."""
    months = (4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    assumptions = says(2.0, 4.0, 60.0, 2.0)
    stated = assumptions.arrivals["line"].model_copy(update={"months": months})
    assumptions = assumptions.model_copy(update={"arrivals": {"line": stated}})
    came = Came(MONDAY, 2400, {"anyone": 2400}, (100,) * 24, (400, 400, 320, 320, 320, 320, 320))
    found = arriving(assumptions, "line", came, MONDAY + timedelta(days=24))
    laid = stated.model_copy(update=found)
    assert expected(Stretch(MONDAY, 0, 24), laid)[-1] == pytest.approx(2400, abs=1)
    assert found["per_year"] < 2400 / 24 * 365 / 2


def simulated(service: Service) -> tuple[Learned, float]:
    """What a service shows of itself that is run for once, and the share of those who came who gave up."""
    tally = tally_of(service, 1, lines=200_000)
    one = type(tally)(*(part[0] for part in tally))
    run_once(service, one, 1, 0)
    took: dict[str, list[float]] = {}
    for episode in episodes(service.names, one.log[: one.logged[0]]):
        entered = dict(episode.entered)
        for event in episode.events:
            if type(event).__name__ == "Finished":
                took.setdefault(event.step, []).append((event.at - entered[event.step]) / timedelta(minutes=1))
    steps = {("line", step): {(): (len(minutes), sum(minutes) / len(minutes))} for step, minutes in took.items()}
    return Learned(MONDAY, UNTIL, {}, steps, {}, {}), float(one.everything[2] / one.everything[0])


def test_who_gave_up_does_not_count_in_how_long_a_step_takes(file: Pathways) -> None:
    """A service that is as it was assumed to be is left as it is, however many give up."""
    patience = {"line": {"minutes": {"kind": "exponential", "mean": 30.0}}}
    assumptions = says(24.0, 10.0, 5.0, 4.0, patience=patience)
    learned, gave_up = simulated(made(file, assumptions, 8))
    assert gave_up > 0.1
    found = calibrate(lambda one: made(file, one, 8), file, assumptions, learned, replications=1)
    assert found.changed == {} and found.said == ()


def test_a_wait_that_some_have_is_theirs_alone() -> None:
    """One in ten waits for an hour, and not for twenty minutes as assumed: forty more."""
    steps = {"help": {"by": "helper", "next": "out"}}
    file = file_of(steps, {"helper": resource()}, by={"phone": "help", "online": "help"})

    def says(hours: float) -> Assumptions:
        shares = {"phone": 0.9, "online": 0.1}
        plain = assumed(12.0, {"help": {"kind": "fixed", "value": 1.0}}, {"helper": 9}, by=shares)
        waits = {"wait_hours": {"kind": "exponential", "mean": hours}, "wait_when": "channel = 'online'"}
        over = {"steps": {"line": {"help": waits}}}
        return plain.changed_by(Assumptions.model_validate(over, context={"answers": vocabulary_of({})}))

    learned, _ = simulated(made(file, says(1.0), 20))
    found = calibrate(lambda one: made(file, one, 28), file, says(1 / 3), learned, replications=2)
    hours = found.changed["steps"]["line"]["help"]["wait_hours"]["mean"]
    assert hours == pytest.approx(1.0, rel=0.12)
    more = round(60 * hours - 20)
    assert found.said == (f"help: for those who wait {more} minutes more pass than assumed.",)


URGENT = {
    "rapid": {"within": "PT30M", "start": "received", "stop": "help.began"},
    "normal": {"within": "PT24H", "start": "received", "stop": "help.began"},
    "decision": {"within": "PT10M", "start": "received", "stop": "answer.finished"},
}


def test_each_promise_has_a_wait_of_its_own(tmp_path: Path) -> None:
    """Who is promised half an hour waits for twelve minutes, who is promised a day for twenty hours; five were assumed
    for all. One wait for everybody would describe neither."""
    asked = {
        "label": "How soon?",
        "kind": "choice",
        "of": {"rapid": "Now", "normal": "In a day"},
        "source": {"cites": "tests"},
    }
    steps = {
        "answer": {"by": "desk", "decides": ["how_soon"], "next": "help"},
        "help": {"by": "helper", "clock": "$how_soon", "next": "out"},
    }
    file = file_of(steps, {"desk": resource(), "helper": resource()}, clocks=URGENT, questions={"how_soon": asked})
    minutes = {"answer": {"kind": "gamma", "mean": 6.0, "sd": 3.0}, "help": {"kind": "fixed", "value": 10.0}}
    shares = {"how_soon": {"shares": {"rapid": 0.3, "normal": 0.7}}}
    plain = assumed(3.0, minutes, {"desk": 9, "helper": 40}, answers=shares)

    def waiting(**waits: Any) -> Assumptions:
        return plain.changed_by(Assumptions.model_validate({"steps": {"line": {"help": waits}}}, context={}))

    def after(hours: float) -> dict[str, Any]:
        return {"kind": "exponential", "mean": hours}

    real = made(file, waiting(wait_hours_by={"rapid": after(0.2), "normal": after(20.0)}))
    within = {"rapid": 30.0, "normal": 1440.0, "decision": 10.0}
    rows = [row for number, episode in enumerate(told_by(real)) for row in entries(number, episode, within)]
    learned = learn(lake_of(tmp_path, rows, [shift(0)]), file, UNTIL, 90)
    guessed = waiting(wait_hours=after(5.0))

    def calibrated(of: Learned) -> tuple[dict[str, float], tuple[str, ...], dict[str, Took]]:
        found = calibrate(lambda one: made(file, one, 28), file, guessed, of, replications=2)
        took = {one.whose: one for one in found.steps if one.step == "help"}
        return {one.clock: abs((one.calibrated or 0) - one.real) for one in found.promises}, found.said, took

    away, said, took = calibrated(learned)
    # Beside the time of everybody stands that of each promise: 12 minutes or 20 hours, and the work.
    rapid, normal = (took[f"where the promise is “{label}”"] for label in ("rapid", "normal"))
    assert took[""].finished == sum(one.finished for whose, one in took.items() if whose)
    assert rapid.real < 30 < 1000 < normal.real
    for one in (rapid, normal):
        assert one.calibrated == pytest.approx(one.real, rel=0.2)
    assert set(away) == set(URGENT) and max(away.values()) < 0.05
    assert any(
        re.fullmatch("help: where the promise is “rapid”, 4.8 hours fewer pass than assumed.", one) for one in said
    ), said
    assert any(re.match("help: where the promise is “normal”, 1[3-6].* hours more pass", one) for one in said), said

    together = {
        key: {(): (n := sum(times for times, _ in of.values()), sum(a * b for a, b in of.values()) / n)}
        for key, of in learned.steps.items()
    }
    away, _, took = calibrated(replace(learned, steps=together))
    assert min(away["rapid"], away["normal"]) > 0.05 and set(took) == {""}
