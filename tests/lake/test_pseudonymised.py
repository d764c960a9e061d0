"""The pseudonymised twins: what they keep, and that nothing in them leads to a person."""

import hashlib
import hmac
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vanguard.lake import LEAST_PEOPLE, Lake, pseudonymise, tables

NOW = datetime(2018, 8, 6, 9, 30, tzinfo=UTC)
KEY = b"a key of this place"
LOCALITIES = {"P1": "north", "P2": "south", "P3": "south"}
SENSITIVE = pa.table({"code": ["icd10:Z21", "icd10:O04"], "prefix": [False, True]})
PLAIN = {"text": "", "int": 0, "float": 0.0, "bool": False, "list of text": [], "date": date(2018, 1, 1)}
TYPES = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "list of text": pa.list_(pa.string()),
    "instant": pa.timestamp("us"),
}
Rows = Iterable[dict[str, Any]]


def write(lake: Lake, **rows: Rows) -> None:
    """The named tables become these rows; what is never empty and was not given is nothing of its type."""
    with lake.write(NOW) as batch, duckdb.connect() as con:
        for name, listed in rows.items():
            columns = tables()[name].columns
            blank = {c.name: None if c.null else PLAIN.get(c.type, NOW.replace(tzinfo=None)) for c in columns}
            whole = [blank | row for row in listed]
            con.register("given", pa.Table.from_pylist(whole, pa.schema([(c.name, TYPES[c.type]) for c in columns])))
            batch.replace(name, con, "SELECT * FROM given")
            con.unregister("given")


def make(lake: Lake, *, key: bytes = KEY) -> Any:
    return pseudonymise(lake, NOW, key=key, localities=LOCALITIES, sensitive=SENSITIVE)


def ask(lake: Lake, query: str) -> list[tuple[Any, ...]]:
    with lake.analyse() as con:
        return con.execute(query).fetchall()


def pseudonym(of: str, key: bytes = KEY) -> str:
    return hmac.new(key, of.encode(), hashlib.sha256).hexdigest()[:20]


def everything(lake: Lake) -> str:
    names = [table.shown_as for table in tables().values() if table.folder == "pseudonymised"]
    return "\n".join(repr(row) for name in names for row in ask(lake, f"SELECT * FROM {name}"))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def test_nothing_that_leads_to_a_person_is_kept(lake: Lake) -> None:
    """Every text of one person holds a mark found nowhere else, but for what analysis needs."""
    kept = {"kind", "setting", "status", "method", "codes", "unit", "source", "feed", "sex", "conditions", "alerts",
            "hospital_frailty_band", "blueprint", "version", "cohort"}  # fmt: skip

    def marked(name: str) -> dict[str, Any]:
        texts = [c for c in tables()[name].columns if c.type in ("text", "list of text") and c.name not in kept]
        words = {c.name: f"zz{c.name}zz" if c.type == "text" else [f"zz{c.name}zz"] for c in texts}
        return words | {"person_id": "zzpersonzz"}

    born, died, day = date(1931, 2, 3), date(2018, 7, 29), date(2018, 7, 17)
    at = {"event": {"start": datetime(2018, 7, 17, 9, 41, 33), "date": day, "age": 87, "codes": ["icd10:I10"]},
          "person": {"birth_date": born, "death_date": died},
          "person_feature": {"month_end": date(2018, 6, 30), "age": 87, "last_admission": date(2018, 5, 23)},
          "person_period": {"start": date(2001, 4, 13)}, "cohort_member": {"date": date(2018, 6, 30)}}  # fmt: skip
    write(lake, **{name: [marked(name) | more] for name, more in at.items()})
    make(lake)
    told = everything(lake)
    assert "icd10:I10" in told and pseudonym("zzpersonzz") in told
    assert "zz" not in told
    for exact in (born, died, date(2018, 5, 23), date(2001, 4, 13)):
        assert repr(exact) not in told
    assert ask(lake, "SELECT birth_year, death_month FROM person") == [(1931, date(2018, 7, 1))]
    assert ask(lake, "SELECT age, last_admission FROM person_feature") == [(85, date(2018, 5, 1))]
    assert ask(lake, "SELECT age, date FROM event") == [(85, day)]


def test_pseudonyms_are_keyed_and_the_same_in_every_table(lake: Lake, tmp_path: Path) -> None:
    people = [f"p{number}" for number in range(50)]
    rows = [{"person_id": one} for one in people]
    write(lake, person=rows, person_period=rows, event=[row | {"event_id": row["person_id"]} for row in rows])
    make(lake)
    expected = sorted(pseudonym(one) for one in people)
    for table in ("person", "person_period", "event"):
        assert [one for (one,) in ask(lake, f"SELECT person_id FROM {table} ORDER BY 1")] == expected
    make(lake, key=b"the key of another use")
    assert not set(expected) & {one for (one,) in ask(lake, "SELECT person_id FROM person")}
    # Longer keys than a block are taken as HMAC takes them.
    make(lake, key=KEY * 9)
    assert ask(lake, "SELECT min(person_id) FROM person") == [(min(pseudonym(one, KEY * 9) for one in people),)]


