"""Forecasts of a place: made from its lake, kept as rows, scored when the truth is there, withdrawn where no better."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from vanguard.lake import Lake, tables
from vanguard.learn.simulate.forecast import kept_forecasts, make_forecasts, make_usual_waits, making
from vanguard.learn.simulate.forecast.house import houses

# Over the night in March on which the clocks change.
NOW = datetime(2026, 3, 26, 14, 20, tzinfo=UTC)
EXTRACT = datetime(2026, 3, 26, tzinfo=UTC)
FIRST = datetime(2025, 7, 1, tzinfo=UTC)


def fill(lake: Lake, until: datetime, extract: datetime) -> None:
    """Attendances by the hour that drift, admissions known by the day alone with stays of some nights, referrals."""
    chance = np.random.default_rng(4)
    days = (until.date() - FIRST.date()).days
    rows: dict[str, list[object]] = {
        name: [] for name in ("event_id", "person_id", "setting", "start", "end", "timed", "place")
    }

    def add(setting: str, start: datetime, end: datetime | None, timed: bool, place: str) -> None:
        number = len(rows["event_id"])
        for name, value in zip(rows, (f"e{number}", f"p{number}", setting, start, end, timed, place), strict=True):
            rows[name].append(value)

    for day in range(days):
        level = 1 + 0.5 * np.sin(day / 25) + 0.4 * (day % 7 == 0)
        morning = FIRST + timedelta(days=day)
        for hour in np.repeat(np.arange(24), chance.poisson(level * np.where((np.arange(24) > 7), 1.0, 0.2))):
            start = morning + timedelta(hours=int(hour), minutes=float(chance.uniform(0, 59)))
            add(
                "emergency_department",
                start,
                start + timedelta(minutes=100),
                True,
                "A" if chance.random() < 0.7 else "B",
            )
        local = morning.date() + timedelta(days=1)
        midnight = datetime.combine(local, datetime.min.time())
        summer = date(2025, 7, 1) <= local <= date(2025, 10, 26) or local > date(2026, 3, 29)
        midnight = midnight.replace(tzinfo=UTC) - timedelta(hours=int(summer))
        for nights in chance.geometric(0.15, chance.poisson(4 * level)):
            over = midnight + timedelta(days=int(nights))
            if midnight < until:
                add("inpatient", midnight, over if over < until else None, False, "A")
    known = dict.fromkeys(("kind", "status", "feed"), "")
    known |= {"kind": "Encounter", "status": "finished", "feed": "told", "source": "them"}
    with lake.write(NOW) as batch, duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        plain = {k: [v.replace(tzinfo=None) if isinstance(v, datetime) else v for v in vs] for k, vs in rows.items()}
        con.register("told", pa.table(plain))
        given = ", ".join(f"'{value}' AS {name}" for name, value in known.items())
        missing = [c for c in tables()["event"].columns if c.name not in {*rows, *known, "date", "codes", "known_from"}]
        more = "".join(f', CAST(NULL AS {c.sql_type}) AS "{c.name}"' for c in missing)
        batch.replace(
            "event",
            con,
            f"SELECT *, CAST(start AS DATE) AS date, [] AS codes, start AS known_from, {given}{more} FROM told",
        )
        batch.replace("received_file", con, f"""
            SELECT 'l' AS load_id, 'told' AS feed, 'f' AS file, 's' AS sha256, 'd' AS described_by, 0 AS rows,
                   0 AS accepted, 0 AS quarantined, 0 AS superseded, 0 AS duplicate,
                   TIMESTAMP '{extract:%Y-%m-%d %H:%M}' AS extracted_at""")  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    made = Lake(tmp_path_factory.mktemp("ahead"))
    fill(made, EXTRACT, EXTRACT)
    return made


@pytest.fixture(scope="module")
def made(lake: Lake) -> Iterator[int]:
    """How many forecasts were made at first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "TRIALS", 20)
        yield make_forecasts(lake, NOW)


