"""`vanguard link --input`: any table of people, every row answered, in order."""

import csv
import gzip
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from vanguard.errors import BadInput
from vanguard.know.identity import link_file
from vanguard.know.identity.command import link as command

TODAY = date(2018, 8, 6)
PEOPLE = """source,source_id,nhs_number,given_name,family_name,birth_date,sex,postcode
gp,1,943 476 5919,Ann,Baker,1940-05-06,F,HP20 1AA
acute,X,9434765919,,,19400506,2,
acute,Y,, Anne,Baker,06/05/1940,female,hp201aa
gp,2,9434765918,Bob,Stone,2087-02-27,M,MK1 1AB
gp,3,,Eve,Stone,1981-02-31,F,MK1 1AB
"""


def written(folder: Path, text: str, name: str = "people.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def answers(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_row_is_answered_in_the_order_of_the_input(tmp_path: Path) -> None:
    out = tmp_path / "links.csv"
    result = link_file(written(tmp_path, PEOPLE), out, {}, today=TODAY)
    found = answers(out)
    assert list(found[0]) == ["source", "source_id", "person_id", "method", "probability"]
    assert [(row["source"], row["source_id"]) for row in found] == [
        ("gp", "1"),
        ("acute", "X"),
        ("acute", "Y"),
        ("gp", "2"),
        ("gp", "3"),
    ]
    assert [row["method"] for row in found] == ["nhs_number", "nhs_number", "probabilistic", "alone", "alone"]
    assert len({row["person_id"] for row in found[:3]}) == 1
    assert result.persons == len({row["person_id"] for row in found}) == 3


def test_impossible_values_count_as_unknown_and_are_reported_with_their_line(tmp_path: Path) -> None:
    result = link_file(written(tmp_path, PEOPLE), tmp_path / "links.csv", {}, today=TODAY)
    assert {(found.column, found.count, found.examples) for found in result.unknown} == {
        ("nhs_number", 1, ((5, "943 476 5918"),)),
        ("birth_date", 2, ((5, "2087-02-27"), (6, "1981-02-31"))),
    }


def test_gzip_and_parquet_answer_as_the_csv_does(tmp_path: Path) -> None:
    plain = written(tmp_path, PEOPLE)
    packed, parquet = tmp_path / "people.csv.gz", tmp_path / "people.parquet"
    packed.write_bytes(gzip.compress(PEOPLE.encode()))
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{plain}', all_varchar = true)) TO '{parquet}'")
    outputs = []
    for file in (plain, packed, parquet):
        link_file(file, tmp_path / "links.csv", {}, today=TODAY)
        outputs.append((tmp_path / "links.csv").read_bytes())
    assert outputs[0] == outputs[1] == outputs[2]


def test_a_file_of_one_source_needs_no_column_for_it_and_its_names_may_be_mapped(tmp_path: Path) -> None:
    text = "id;first; surname;email\n1;Ann;Baker;ann@example.org\n2;Ann;Baker;ann@example.org\n3;Bob;Stone;\n"
    columns = {"source_id": "id", "given_name": "first", "family_name": "surname", "mail": "email"}
    out = tmp_path / "links.csv"
    result = link_file(written(tmp_path, text, "clinic.csv"), out, columns, today=TODAY)
    assert {row["source"] for row in answers(out)} == {"clinic"}
    assert result.further == ("mail",)
    assert result.rows == 3


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("", {}, "empty"),
        ("name,born\nAnn,1940-05-06\n", {}, "no column source_id; the columns are name, born"),
        ("source_id,first\n1,Ann\n", {"given_name": "forename"}, "no column forename"),
        ("source_id,given_name\n1,Ann\n2,Bob\n1,Eve\n", {}, "line 4, column source_id: 1 of source people"),
        ("source_id,given_name\n1,Ann\n,Bob\n", {}, "line 3: The source_id is empty"),
        ("source_id,given_name\n1,Ann\n2\n", {}, "line 3 has fewer cells than the header line"),
        ("source_id,a,a\n1,2,3\n", {}, "column a occurs twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, text: str, columns: dict[str, str], said: str
) -> None:
    out = tmp_path / "links.csv"
    with pytest.raises(BadInput) as refused:
        link_file(written(tmp_path, text), out, columns, today=TODAY)
    assert said in str(refused.value)
    assert not out.exists()


def test_latin_1_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("source_id,given_name\n1,José\n".encode("latin-1"))
    with pytest.raises(BadInput, match="not UTF-8"):
        link_file(file, tmp_path / "links.csv", {}, today=TODAY)


def test_a_row_without_a_given_name_is_given_to_neither_of_twins_whom_two_sources_know(
    tmp_path: Path,
) -> None:
    text = (
        "source,source_id,given_name,family_name,birth_date,sex,postcode\n"
        "gp,1,Anna,Hill,2010-05-05,female,HP1 1AA\n"
        "gp,2,Emma,Hill,2010-05-05,female,HP1 1AA\n"
        "acute,3,Anna,Hill,2010-05-05,F,HP1 1AA\n"
        "acute,4,Emma,Hill,2010-05-05,F,HP1 1AA\n"
        "acute,5,,Hill,2010-05-05,F,HP1 1AA\n"
    )
    out = tmp_path / "links.csv"
    link_file(written(tmp_path, text), out, {}, today=TODAY)
    person = {row["source_id"]: row["person_id"] for row in answers(out)}
    assert person["1"] == person["3"]
    assert person["2"] == person["4"]
    assert len(set(person.values())) == 3


def test_a_folder_as_output_is_refused_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    with pytest.raises(BadInput, match="The output is a folder"):
        link_file(written(tmp_path, PEOPLE), tmp_path / "links", {}, today=TODAY)
    assert not list(tmp_path.glob(".*"))


def test_a_header_without_rows_gives_a_header_without_rows(tmp_path: Path) -> None:
    out = tmp_path / "links.csv"
    result = link_file(written(tmp_path, "source_id,given_name\n"), out, {}, today=TODAY)
    assert (result.rows, out.read_text().count("\n")) == (0, 1)


def test_the_command_speaks_json_and_knows_wrong_usage(tmp_path: Path) -> None:
    file, out = written(tmp_path, PEOPLE), tmp_path / "links.csv"
    run = CliRunner().invoke(command, ["--input", str(file), "--output", str(out), "--json"])
    assert run.exit_code == 0
    assert json.loads(run.output)["methods"] == {"alone": 2, "nhs_number": 2, "probabilistic": 1}
    assert CliRunner().invoke(command, ["--input", str(file)]).exit_code == 2
    wrong = ["--input", str(file), "--output", str(out), "--columns", "given_name"]
    assert CliRunner().invoke(command, wrong).exit_code == 2
