"""Linking a place: who is one person, who is not, and what is best known about them."""

from pathlib import Path

from tests.know.identity.place_rows import NOW, add_rows, person_row

from vanguard.know.identity import link
from vanguard.lake import Lake

ANN = {"given_name": "Ann", "family_name": "Baker", "birth_date": "1940-05-06", "sex": "female"}


def test_rows_with_one_nhs_number_are_one_person(tmp_path: Path) -> None:
    lake = add_rows(
        tmp_path,
        [
            person_row("gp", "1", nhs_number="9990000026", practice="K82001", **ANN),
            person_row("acute", "X", nhs_number="9990000026", birth_date="1940-05-06", sex="female"),
        ],
    )
    result = link(lake, NOW)
    assert (result.persons, result.links, result.methods) == (1, 2, {"nhs_number": 2})


def test_linking_again_changes_no_byte(tmp_path: Path) -> None:
    lake = add_rows(tmp_path, [person_row("gp", str(n), **ANN) for n in range(3)])
    link(lake, NOW)
    before = lake.manifest()
    link(Lake(tmp_path), NOW)
    assert lake.manifest() == before
