"""Points carried over from before, beside a full recount: after news of every kind, late corrections among it."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.learn.measure.test_measures import COMMON, MAIN, NOW, PLACE, arrow, made_up, town_of

from vanguard.blueprint import Blueprint, read
from vanguard.lake import Lake, tables
from vanguard.learn.measure import build

MEASURES = f"""\
measures:
  weekly: {{label: Weekly, {COMMON}, interval: week, by: [practice, age_band],
    standardise: {{method: indirect, by: [sex]}},
    count: {{where: "setting = 'inpatient'"}}, per: {{number: 1000, of: person_years}}}}
  nights: {{label: Nights, {COMMON}, interval: month, by: [place],
    sum: {{what: nights, where: "setting = 'inpatient'"}}}}
  ill: {{label: Ill, {COMMON}, interval: month, by: [sex],
    count: {{where: "method = 'emergency'"}}, per: {{number: 100, of: people, whom: condition_count >= 1}}}}
  back: {{label: Back, {COMMON}, interval: month, by: [practice, locality, sex],
    count: {{where: "setting = 'inpatient'", whom: condition_count >= 1}},
    followed_by: {{where: "method = 'emergency'", within: P10D}}, per: {{number: 100, of: all_counted}}}}
  share: {{label: Share, {COMMON}, interval: quarter, by: [sex],
    count: {{where: "method = 'emergency'"}}, per: {{number: 100, of: events, where: "setting = 'inpatient'"}}}}
"""
Rows = dict[str, list[dict[str, Any]]]


def defined(folder: Path, measures: str) -> Blueprint:
    folder.mkdir(exist_ok=True)
    (folder / "blueprint.yaml").write_text(MAIN)
    (folder / "measures.yaml").write_text(measures.replace("Any.,", "'Any.',"))
    return read(folder)


def test_after_any_news_points_are_those_of_a_full_recount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some measures are put together with others, some alone."""
    monkeypatch.setattr("vanguard.learn.measure.points.ENOUGH", 60)
    lake, carried_over = Lake(tmp_path), 0
    for number, (news, rows, last, measures) in enumerate(course(random.Random(3))):
        blueprint = defined(tmp_path / "moon", measures)
        keep(lake, rows, laid_over=number % 4 != 0)
        made = build(lake, [blueprint], last, NOW)
        assert made.made_anew == 0 or news not in NOT_NEW
        refreshed, told = points(lake), events_told(lake)
        assert build(lake, [blueprint], last, NOW).made_anew == 0, "nothing has come since"
        whole = build(lake, [blueprint], last, NOW, anew=True)
        recounted = points(lake)
        assert told == events_told(lake), news
        assert refreshed.keys() == recounted.keys(), news
        assert {key: (one, recounted[key]) for key, one in refreshed.items() if one != recounted[key]} == {}, news
        assert (made.points, made.without_value) == (whole.points, whole.without_value)
        carried_over += whole.made_anew - made.made_anew
    assert carried_over > 50


def course(chance: random.Random) -> Iterator[tuple[str, Rows, date, str]]:
    """What a place holds to the end of March and to that of April, then after one late correction after another, and
    then as a blueprint says otherwise what is measured."""
    for news, rows, last in corrections(chance):
        yield news, rows, last, MEASURES
    yield "all sent again", {name: list(reversed(some)) for name, some in rows.items()}, last, MEASURES
    rebased = MEASURES.replace("interval: week,", "interval: week, rebased: [{from: 2026-02-02, because: A ward}],")
    yield "a chart begins anew", rows, last, rebased
    yield "another number to divide by", rows, last, rebased.replace("number: 1000", "number: 100")


NOT_NEW = ("all sent again", "a chart begins anew")


