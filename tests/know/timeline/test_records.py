import json
from datetime import date, timedelta
from typing import Any

import pytest
from tests.know.timeline.told import NOW, extract, link, package, person, registered, store, told

from vanguard.know import timeline
from vanguard.lake import Lake

LINKS = [link("gp", "17", "P1"), link("acute", "A9", "P1"), link("social_care", "S4", "P1")]


def records(lake: Lake) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for batch in timeline.records(lake):
        for person_id, body in zip(*(batch.column(n).to_pylist() for n in ("person_id", "body")), strict=True):
            assert person_id not in found
            found[person_id] = json.loads(body)
    return found


def record(lake: Lake, *rows: dict[str, Any], **known: Any) -> Any:
    """The record of P1, of whom the partners said `rows`."""
    store(lake, person=[person("P1", **known)], person_link=LINKS, source_event=rows)
    timeline.build(lake, NOW)
    return records(lake)["P1"]


def hospital(key: str, **said: Any) -> dict[str, Any]:
    stay = {"feed": "inpatient_spells", "source": "acute", "kind": "Encounter", "setting": "inpatient"}
    return told("A9", key, **{**stay, "method": "emergency", **said})


def labels(section: list[dict[str, Any]]) -> list[str]:
    return [line["label"] for line in section]


def test_the_whole_record_has_the_agreed_keys_and_no_nulls(lake: Lake) -> None:
    whole = record(
        lake,
        registered("17", date(2011, 4, 1)),
        told(
            "17",
            "e1",
            kind="Observation",
            status="final",
            start=extract(date(2026, 7, 3)) + timedelta(hours=8, minutes=30),
            date=date(2026, 7, 3),
            timed=True,
            codes=["vgp:weight"],
            display='Weight "in clothes"',
            value=61.5,
            unit="kg",
            place="K82001",
        ),
        given_name="Zoë",
        nhs_number="9991234567",
    )
    assert list(whole) == ["person", "practice_since", "conditions", "medicines", "alerts", "entries"]
    assert whole["person"] == {
        "person_id": "P1",
        "nhs_number": "9991234567",
        "given_name": "Zoë",
        "birth_date": "1940-02-29",
        "sex": "female",
    }
    assert whole["practice_since"] == "2011-04-01"
    assert whole["entries"][0] == {
        "id": whole["entries"][0]["id"],
        "kind": "Observation",
        "setting": "primary_care",
        "status": "final",
        "start": "2026-07-03T08:30:00Z",
        "date": "2026-07-03",
        "timed": True,
        "codes": ["vgp:weight"],
        "display": 'Weight "in clothes"',
        "value": 61.5,
        "unit": "kg",
        "place": "K82001",
        "source": "gp",
        "known_from": "2026-08-01T00:00:00Z",
    }
    assert whole["entries"][1]["setting"] == "registration"


def test_somebody_of_whom_nothing_is_known_has_an_empty_record(lake: Lake) -> None:
    assert record(lake) == {
        "person": {"person_id": "P1", "birth_date": "1940-02-29", "sex": "female"},
        "practice_since": None,
        "conditions": [],
        "medicines": [],
        "alerts": [],
        "entries": [],
    }


def test_entries_are_newest_first_and_only_what_stands(lake: Lake) -> None:
    whole = record(
        lake,
        told("17", "a", date=date(2020, 1, 1), display="old"),
        told("17", "b", date=date(2024, 1, 1), display="wrong", extracted_at=extract(date(2026, 7, 1))),
        told("17", "b", date=date(2024, 1, 1), display="right"),
        told("17", "c", date=date(2025, 1, 1), display="mistaken", status="entered-in-error"),
        told("17", "d", display="undated"),
        told("17", "e", date=date(2026, 1, 1), display="new"),
    )
    assert [entry["display"] for entry in whole["entries"]] == ["new", "right", "old", "undated"]


def test_a_number_that_json_cannot_write_is_left_out(lake: Lake) -> None:
    entry = record(lake, told("17", "a", kind="Observation", value=float("inf")))["entries"][0]
    assert "value" not in entry


