"""Partner files become rows of the lake, and every row of every file is counted once."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.know.intake.partner import NOW, ask, contact, counts, send, stay, take

from vanguard.know.intake import current_events, current_persons, feeds
from vanguard.lake import Lake


def test_a_stay_becomes_an_event_and_a_person(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay()])
    assert counts(take(tmp_path, tmp_path / "in")) == (1, 1, 0, 0, 0)
    columns = "source, source_id, key, kind, setting, status, method, start, date, end_date, timed, codes, place"
    assert ask(tmp_path, f"SELECT {columns}, cost_pence, line FROM source_event") == [
        (
            "acute", "R1", "S1", "Encounter", "inpatient", "finished", "emergency", datetime(2018, 6, 30, 23, 0),
            date(2018, 7, 1), date(2018, 7, 5), False, ["icd10:J441", "icd10:I10"], "RXQ02", 123456, 2,
        )
    ]  # fmt: skip
    assert ask(tmp_path, "SELECT nhs_number, birth_date, sex, postcode FROM source_person") == [
        ("9991234519", date(1940, 2, 29), "female", "HP20 1AA")
    ]


def test_the_detail_keeps_what_has_no_column_of_its_own(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay(PROCODE='R"X')])
    take(tmp_path, tmp_path / "in")
    assert json.loads(ask(tmp_path, "SELECT detail FROM source_event")[0]) == {
        "ADMIMETH": "21", "DISMETH": "1", "PROCODE": 'R"X',
    }  # fmt: skip


def test_who_is_still_in_hospital_has_no_end(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay(DISDATE="", DISMETH="")])
    take(tmp_path, tmp_path / "in")
    assert ask(tmp_path, 'SELECT status, "end", end_date FROM source_event') == [("in-progress", None, None)]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2018-01-10T09:30:00", datetime(2018, 1, 10, 9, 30)),
        ("2018-07-01T09:30:00", datetime(2018, 7, 1, 8, 30)),
        ("2018-07-01T00:30:00", datetime(2018, 6, 30, 23, 30)),
    ],
)
def test_london_times_are_stored_in_utc(tmp_path: Path, written: str, instant: datetime) -> None:
    send(tmp_path / "in", "community_contacts", [contact(contact_at=written)])
    take(tmp_path, tmp_path / "in")
    day = date.fromisoformat(written[:10])
    assert ask(tmp_path, "SELECT start, date, timed FROM source_event") == [(instant, day, True)]


def test_an_alert_is_marked_and_other_entries_are_not(tmp_path: Path) -> None:
    entry = {"patient_id": "G1", "event_at": "2018-07-01T10:00:00", "code": "fall", "practice_code": "K82001"}
    rows = [{**entry, "event_id": "1", "type": "alert"}, {**entry, "event_id": "2", "type": "condition"}]
    send(tmp_path / "in", "gp_events", rows)
    take(tmp_path, tmp_path / "in")
    assert ask(tmp_path, "SELECT kind, detail, codes FROM source_event ORDER BY key") == [
        ("Condition", '{"alert":true}', ["vgp:fall"]),
        ("Condition", None, ["vgp:fall"]),
    ]


def test_the_same_files_again_are_all_duplicates_and_make_no_generation(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay(), stay(SPELL_ID="S2", SEX="X")])
    take(tmp_path, tmp_path / "in")
    before = Lake(tmp_path).manifest_path.read_bytes()
    assert counts(take(tmp_path, tmp_path / "in")) == (2, 0, 0, 0, 2)
    assert Lake(tmp_path).manifest_path.read_bytes() == before


def test_a_row_written_twice_is_a_duplicate_and_a_corrected_one_supersedes(tmp_path: Path) -> None:
    rows = [stay(), stay(), stay(SPELL_ID="S2"), stay(SPELL_ID="S2", COST_GBP="1")]
    send(tmp_path / "in", "inpatient_spells", rows)
    assert counts(take(tmp_path, tmp_path / "in")) == (4, 2, 0, 1, 1)
    assert ask(tmp_path, f"SELECT key, cost_pence FROM ({current_events()}) ORDER BY key") == [
        ("S1", 123456), ("S2", 100),
    ]  # fmt: skip
    assert ask(tmp_path, "SELECT count(*) FROM source_event") == [3], "the superseded row is kept"


def test_the_next_extract_says_only_what_is_new(tmp_path: Path) -> None:
    send(tmp_path / "a", "inpatient_spells", [stay(), stay(SPELL_ID="S2")])
    send(
        tmp_path / "b",
        "inpatient_spells",
        [stay(), stay(SPELL_ID="S2", DISDATE="2018-07-09")],
        day="20180802",
    )
    take(tmp_path, tmp_path / "a")
    assert counts(take(tmp_path, tmp_path / "b")) == (2, 1, 0, 0, 1)
    assert ask(tmp_path, f"SELECT end_date FROM ({current_events()}) WHERE key = 'S2'") == [date(2018, 7, 9)]


def test_an_older_extract_that_comes_late_is_superseded(tmp_path: Path) -> None:
    send(tmp_path / "new", "inpatient_spells", [stay(COST_GBP="2")], day="20180802")
    send(tmp_path / "old", "inpatient_spells", [stay(COST_GBP="1")], day="20180801")
    take(tmp_path, tmp_path / "new")
    assert counts(take(tmp_path, tmp_path / "old")) == (1, 0, 0, 1, 0)
    assert ask(tmp_path, f"SELECT cost_pence FROM ({current_events()})") == [200]


def test_a_value_that_goes_and_comes_back_is_news_both_times(tmp_path: Path) -> None:
    for day, cost in (("20180801", "1"), ("20180802", "2"), ("20180803", "1")):
        send(tmp_path / day, "inpatient_spells", [stay(COST_GBP=cost)], day=day)
        assert counts(take(tmp_path, tmp_path / day)) == (1, 1, 0, 0, 0)
    assert ask(tmp_path, f"SELECT cost_pence FROM ({current_events()})") == [100]
    assert ask(tmp_path, "SELECT count(DISTINCT row_id) FROM source_event") == [3]


def test_an_extract_that_carries_its_own_history_brings_nothing_new_the_second_time(tmp_path: Path) -> None:
    history = [stay(COST_GBP="1"), stay(COST_GBP="2"), stay(SPELL_ID="S2")]
    send(tmp_path / "a", "inpatient_spells", history)
    send(tmp_path / "b", "inpatient_spells", [*history, stay(SPELL_ID="S3")], day="20180802")
    assert counts(take(tmp_path, tmp_path / "a")) == (3, 2, 0, 1, 0)
    assert counts(take(tmp_path, tmp_path / "b")) == (4, 1, 0, 0, 3)


def test_a_file_sent_again_with_a_correction_under_the_same_name_wins(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay(SPELL_ID="S0"), stay(COST_GBP="1")])
    take(tmp_path, tmp_path / "in")
    send(tmp_path / "in", "inpatient_spells", [stay(COST_GBP="2")])
    assert counts(take(tmp_path, tmp_path / "in")) == (1, 1, 0, 0, 0)
    assert ask(tmp_path, f"SELECT cost_pence FROM ({current_events()}) WHERE key = 'S1'") == [200]


def test_people_are_kept_once_a_change(tmp_path: Path) -> None:
    rows = [stay(SPELL_ID=f"S{number}", HOMEADD_POSTCODE=postcode)
            for number, postcode in enumerate(["HP20 1AA", "HP20 1AA", "HP21 1AA", "HP20 1AA"])]  # fmt: skip
    send(tmp_path / "in", "inpatient_spells", rows)
    take(tmp_path, tmp_path / "in")
    assert ask(tmp_path, "SELECT postcode FROM source_person ORDER BY line") == [
        "HP20 1AA",
        "HP21 1AA",
        "HP20 1AA",
    ]
    assert ask(tmp_path, f"SELECT line FROM ({current_persons()})") == [5]


def test_counts_are_kept_by_file(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay(), stay(SPELL_ID="S2", SEX="7")])
    send(tmp_path / "in", "community_contacts", [contact()])
    result = take(tmp_path, tmp_path / "in")
    assert [(file.file, file.rows, file.quarantined) for file in result.files] == [
        ("community_contacts_20180801.csv", 1, 0), ("inpatient_spells_20180801.csv", 2, 1),
    ]  # fmt: skip
    held = ask(tmp_path, "SELECT file, rows, accepted, quarantined, superseded, duplicate FROM received_file")
    assert sorted(held) == [
        ("community_contacts_20180801.csv", 1, 1, 0, 0, 0), ("inpatient_spells_20180801.csv", 2, 1, 1, 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "column", "sentence"),
    [
        ({"SPELL_ID": ""}, "SPELL_ID", "SPELL_ID is empty; expected a value."),
        ({"LOPATID": "  "}, "LOPATID", "LOPATID is empty; expected a value."),
        (
            {"NEWNHSNO": "9991234567"},
            "NEWNHSNO",
            "NEWNHSNO is 9991234567; expected an NHS number of ten digits",
        ),
        ({"NEWNHSNO": "123"}, "NEWNHSNO", "NEWNHSNO is 123; expected an NHS number of ten digits"),
        ({"DOB": "1953-02-30"}, "DOB", "DOB is 1953-02-30; expected a date written as 2018-08-06."),
        ({"DOB": "infinity"}, "DOB", "DOB is infinity; expected a date written as 2018-08-06."),
        ({"DISDATE": "Epoch"}, "DISDATE", "DISDATE is Epoch; expected a date written as 2018-08-06."),
        ({"COST_GBP": "1_000"}, "COST_GBP", "COST_GBP is 1_000; expected pounds such as 1234.50."),
        ({"DOB": "1853-02-01"}, "DOB", "DOB is 1853-02-01; expected nothing before 1880."),
        (
            {"ADMIDATE": "2087-01-01"},
            "ADMIDATE",
            "expected nothing after the extract, made on 1 August 2018.",
        ),
        (
            {"ADMIDATE": "2018-08-02"},
            "ADMIDATE",
            "expected nothing after the extract, made on 1 August 2018.",
        ),
        ({"SEX": "Q"}, "SEX", "SEX is Q; expected one of 1, 2, 0, 9."),
        ({"ADMIMETH": "77"}, "ADMIMETH", "ADMIMETH is 77; expected one of 11, 12"),
        ({"COST_GBP": "£12"}, "COST_GBP", "COST_GBP is £12; expected pounds such as 1234.50."),
    ],
)
def test_a_row_that_cannot_be_used_is_kept_with_its_reason(
    tmp_path: Path, changes: dict[str, str], column: str, sentence: str
) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay(SPELL_ID="S0"), stay(**changes)])
    assert counts(take(tmp_path, tmp_path / "in")) == (2, 1, 1, 0, 0)
    [(at_fault, reason, line, row)] = ask(tmp_path, 'SELECT "column", reason, line, row FROM quarantine')
    assert (at_fault, line) == (column, 3)
    assert sentence in reason
    assert json.loads(row)["ADMIDATE"] == stay(**changes)["ADMIDATE"]
    assert ask(tmp_path, "SELECT key FROM source_event") == ["S0"]


def test_every_fault_of_a_row_is_named(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay(SEX="Q", DOB="x")])
    take(tmp_path, tmp_path / "in")
    [(column, reason)] = ask(tmp_path, 'SELECT "column", reason FROM quarantine')
    assert column == "DOB"
    assert "DOB is x" in reason and "SEX is Q" in reason


def test_what_may_lie_ahead_is_accepted(tmp_path: Path) -> None:
    package = {
        "person_ref": "P1",
        "package_id": "K1",
        "package_type": "home_care",
        "start_date": "2018-07-01",
    }
    send(tmp_path / "in", "care_packages", [{**package, "end_date": "2019-12-31"}])
    assert take(tmp_path, tmp_path / "in").accepted == 1


@pytest.mark.parametrize("number", ["", "9991234519", "999 123 4519", "999-123-4519"])
def test_nhs_numbers_may_be_empty_or_spaced(tmp_path: Path, number: str) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay(NEWNHSNO=number)])
    assert take(tmp_path, tmp_path / "in").accepted == 1
    assert ask(tmp_path, "SELECT nhs_number FROM source_person") == ["9991234519" if number else None]


def test_a_place_describes_a_feed_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "visits.yaml").write_text(
        "feed: visits\nlabel: Visits\nwhat: One visit.\nsource: charity\nfiles: visits_*\ndelimiter: ';'\n"
        "encoding: latin-1\nkey: [no]\ncolumns:\n  no: {what: Number.}\n  who: {what: Person.}\n"
        "  day: {type: date, format: '%d/%m/%Y', what: Day.}\n  note: {what: Note.}\n"
        "event:\n  source_id: who\n  kind: {constant: Encounter}\n  setting: {constant: voluntary}\n"
        "  start: day\n  text: note\n"
    )
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "visits_june.csv").write_bytes("no;who;day;note\n1;V1;02/06/2018;Café\n".encode("latin-1"))
    result = take(tmp_path, tmp_path / "in", feeds=tmp_path / "feeds")
    assert counts(result) == (1, 1, 0, 0, 0)
    assert ask(tmp_path, "SELECT date, text FROM source_event") == [(date(2018, 6, 2), "Café")]


def test_every_shipped_column_says_what_it_means() -> None:
    assert len(feeds()) >= 8
    for feed in feeds().values():
        for name, column in feed.columns.items():
            assert column.what.endswith("."), (feed.feed, name)


def test_two_places_that_receive_the_same_files_hold_the_same_bytes(tmp_path: Path) -> None:
    rows = [stay(SPELL_ID=f"S{number % 90}", LOPATID=f"R{number % 7}", COST_GBP=str(number)) for number in range(200)]
    send(tmp_path / "in", "inpatient_spells", rows)
    send(tmp_path / "in", "community_contacts", [contact(), contact(contact_id="K2", sex="?")])
    lakes = []
    for home in (tmp_path / "one", tmp_path / "two"):
        take(home, tmp_path / "in")
        lakes.append(Lake(home).manifest().tables)
    assert lakes[0] == lakes[1]
    assert NOW.isoformat() in Lake(tmp_path / "one").manifest().written