def corrections(chance: random.Random) -> Iterator[tuple[str, Rows, date]]:
    persons, periods, events = town_of(*made_up(chance.randrange(100)))
    # One came in before anything was told, and another stays for more than a year.
    for number, (begins, ends) in enumerate(((date(2025, 12, 3), date(2026, 2, 5)), (date(2025, 1, 9), LONG_ENDS))):
        events.append(events[0] | {
            "event_id": f"long{number}", "person_id": f"p{number}", "setting": "inpatient", "date": begins,
            "end_date": ends, "nights": (ends - begins).days, "known_to": None, "timed": False,
            "start": noon(begins), "end": noon(ends),
        })  # fmt: skip
    noted = [
        {"person_id": f"p{n}", "means": "condition", "grouping": "asthma", "start": date(2024, 11, 30), "end": None}
        for n in range(0, 12, 2)
    ]
    rows: Rows = {
        "person": persons, "person_period": periods, "event": events, "person_feature": [], "cohort_member": [],
        **PLACE, "noted": noted, "restriction": [],
    }  # fmt: skip
    march = date(2026, 3, 31)
    yield "the first", rows | {"event": [one for one in events if one["date"] <= march]}, march
    april = date(2026, 4, 30)
    yield "a month more", rows, april
    early = [one for one in events if one["date"] < date(2026, 2, 1)]
    chance.choice(early)["known_to"] = NOW.replace(tzinfo=None)
    yield "an event of winter withdrawn", rows, april
    chance.choice(early)["person_id"] = "p12"
    yield "an event that was of nobody we know", rows, april
    persons[1]["sex"] = "male" if persons[1]["sex"] == "female" else "female"
    yield "another sex", rows, april
    rows["person_period"] = [one for one in periods if one["person_id"] != "p1"]
    yield "never registered", rows, april
    rows["person_period"] = periods
    first = next(one for one in periods if one["person_id"] == "p0")
    first["start"] = date(2025, 12, 20)
    yield "registered later than we thought, while away", rows, april
    noted[1] |= {"end": date(2026, 3, 20)}
    noted.append(noted[0] | {"person_id": "p1", "start": date(2024, 12, 20)})
    yield "noted late", rows, april
    persons[2]["death_date"] = date(2026, 2, 11)
    yield "died", rows, april
    rows["restriction"] = PLACE["restriction"]
    yield "not to be counted", rows, april
    for one in events:
        one["person_id"] = "p4" if one["person_id"] == "p5" else one["person_id"]
    rows["person_period"] = [one for one in periods if one["person_id"] != "p5"]
    rows["person"] = [one for one in persons if one["person_id"] != "p5"]
    yield "two records were of one person", rows, april
    rows["practice"] = [one | {"locality": "south", "locality_name": "South"} for one in PLACE["practice"]]
    yield "a locality that another takes in", rows, april
    for one in events:
        one["place"] = "RXQ" if one["event_id"] > "e30" else "RHW"
    rows["event"] = [one | {"nights": 0} if one["place"] == "RHW" else one for one in events]
    yield "another definition of an event is a new event", rows | {"event": renamed(rows["event"])}, april


LONG_ENDS = date(2026, 3, 8)


def noon(day: date) -> Any:
    return NOW.replace(tzinfo=None, year=day.year, month=day.month, day=day.day)


def renamed(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An event's facts never change under its id."""
    return [one | {"event_id": f"{one['event_id']}-{one['place']}"} for one in events]


def keep(lake: Lake, rows: Rows, *, laid_over: bool) -> None:
    """News of persons and what happened to them comes as whole tables, or laid over them for whom it is about."""
    with lake.write(NOW) as batch, duckdb.connect() as con, lake.connect() as before:
        for name, some in rows.items():
            if name not in tables():
                continue
            con.register(name, arrow(name, some))
            if not (laid_over and name in ("person", "event")):
                batch.replace(name, con, f"SELECT * FROM {name}")
                continue
            con.register("held", before.sql(f"SELECT * FROM {name}").to_arrow_table())
            differ = f"(FROM held EXCEPT ALL FROM {name}) UNION ALL (FROM {name} EXCEPT ALL FROM held)"
            con.execute(f"CREATE OR REPLACE TABLE who AS SELECT DISTINCT person_id FROM ({differ})")
            about = f"SELECT * FROM {name} SEMI JOIN who USING (person_id)"
            batch.replace_of(name, con, about, "SELECT person_id FROM who")


def events_told(lake: Lake) -> tuple[Any, Any]:
    """The kept days of events with their marks, and the first days of what is measured."""
    manifest = lake.manifest()
    return manifest.tables["told_event"], manifest.made["told events"].result


def points(lake: Lake) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    with lake.connect(only=["measure_point"]) as con:
        found = con.execute("SELECT * EXCLUDE (blueprint, version, made_from) FROM measure_point").fetchall()
    return {row[:4]: row[4:] for row in found}