def test_one_condition_under_many_codes_is_one_line_since_the_first(lake: Lake) -> None:
    whole = record(
        lake,
        told("17", "a", date=date(2015, 5, 1), codes=["vgp:heart_failure"], display="HF"),
        hospital("s", date=date(2014, 3, 2), codes=["icd10:N390", "icd10:I500"]),
        told("17", "b", date=date(2019, 5, 1), codes=["vgp:heart_failure"], display="HF"),
    )
    assert whole["conditions"] == [
        {"label": "Heart failure", "code": "icd10:I500", "since": "2014-03-02", "source": "acute"}
    ]


def test_a_code_that_the_place_adds_to_a_condition_is_listed_under_it(lake: Lake) -> None:
    own = lake.folder.parent / "codes"
    own.mkdir()
    (own / "own.yaml").write_text("id: own\nversion: 1\nsource: us\nlicence: ours\nextends: long_term_conditions\n")
    (own / "own.csv").write_text("set,system,code\nasthma,snomed,195967001\n")
    said = told("17", "a", date=date(2010, 5, 1), codes=["snomed:195967001"], display="Wheezy")
    assert labels(record(lake, said)["conditions"]) == ["Asthma"]


def test_problems_outside_the_groupings_are_listed_after_and_once_for_each_code(lake: Lake) -> None:
    whole = record(
        lake,
        told("17", "a", date=date(2025, 5, 1), codes=["snomed:1"], display="Sore knee"),
        told("17", "b", date=date(2024, 5, 1), codes=["snomed:1"], display="Sore knee"),
        told("17", "c", date=date(2010, 5, 1), codes=["vgp:asthma"], display="Asthma"),
        told("17", "d", date=date(2012, 5, 1), display="Without a code"),
    )
    assert labels(whole["conditions"]) == ["Asthma", "Sore knee", "Without a code"]
    assert whole["conditions"][1]["since"] == "2024-05-01"


@pytest.mark.parametrize(
    ("over", "shown"),
    [
        ({"status": "resolved"}, False),
        ({"status": "inactive"}, False),
        ({"end_date": date(2026, 7, 30)}, False),
        ({"end_date": date(2026, 8, 1)}, True),
        ({"status": "finished", "end_date": date(2026, 9, 1)}, True),
        ({"status": "finished"}, False),
        ({"status": "active"}, True),
        ({}, True),
    ],
)
@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("conditions", {"codes": ["vgp:asthma"]}),
        ("conditions", {"codes": ["snomed:1"]}),
        ("medicines", {"kind": "MedicationRequest", "codes": ["dmd:1"]}),
        ("alerts", {"codes": ["vgp:housebound"], "detail": {"alert": True}}),
        ("alerts", {"kind": "AllergyIntolerance", "codes": ["snomed:91936005"]}),
        ("alerts", {"kind": "Flag"}),
    ],
)
def test_what_is_over_is_in_the_entries_only(
    lake: Lake, section: str, said: dict[str, Any], over: dict[str, Any], shown: bool
) -> None:
    whole = record(lake, told("17", "a", date=date(2020, 1, 1), display="Thing", **said, **over))
    assert len(whole["entries"]) == 1
    sections = {name: len(whole[name]) for name in ("conditions", "medicines", "alerts")}
    assert sections == {**dict.fromkeys(sections, 0), section: int(shown)}


def test_a_problem_list_that_says_it_is_over_outweighs_older_hospital_codes(lake: Lake) -> None:
    over = told("17", "a", date=date(2010, 1, 1), end_date=date(2018, 1, 1), codes=["vgp:asthma"])
    before = hospital("s", date=date(2017, 1, 1), codes=["icd10:J459"])
    after = hospital("t", date=date(2019, 1, 1), codes=["icd10:J459"])
    assert record(lake, over, before)["conditions"] == []
    assert record(lake, over, before, after)["conditions"] == [
        {"label": "Asthma", "code": "icd10:J459", "since": "2019-01-01", "source": "acute"}
    ]