def test_the_same_input_gives_the_same_files(lake: Lake) -> None:
    rows = [{"person_id": f"p{number}", "event_id": f"e{number}"} for number in range(3_000)]
    write(lake, person=[{"person_id": row["person_id"]} for row in rows], event=rows)
    make(lake)
    before = lake.manifest_path.read_bytes()
    make(lake)
    assert lake.manifest_path.read_bytes() == before


def test_practices_areas_and_places_are_named_where_there_are_many(lake: Lake) -> None:
    # Practice, area and how many people; P3 and A3 are small, and so are those of A1 in P2.
    groups = [("P1", "A1", 1_100), ("P2", "A2", 1_200), ("P3", "A2", 120), ("P2", "A1", 99), ("P1", "A3", 30)]
    rows = [
        {"person_id": f"{practice}{area}{number}", "practice": practice, "area": area, "place": practice}
        for practice, area, size in groups
        for number in range(size)
    ]
    write(
        lake,
        person=list(rows),
        person_period=rows,
        person_feature=rows,
        event=[{"event_id": row["person_id"], "person_id": row["person_id"], "place": row["place"]} for row in rows],
    )
    make(lake)
    expected = [
        ("P1", "north", "A1", 1_100),
        ("P1", "north", None, 30),
        ("P2", "south", "A2", 1_200),
        ("P2", "south", None, 99),
        (None, "south", "A2", 120),
    ]
    for table in ("person", "person_period", "person_feature"):
        found = ask(lake, f"SELECT practice, locality, area, count(*) FROM {table} GROUP BY ALL ORDER BY ALL")
        assert found == expected, table
    assert ask(lake, "SELECT DISTINCT place FROM event ORDER BY 1") == [("P1",), ("P2",), (None,)]
    assert min(size for _, _, area, size in expected if area) >= 100 and LEAST_PEOPLE == 1_000


def test_an_age_changes_at_new_year_and_gives_no_birthday_away(lake: Lake) -> None:
    # A day that is not known has no age.
    days = [date(2017, 12, 31), date(2018, 1, 1), date(2018, 5, 5), date(2018, 5, 7), None]
    people = {"p": date(1953, 5, 6), "old": date(1917, 3, 1), "none": None}
    events = [
        {"event_id": f"{one}{number}", "person_id": one, "date": day, "age": 1}
        for one in people
        for number, day in enumerate(days)
    ]
    write(lake, person=[{"person_id": one, "birth_date": born} for one, born in people.items()], event=events)
    make(lake)

    def ages(of: str) -> list[int | None]:
        rows = ask(lake, f"SELECT age FROM event WHERE person_id = '{pseudonym(of)}' ORDER BY date")
        return [age for (age,) in rows]

    assert ages("p") == [60, 65, 65, 65, None], "65 on 6 May 2018"
    assert ages("old") == [85, 90, 90, 90, None], "whoever is over 90 counts as 90 this year"
    assert ages("none") == [None] * 5
    assert ask(lake, "SELECT birth_year FROM person ORDER BY 1") == [(1928,), (1953,), (None,)]


def test_who_opted_out_and_what_is_sensitive_is_left_out(lake: Lake) -> None:
    codes = {
        "plain": ["icd10:I10"],
        "exact": ["icd10:I10", "icd10:Z21"],
        "longer": ["icd10:O045"],
        "near": ["icd10:Z210"],
    }
    write(
        lake,
        person=[{"person_id": "in"}, {"person_id": "out"}],
        event=[
            {"event_id": f"{who}{name}", "person_id": who, "codes": given, "kind": name}
            for who in ("in", "out")
            for name, given in codes.items()
        ],
        person_feature=[{"person_id": "out"}],
        cohort_member=[{"person_id": "out"}],
        person_period=[{"person_id": "out"}],
        restriction=[
            {"person_id": "out", "sharing": "share_all", "on_lists": True, "planning": False},
            {"person_id": "in", "sharing": "nothing", "on_lists": False, "planning": True},
        ],
    )
    kept = make(lake)
    assert (kept.people, kept.people_left_out, kept.events, kept.events_left_out) == (1, 1, 2, 6)
    assert ask(lake, "SELECT kind FROM event ORDER BY 1") == [("near",), ("plain",)]
    assert pseudonym("out") not in everything(lake)


