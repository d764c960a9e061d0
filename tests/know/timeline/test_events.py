from datetime import date, datetime
from random import Random

import pytest
from tests.know.timeline.told import NOW, extract, link, person, read, registered, store, told

from vanguard.know import timeline
from vanguard.know.intake import current_events
from vanguard.lake import Lake

ADA = [person("P1")]
LINKS = [link("gp", "17", "P1"), link("acute", "A9", "P1")]


def test_every_partner_is_one_history_in_order_of_time(lake: Lake) -> None:
    store(
        lake,
        person=ADA,
        person_link=LINKS,
        source_event=[
            told("A9", "s1", source="acute", feed="inpatient_spells", date=date(2024, 5, 2), kind="Encounter"),
            told("17", "e1", date=date(2025, 1, 1), display="Asthma"),
            told("17", "e2", display="Undated"),
            told("17", "e3", date=date(2023, 1, 1)),
        ],
    )
    timeline.build(lake, NOW)
    events = read(lake, 'SELECT person_id, "date", source FROM event')
    assert [event["date"] for event in events] == [None, date(2023, 1, 1), date(2024, 5, 2), date(2025, 1, 1)]
    assert {event["person_id"] for event in events} == {"P1"}
    assert events[2]["source"] == "acute"


def test_a_row_about_nobody_or_about_somebody_unlinked_is_no_event(lake: Lake) -> None:
    rows = [told("17", "e1"), told("18", "e2"), {**told("17", "e3"), "source_id": None}]
    store(lake, person=ADA, person_link=LINKS, source_event=rows)
    timeline.build(lake, NOW)
    assert read(lake, "SELECT event_id FROM event") == [{"event_id": rows[0]["row_id"]}]


def test_a_correction_ends_the_version_before_it_and_a_repetition_ends_nothing(lake: Lake) -> None:
    july, mid, august = (extract(date(2026, *md)) for md in ((7, 1), (7, 15), (8, 1)))
    store(
        lake,
        person=ADA,
        person_link=LINKS,
        source_event=[
            told("17", "e1", display="Asthma", extracted_at=july),
            told("17", "e1", display="Asthma", extracted_at=mid),
            told("17", "e1", display="COPD", extracted_at=august),
            told("17", "e1", display="COPD", extracted_at=august, line=9),
        ],
    )
    timeline.build(lake, NOW)
    versions = read(lake, "SELECT display, known_from, known_to FROM event ORDER BY known_from")
    assert versions == [
        {"display": "Asthma", "known_from": july, "known_to": august},
        {"display": "COPD", "known_from": august, "known_to": None},
    ]


def test_what_is_said_again_after_a_correction_stands_again(lake: Lake) -> None:
    days = [extract(date(2026, 7, day)) for day in (1, 2, 3)]
    said = ["Asthma", "COPD", "Asthma"]
    rows = [told("17", "e1", display=d, extracted_at=at) for d, at in zip(said, days, strict=True)]
    store(lake, person=ADA, person_link=LINKS, source_event=rows)
    timeline.build(lake, NOW)
    assert read(lake, "SELECT display FROM event WHERE known_to IS NULL") == [{"display": "Asthma"}]
    assert read(lake, "SELECT count(*) AS n FROM event")[0]["n"] == 3


def test_within_one_extract_the_later_line_stands(lake: Lake) -> None:
    rows = [told("17", "e1", display="first", line=2), told("17", "e1", display="second", line=3)]
    store(lake, person=ADA, person_link=LINKS, source_event=rows)
    timeline.build(lake, NOW)
    assert read(lake, "SELECT display FROM event WHERE known_to IS NULL") == [{"display": "second"}]


def test_what_stands_is_what_intake_says_stands(lake: Lake) -> None:
    order = Random(7)
    rows = [
        told(
            "17",
            f"e{order.randrange(40)}",
            display=f"said {order.randrange(3)}",
            extracted_at=extract(date(2026, 7, order.randrange(1, 4))),
            file=f"{order.randrange(2)}.csv",
            load_id=f"L{order.randrange(2)}",
            line=line,
        )
        for line in range(300)
    ]
    store(lake, person=ADA, person_link=LINKS, source_event=rows)
    timeline.build(lake, NOW)
    standing = read(lake, "SELECT event_id FROM event WHERE known_to IS NULL ORDER BY 1")
    assert standing == read(lake, f"SELECT row_id AS event_id FROM ({current_events()}) ORDER BY 1")


def test_a_thing_moved_to_another_person_leaves_the_first(lake: Lake) -> None:
    store(
        lake,
        person=[*ADA, person("P2")],
        person_link=[*LINKS, link("gp", "18", "P2")],
        source_event=[
            told("17", "e1", extracted_at=extract(date(2026, 7, 1))),
            told("18", "e1", extracted_at=extract(date(2026, 8, 1))),
        ],
    )
    timeline.build(lake, NOW)
    assert read(lake, "SELECT person_id FROM event WHERE known_to IS NULL") == [{"person_id": "P2"}]
    assert read(lake, "SELECT person_id FROM event WHERE known_to IS NOT NULL") == [{"person_id": "P1"}]