def test_a_forecast_is_made_kept_scored_and_made_again(lake: Lake, made: int) -> None:
    first = kept_forecasts(lake)
    assert made == len(first)
    assert {(one.series, one.place) for one in first} == {
        ("attendances", "all"), ("attendances", "A"), ("attendances", "B"), ("admissions", "all"), ("beds", "all"),
    }  # fmt: skip
    # What is known by the hour is forecast from this hour; what is known by the day from the next midnight in London.
    timed = [one for one in first if one.series == "attendances" and one.place == "all"]
    assert [one.hours for one in timed] == [6, 12, 24, 48, 72, 120, 168]
    assert {one.begins for one in timed} == {NOW.replace(minute=0)}
    by_day = [one for one in first if one.series == "beds"]
    assert [one.hours for one in by_day] == [24, 48, 72, 120, 168]
    assert {one.begins for one in by_day} == {datetime(2026, 3, 27, tzinfo=UTC)}
    for one in first:
        assert len(one.draws) == 99
        assert list(one.draws) == sorted(one.draws)
        assert one.why
        assert one.record.forecasts == 0
    assert any(one.shown for one in first), "nothing was nearer than looking back, though the level drifts"
    # The same hour again: the rows stand in place of the first.
    assert make_forecasts(lake, NOW + timedelta(minutes=10)) == made
    assert lake.rows("forecast") == made
    # Nine days later everything has come true, and is scored as its definition says.
    later = NOW + timedelta(days=9)
    fill(lake, EXTRACT + timedelta(days=9), EXTRACT + timedelta(days=9))
    make_forecasts(lake, later)
    assert lake.rows("forecast") == 2 * made
    with lake.connect(only=["forecast", "event"]) as con:
        rows = con.execute(
            "SELECT series, place, begins, ends, truth, draws, crps, pit FROM forecast WHERE crps IS NOT NULL"
        ).fetchall()
        assert len(rows) == made
        for series, place, begins, ends, truth, draws, crps, pit in rows:
            where = "setting = 'emergency_department'" if series == "attendances" else "setting = 'inpatient'"
            at = "" if place == "all" else f"AND place = '{place}'"
            span = (
                'start < $ends AND coalesce("end" >= $ends, true)'
                if series == "beds"
                else "start >= $begins AND start < $ends"
            )
            bound = {"ends": ends} | ({} if series == "beds" else {"begins": begins})
            [(counted,)] = con.execute(f"SELECT count(*) FROM event WHERE {where} {at} AND {span}", bound).fetchall()
            assert truth == counted, (series, place, begins, ends)
            values = np.array(json.loads(draws))
            pairs = np.abs(values[:, None] - values[None]).mean() / 2
            assert crps == pytest.approx(np.abs(values - truth).mean() - pairs)
            assert 0 <= pit <= 1
    record = next(one.record for one in kept_forecasts(lake) if one.series == "beds" and one.hours == 24)
    assert record.forecasts == 1
    assert record.crps is not None


@pytest.mark.usefixtures("made")
def test_a_forecast_that_came_no_nearer_since_is_withdrawn(lake: Lake) -> None:
    """Twenty that came true further off than looking back: not shown any more, whatever trials say."""
    with lake.write(NOW) as batch, lake.connect(only=["forecast"]) as con:
        [(latest,)] = con.execute("SELECT max(made_at) FROM forecast").fetchall()
        con.execute(
            "CREATE TABLE old AS SELECT * FROM forecast WHERE made_at = ? AND series = 'beds' AND hours = 24", [latest]
        )
        batch.replace("forecast", con, """
            SELECT * REPLACE (true AS shown) FROM old UNION ALL
            SELECT old.* REPLACE (made_at - to_days(CAST(i AS INTEGER)) AS made_at, 5.0 AS truth, 2.0 AS crps,
                              1.5 AS naive_crps, 0.5 AS pit) FROM old, range(1, 21) t(i)""")  # fmt: skip
    [one] = kept_forecasts(lake)
    assert one.record.forecasts == 20
    assert not one.shown
    assert "20 have come true, and it was no nearer" in one.why


def test_what_nobody_may_plan_with_is_not_counted(lake: Lake) -> None:
    before = {(one.series, one.place): one.came.hourly.sum() for one in houses(lake, NOW)}
    with lake.write(NOW) as batch, lake.connect(only=["event"]) as con:
        batch.replace("restriction", con, """
            SELECT DISTINCT person_id, 'share_all' AS sharing, true AS on_lists, false AS planning FROM event
            WHERE setting = 'inpatient'""")  # fmt: skip
    after = {(one.series, one.place): one.came.hourly.sum() for one in houses(lake, NOW)}
    assert ("beds", "all") in before and ("beds", "all") not in after
    assert after["attendances", "all"] == before["attendances", "all"]
    assert make_usual_waits(lake, NOW) == 8


def test_a_place_that_knows_nothing_has_no_forecast(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.write(NOW):
        pass
    assert make_forecasts(lake, NOW) == 0
    assert kept_forecasts(lake) == []