days = st.dates(date(2017, 1, 1), date(2018, 12, 31))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(days, st.none() | st.integers(1, 500)), min_size=1, max_size=8))
def test_who_was_registered_at_a_month_s_end_stays_the_same(
    tmp_path: Path, periods: list[tuple[date, int | None]]
) -> None:
    shutil.rmtree(tmp_path / "lake", ignore_errors=True)
    lake = Lake(tmp_path)
    rows = [
        {"person_id": f"p{n}", "start": start, "end": None if length is None else start + timedelta(days=length)}
        for n, (start, length) in enumerate(periods)
    ]
    write(lake, person=[{"person_id": row["person_id"]} for row in rows], person_period=rows)
    make(lake)
    query = """SELECT month_end, list(person_id ORDER BY person_id) FROM person_period,
                 (SELECT last_day(DATE '2016-12-01' + to_months(n::INT)) AS month_end FROM range(48) t(n))
               WHERE start <= month_end AND ("end" IS NULL OR "end" > month_end) GROUP BY 1 ORDER BY 1"""
    with lake.connect() as con:
        identified = con.execute(query).fetchall()
    expected = [(month, sorted(pseudonym(one) for one in people)) for month, people in identified]
    assert ask(lake, query) == expected


@pytest.mark.parametrize(
    "attempt",
    [
        "SELECT * FROM person_link",
        "SELECT * FROM pseudonymised_event",
        "SELECT * FROM read_parquet('{lake}/identified/person/*.parquet')",
        "SELECT * FROM read_parquet('{lake}/pseudonymised/../identified/person/*.parquet')",
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY person TO '{lake}/out.csv'",
        "ATTACH '{lake}/out.db'",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
    ],
)
def test_the_analyst_s_door_opens_the_pseudonymised_folder_only(lake: Lake, attempt: str) -> None:
    write(lake, person=[{"person_id": "p"}])
    make(lake)
    before: Callable[[], set[Path]] = lambda: set(lake.folder.rglob("*"))
    there = before()
    with lake.analyse() as con, pytest.raises(duckdb.Error):
        con.execute(attempt.format(lake=lake.folder)).fetchall()
    assert before() == there


def test_its_files_are_for_its_group_and_the_identified_for_their_owner(lake: Lake) -> None:
    write(lake, person=[{"person_id": "p"}], event=[{"event_id": "e", "person_id": "p"}])
    make(lake)

    def modes(folder: str) -> set[int]:
        return {path.stat().st_mode & 0o777 for path in (lake.folder / folder).rglob("*")}

    assert modes("identified") == {0o700, 0o600}
    assert modes("pseudonymised") == {0o750, 0o640}
    assert {name: (lake.folder / name).stat().st_mode & 0o777 for name in ("identified", "pseudonymised")} == {
        "identified": 0o700,
        "pseudonymised": 0o750,
    }
    # An engineer may have new files take the group of the folder: that stays.
    shared = lake.folder / "pseudonymised"
    shared.chmod(0o2750)
    write(lake, event=[])
    assert shared.stat().st_mode & 0o7777 == 0o2750


def test_news_of_one_person_is_told_of_one_unless_it_makes_a_place_large(lake: Lake) -> None:
    people = [f"p{number}" for number in range(LEAST_PEOPLE)]
    rows = [{"person_id": one, "event_id": one, "place": "Q1"} for one in people[:-1]]
    write(lake, person=[{"person_id": one} for one in people], event=rows)
    make(lake)
    assert ask(lake, "SELECT DISTINCT place FROM event") == [(None,)]

    def more(person: str, event: str) -> None:
        with lake.write(NOW) as batch, lake.connect() as con:
            new = f"SELECT * REPLACE ('{event}' AS event_id, '{person}' AS person_id) FROM (FROM event LIMIT 1)"
            query = f"{new} UNION ALL SELECT * FROM event WHERE person_id = '{person}'"
            batch.replace_of("event", con, query, f"SELECT '{person}' AS person_id")
        make(lake)

    more("p3", "another")
    assert [bool(file.instead) for file in lake.manifest().tables["pseudonymised_event"]] == [False, True]
    assert ask(lake, "SELECT count(*), count(place) FROM event") == [(LEAST_PEOPLE, 0)]
    more(people[-1], "the thousandth")
    assert ask(lake, "SELECT count(*), count(place) FROM event") == [(LEAST_PEOPLE + 1, LEAST_PEOPLE + 1)]
    more("p3", "a third")
    write(lake, restriction=[{"person_id": "p3", "planning": False}])
    make(lake)
    files = [str(lake.folder / file.path) for file in lake.manifest().tables["pseudonymised_event"]]
    assert ask(lake, "SELECT count(*) FROM event") == [(LEAST_PEOPLE - 1,)]
    with duckdb.connect() as con:
        left = con.execute("SELECT count(*) FROM read_parquet(?) WHERE person_id = ?", [files, pseudonym("p3")])
        assert left.fetchall() == [(0,)], "not even hidden behind another file"
