"""A place of several parts is one place: nothing in it clashes, and it is the same on any number of processors."""

import os
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from tests.synth.test_place import digests, valid

from vanguard.nhs_number import valid_nhs_number
from vanguard.synth import make, make_place
from vanguard.synth.nhs_numbers import nhs_numbers


def test_parts_made_side_by_side_are_the_same_place_without_a_clash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "PEOPLE_OF_A_PART", 150)
    for name, processors in (("alone", {0}), ("beside", {0, 1})):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, processors=processors: processors)
        made = make_place(400, 8, date(2018, 8, 6), tmp_path / name, months=6)
    assert digests(tmp_path / "alone") == digests(tmp_path / "beside")
    place = tmp_path / "beside"
    assert not (place / ".pieces").exists()
    con = duckdb.connect()

    def one(sql: str) -> object:
        return con.execute(sql).fetchall()[0][0]

    con.execute(f"create table persons as from read_csv('{place}/truth/persons.csv', all_varchar = true)")
    con.execute(f"create table links as from read_csv('{place}/truth/links.csv', all_varchar = true)")
    con.execute(f"create table planted as from read_csv('{place}/truth/planted.csv', all_varchar = true)")
    here = 'death_date is null and "left" is null'
    assert one(f"select count(*) from persons where {here}") == 400 == made.people
    assert one("select count(*) from persons") == made.persons == one("select count(distinct person) from persons")
    assert one("select count(distinct nhs_number) from persons") == made.persons
    assert one("select count(*) - count(distinct (source, source_id)) from links") == 0
    assert (
        one("select count(*) from persons c join persons m on m.person = c.mother where m.household <> c.household")
        == 0
    )
    for file, rows in made.files.items():
        lines = (place / file).read_text(encoding="utf-8").splitlines()
        assert len(lines) == rows + 1
        for line, of_line, kind, value in con.execute(
            "select line::int, of_line::int, kind, value from planted where file = ?", [file]
        ).fetchall():
            assert kind != "duplicate" or lines[line - 1] == lines[of_line - 1]
            assert kind != "mistake" or value in lines[line - 1]


def test_nhs_numbers_go_on_below_999_when_that_is_used_up() -> None:
    numbers = nhs_numbers(3, 908_000, 4_000)
    assert len(set(numbers)) == 4_000
    assert all(valid(number) and valid_nhs_number(number) for number in numbers)
    first = np.array([number[:3] for number in numbers])
    assert list(first[:100]) == ["999"] * 100 and list(first[-100:]) == ["998"] * 100
    assert not set(nhs_numbers(3, 0, 500)) & set(numbers)