def test_what_was_entered_in_error_is_kept_and_says_so(lake: Lake) -> None:
    rows = [told("17", "e1", status="entered-in-error")]
    store(lake, person=ADA, person_link=LINKS, source_event=rows)
    timeline.build(lake, NOW)
    assert read(lake, "SELECT status, known_to FROM event") == [{"status": "entered-in-error", "known_to": None}]


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(1940, 6, 15), date(2020, 6, 14), 79),
        (date(1940, 6, 15), date(2020, 6, 15), 80),
        (date(1940, 2, 29), date(2023, 2, 28), 82),
        (date(1940, 2, 29), date(2023, 3, 1), 83),
        (date(1940, 2, 29), date(2024, 2, 28), 83),
        (date(1940, 2, 29), date(2024, 2, 29), 84),
        (date(2024, 12, 31), date(2025, 1, 1), 0),
        (date(2024, 12, 31), date(2024, 12, 31), 0),
        (date(2024, 12, 31), date(2024, 12, 30), None),
        (None, date(2024, 12, 30), None),
    ],
)
def test_age_is_in_completed_years(lake: Lake, birth: date | None, on: date, years: int | None) -> None:
    store(
        lake,
        person=[person("P1", birth_date=birth)],
        person_link=LINKS,
        source_event=[told("17", "e1", date=on)],
    )
    timeline.build(lake, NOW)
    assert read(lake, "SELECT age FROM event") == [{"age": years}]


def test_nights_are_midnights_and_empty_while_it_goes_on(lake: Lake) -> None:
    def stay(key: str, end: date | None) -> dict[str, object]:
        return told("17", key, kind="Encounter", date=date(2024, 2, 28), end_date=end)

    store(
        lake,
        person=ADA,
        person_link=LINKS,
        source_event=[stay("a", date(2024, 3, 1)), stay("b", date(2024, 2, 28)), stay("c", None)],
    )
    timeline.build(lake, NOW)
    assert {row["nights"] for row in read(lake, "SELECT nights FROM event")} == {2, 0, None}


def test_the_order_of_the_rows_changes_nothing(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = [
        told(str(n % 7), f"e{n // 2}", display=f"said {n % 5}", date=date(2024, 1, 1 + n % 20), line=n)
        for n in range(200)
    ]
    rows += [registered(str(n), date(2020, 1, 1 + n)) for n in range(7)]
    people = [person(f"P{n}") for n in range(7)]
    links = [link("gp", str(n), f"P{n}") for n in range(7)]
    store(lake, person=people, person_link=links, source_event=rows)
    timeline.build(lake, NOW)
    shuffled = Lake(tmp_path_factory.mktemp("other"))
    Random(4).shuffle(rows)
    store(shuffled, person=people[::-1], person_link=links[::-1], source_event=rows)
    timeline.build(shuffled, NOW)
    for table in ("event", "person_period"):
        assert shuffled.manifest().tables[table] == lake.manifest().tables[table]


def test_building_again_is_no_new_generation(lake: Lake) -> None:
    store(
        lake,
        person=ADA,
        person_link=LINKS,
        source_event=[told("17", "e1"), registered("17", date(2020, 1, 1))],
    )
    timeline.build(lake, NOW)
    before = lake.manifest()
    timeline.build(lake, datetime(2027, 1, 1, tzinfo=NOW.tzinfo))
    assert lake.manifest() == before


def test_little_memory_spills_and_makes_the_same_file(lake: Lake) -> None:
    with lake.write(NOW) as batch, lake.connect() as con:
        con.execute("""
            CREATE TABLE said AS
            SELECT s.* REPLACE (
                md5(i::VARCHAR) AS row_id, 'gp_events' AS feed, 'gp' AS source,
                (hash(i) % 5000)::VARCHAR AS source_id, 'k' || i AS key, 'f' AS file, i AS line,
                'L1' AS load_id, false AS timed, [] AS codes,
                TIMESTAMP '2026-08-01' AS extracted_at, 'Observation' AS kind,
                TIMESTAMP '2020-01-01' + INTERVAL (hash(i) % 50000) HOUR AS "start",
                repeat(md5(i::VARCHAR), 4) AS text)
            FROM range(200000) t(i) LEFT JOIN source_event s ON false""")
        batch.replace("source_event", con, "FROM said")
        batch.replace(
            "person_link",
            con,
            "SELECT DISTINCT source, source_id, 'P' || source_id AS person_id, 'alone' AS method,"
            " 1.0 AS probability, extracted_at AS since FROM said",
        )
    timeline.build(lake, NOW)
    roomy = lake.manifest().tables["event"]
    assert roomy[0].rows == 200_000
    timeline.build(lake, NOW, memory_limit="150MB")
    assert lake.manifest().tables["event"] == roomy
