"""Linking a place: who is one person, who is not, and what is best known about them."""

from pathlib import Path
from typing import Any

import pytest
from tests.know.identity.place_rows import NOW, add_rows, person_row, persons_of

from vanguard.know.identity import link
from vanguard.lake import Lake

NUMBER, OTHER_NUMBER = "9990000026", "9434765919"
ANN = {
    "given_name": "Ann",
    "family_name": "Baker",
    "birth_date": "1940-05-06",
    "sex": "female",
    "postcode": "HP20 1AA",
}
Row = dict[str, Any]


def together(home: Path, first: Row, second: Row) -> bool:
    """Whether a GP row and an acute row with these values become one person."""
    lake = add_rows(home, [person_row("gp", "1", **first), person_row("acute", "X", **second)])
    link(lake, NOW)
    persons = persons_of(lake)
    return persons["gp", "1"] == persons["acute", "X"]


def test_rows_with_one_nhs_number_are_one_person(tmp_path: Path) -> None:
    hospital = {"nhs_number": NUMBER, "birth_date": "1940-05-06", "sex": "female"}
    lake = add_rows(tmp_path, [person_row("gp", "1", nhs_number=NUMBER, **ANN), person_row("acute", "X", **hospital)])
    result = link(lake, NOW)
    assert (result.persons, result.links, result.methods) == (1, 2, {"nhs_number": 2})


SAME_PERSON = {
    "a new surname": {"family_name": "Harrington"},
    "day and month swapped": {"birth_date": "1940-06-05"},
    "a Cyrillic letter in the name": {"given_name": "\u0410nn"},
    "a digit for a letter and other case": {"family_name": "BAK3R"},
    "a title and an accent": {"given_name": "Mrs Änn"},
    "given and family name swapped": {"given_name": "Baker", "family_name": "Ann"},
    "a misspelling": {"family_name": "Bakker"},
    "a move": {"postcode": "MK1 1AB"},
    "an initial": {"given_name": "A"},
}


@pytest.mark.parametrize("what", SAME_PERSON)
def test_without_a_number_one_difference_does_not_separate_a_person(tmp_path: Path, what: str) -> None:
    assert together(tmp_path, {"nhs_number": NUMBER, **ANN}, {**ANN, **SAME_PERSON[what]})


TWO_PERSONS = {
    "twins": {"given_name": "Olive"},
    "twins of two sexes named alike": {"given_name": "Anno", "sex": "male"},
    "parent and child of one name": {"birth_date": "1968-11-23"},
    "sisters": {"given_name": "Ruth", "birth_date": "1942-09-17"},
    "another person of the name in another town": {"birth_date": "1981-02-27", "postcode": "MK1 1AB"},
}


@pytest.mark.parametrize("what", TWO_PERSONS)
@pytest.mark.parametrize("number", [NUMBER, None])
def test_without_a_number_a_family_stays_apart(tmp_path: Path, what: str, number: str | None) -> None:
    assert not together(tmp_path, {"nhs_number": number, **ANN}, {**ANN, **TWO_PERSONS[what]})


def test_two_valid_numbers_never_join(tmp_path: Path) -> None:
    assert not together(tmp_path, {"nhs_number": NUMBER, **ANN}, {"nhs_number": OTHER_NUMBER, **ANN})


def test_a_row_between_two_numbers_joins_neither(tmp_path: Path) -> None:
    lake = add_rows(
        tmp_path,
        [
            person_row("gp", "1", nhs_number=NUMBER, **ANN),
            person_row("gp", "2", nhs_number=OTHER_NUMBER, **ANN),
            person_row("acute", "X", **ANN),
        ],
    )
    result = link(lake, NOW)
    assert result.persons == 3
    assert result.review.unclear == 2


@pytest.mark.parametrize(
    "mistake",
    [
        {"given_name": "Mohammed", "family_name": "Iqbal", "birth_date": "1981-02-27", "sex": "male"},
        {"birth_date": "1981-02-27", "family_name": "Iqbal"},
        {"given_name": "Robert", "sex": "male"},
    ],
)
def test_a_number_written_on_another_person_does_not_join_them(tmp_path: Path, mistake: Row) -> None:
    lake = add_rows(
        tmp_path,
        [
            person_row("gp", "1", nhs_number=NUMBER, **ANN),
            person_row("acute", "X", nhs_number=NUMBER, **{**ANN, **mistake}),
        ],
    )
    result = link(lake, NOW)
    assert result.persons == 2
    assert result.review.number_contradicted == 1
    shown = lake.connect().execute("SELECT given_name FROM person WHERE nhs_number = ?", [NUMBER]).fetchall()
    assert shown == [("Ann",)]