def test_an_alert_has_the_day_on_which_it_was_last_recorded(lake: Lake) -> None:
    falls = [
        told("17", key, date=day, display="Fall", codes=["vgp:fall"], detail={"alert": True})
        for key, day in (("1", date(2024, 10, 10)), ("2", date(2026, 11, 9)))
    ]
    assert record(lake, *falls)["alerts"] == [
        {"label": "Fall", "code": "vgp:fall", "since": "2026-11-09", "source": "gp"}
    ]


def test_the_last_word_on_a_medicine_counts(lake: Lake) -> None:
    def prescribed(key: str, day: date, **said: Any) -> dict[str, Any]:
        return told("17", key, kind="MedicationRequest", date=day, codes=["dmd:7"], **said)

    old = prescribed("a", date(2020, 1, 1), display="Furosemide 20mg")
    new = prescribed("b", date(2024, 1, 1), display="Furosemide 40mg")
    assert record(lake, old, new)["medicines"] == [
        {"label": "Furosemide 40mg", "code": "dmd:7", "since": "2024-01-01", "source": "gp"}
    ]
    assert record(lake, old, {**new, "status": "stopped", "row_id": "stopped"})["medicines"] == []


@pytest.mark.parametrize(
    ("said", "display"),
    [
        ({"codes": ["icd10:I500"]}, "Emergency admission: heart failure"),
        ({"codes": ["icd10:I500"], "method": "elective"}, "Planned admission: heart failure"),
        ({"codes": ["icd10:G20"], "method": None}, "Hospital admission: Parkinson's disease"),
        ({"codes": ["icd10:J441"]}, "Emergency admission: chronic obstructive pulmonary disease"),
        ({"codes": []}, "Emergency admission"),
        ({"codes": ["snomed:1"], "display": "Chest pain"}, "Emergency admission: chest pain"),
        (
            {"setting": "emergency_department", "codes": ["icd10:I500"], "display": "Breathless"},
            "Emergency department attendance: breathless; heart failure",
        ),
        (
            {"setting": "emergency_department", "codes": ["icd10:I500"], "display": "HEART FAILURE"},
            "Emergency department attendance: HEART FAILURE",
        ),
        ({"setting": "community", "display": "Wound dressing"}, "Wound dressing"),
        ({"setting": "primary_care", "kind": "Condition", "codes": ["vgp:copd"]}, None),
    ],
)
def test_a_hospital_entry_reads_as_what_it_was_and_what_for(
    lake: Lake, said: dict[str, Any], display: str | None
) -> None:
    expected = display or "Chronic obstructive pulmonary disease"
    assert record(lake, hospital("s", date=date(2024, 1, 1), **said))["entries"][0]["display"] == expected


def test_a_move_into_a_care_home_is_no_new_practice(lake: Lake) -> None:
    whole = record(
        lake,
        registered("17", date(2011, 4, 1), date(2015, 3, 31), place="K82002"),
        registered("17", date(2015, 4, 1)),
        package("S4", "residential", date(2020, 1, 1)),
    )
    assert whole["practice_since"] == "2015-04-01"


def test_somebody_no_longer_registered_has_no_practice_since(lake: Lake) -> None:
    assert record(lake, registered("17", date(2011, 4, 1), date(2015, 3, 31)))["practice_since"] is None


def test_records_in_many_ranges_are_the_records_in_one(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [told(str(n % 40), f"e{n}", date=date(2020, 1, 1 + n % 28), display=f"{n}") for n in range(400)]
    people = [person(f"P{n}") for n in range(50)]
    links = [link("gp", str(n), f"P{n}") for n in range(50)]
    store(lake, person=people, person_link=links, source_event=rows)
    timeline.build(lake, NOW)
    whole = records(lake)
    assert set(whole) == {f"P{n}" for n in range(50)}
    assert [len(whole[f"P{n}"]["entries"]) for n in (0, 39, 40)] == [10, 10, 0]
    monkeypatch.setattr("vanguard.know.timeline.record_batches.EVENTS_AT_ONCE", 25)
    monkeypatch.setattr("vanguard.know.timeline.record_batches.RECORDS_IN_A_BATCH", 2)
    assert records(lake) == whole


def test_a_place_without_people_has_no_records(lake: Lake) -> None:
    assert records(lake) == {}