def test_a_twin_with_her_sisters_number_is_known_by_her_own(tmp_path: Path) -> None:
    olive = {**ANN, "given_name": "Olive"}
    lake = add_rows(
        tmp_path,
        [
            person_row("gp", "1", nhs_number=NUMBER, **ANN),
            person_row("gp", "2", nhs_number=OTHER_NUMBER, **olive),
            person_row("acute", "X", nhs_number=NUMBER, **olive),
        ],
    )
    link(lake, NOW)
    persons = persons_of(lake)
    assert len(set(persons.values())) == 3


@pytest.mark.parametrize(
    "change", [{"family_name": "Harrington"}, {"given_name": "Nancy"}, {"birth_date": "1904-05-06"}]
)
def test_one_difference_does_not_outweigh_a_common_number(tmp_path: Path, change: Row) -> None:
    assert together(tmp_path, {"nhs_number": NUMBER, **ANN}, {"nhs_number": NUMBER, **ANN, **change})


# The second contradicts nothing but the family name, so that a number believed in would join them.
STRANGERS = [{"given_name": "Bob", "family_name": "Stone", "birth_date": "1981-02-27"}, {"family_name": "Stone"}]


@pytest.mark.parametrize("number", ["1111111111", "9990000027"])
@pytest.mark.parametrize("stranger", STRANGERS)
def test_an_invalid_or_placeholder_number_joins_nobody(tmp_path: Path, stranger: Row, number: str) -> None:
    assert not together(tmp_path, {"nhs_number": number, **ANN}, {"nhs_number": number, **stranger})


def test_the_general_practice_is_believed_first_and_the_latest_extract_of_it(tmp_path: Path) -> None:
    lake = add_rows(
        tmp_path,
        [
            person_row("social_care", "S", on="2018-08-03", nhs_number=NUMBER, **{**ANN, "phone": "01296"}),
            person_row("gp", "1", on="2018-07-01", nhs_number=NUMBER, practice="K82001", **ANN),
            person_row(
                "gp",
                "1",
                on="2018-08-01",
                nhs_number=NUMBER,
                practice="K82002",
                **{**ANN, "family_name": "Harrington", "postcode": "MK1 1AB"},
            ),
        ],
    )
    link(lake, NOW)
    found = lake.connect().execute("SELECT family_name, postcode, practice, phone, nhs_number FROM person").fetchall()
    assert found == [("Harrington", "MK1 1AB", "K82002", "01296", NUMBER)]


def test_linking_again_changes_no_byte(tmp_path: Path) -> None:
    lake = add_rows(
        tmp_path,
        [person_row("gp", str(n), **{**ANN, "birth_date": f"19{n:02d}-05-06"}) for n in range(10, 60)],
    )
    link(lake, NOW)
    before = lake.manifest()
    link(Lake(tmp_path), NOW)
    assert lake.manifest() == before


def test_an_empty_place_has_no_persons(tmp_path: Path) -> None:
    assert link(Lake(tmp_path), NOW).persons == 0


def tell(lake: Lake, *source_ids: str | None, on: str) -> None:
    """An event of each of these."""
    told = ", ".join("NULL" if one is None else f"'{one}'" for one in source_ids)
    with lake.write(NOW) as batch:
        batch.append(
            "source_event",
            lake.connect(),
            f"""SELECT 'gp' AS source, unnest([{told}]) AS source_id, concat('r', source_id, '{on}') AS row_id,
            'gp_events' AS feed, row_id AS key, 'f' AS file, 2 AS line, TIMESTAMP '{on}' AS extracted_at,
            'l' AS load_id, 'Encounter' AS kind, true AS timed, CAST([] AS VARCHAR[]) AS codes, * FROM (
            SELECT NULL AS setting, NULL AS status, NULL AS method, NULL AS start, NULL AS "end", NULL AS date,
            NULL AS end_date, NULL AS display, NULL AS value, NULL AS unit, NULL AS text, NULL AS place, NULL AS area,
            NULL AS cost_pence, NULL AS detail, NULL AS resource_id)""",
        )


def test_events_of_somebody_whose_own_row_was_refused_wait_until_one_is_accepted(tmp_path: Path) -> None:
    lake = add_rows(tmp_path, [person_row("gp", "G1", nhs_number="9990000026")])
    tell(lake, "G1", "G2", on="2018-08-01")
    assert link(lake, NOW).waiting == 1
    tell(lake, "G1", "G2", "G3", None, on="2018-08-02")
    assert link(lake, NOW).waiting == 3
    tell(lake, "G2", "G4", on="2018-08-03")
    add_rows(tmp_path, [person_row("gp", "G2", on="2018-08-03"), person_row("gp", "G1", on="2018-08-03")])
    assert link(lake, NOW).waiting == 2, "of G3 and G4"
    add_rows(tmp_path, [person_row("gp", "G3", on="2018-08-04"), person_row("gp", "G4", on="2018-08-04")])
    assert link(lake, NOW).waiting == link(lake, NOW).waiting == 0
