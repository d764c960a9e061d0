"""The command: its summary, its refusals, and nothing half-done."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from vanguard.errors import BadInput
from vanguard.know.population.score.command import score

TEXT = "person_id,code,date\na,I50,2018-08-06\na,XX,2018-08-06\n,I50,\n"


def run(folder: Path, text: str | bytes, *options: str, name: str = "codes.csv"):
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    arguments = ["--input", str(file), "--output", str(folder / "scores.csv"), *options]
    return CliRunner().invoke(score, arguments, env={"VANGUARD_HOME": str(folder / "place")})


def test_the_summary_for_machines(tmp_path):
    result = run(tmp_path, TEXT, "--json")
    assert result.exit_code == 0
    summary = json.loads(result.output)
    assert (summary["rows"], summary["people"]) == (3, 1)
    assert summary["scores"]["charlson_1987"] == {"value": 1, "no_value": 0}
    assert summary["not_icd10"]["examples"] == [[3, "XX"]]
    assert summary["nobody"]["count"] == 1


def test_the_summary_in_words(tmp_path):
    said = run(tmp_path, TEXT).output
    assert "3 rows are about 1 people" in said
    assert "1 rows name no person and are left out (line 4)." in said
    assert "1 codes are not ICD-10 (line 3: XX)." in said
    assert "What stands for no person" not in said
    told = run(tmp_path, TEXT + "NULL,I50,\nnan,I50,\n").output
    assert "3 rows name no person and are left out (line 4, line 5, line 6)." in told
    assert "What stands for no person in person_id: NULL, nan." in told


def test_the_places_own_sets_are_read_and_their_mistakes_said(tmp_path):
    folder = tmp_path / "place" / "codes"
    folder.mkdir(parents=True)
    (folder / "own.csv").write_text("set,system,code\nx,snomed,1\n")
    with pytest.raises(BadInput, match=r"own\.yaml"):
        raise run(tmp_path, TEXT).exception or AssertionError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty"),
        ("person_id,date\na,2018-01-01\n", "There is no column code; the columns are person_id, date"),
        ("person_id,code,date\na,I50\n", "cannot be read as a table"),
        ("person_id,code,date,Code\na,I50,,\n", "The column Code occurs twice"),
        (b"person_id,code,date\na,I50,caf\xe9\n", "it is not UTF-8 text"),
        ("\x00\x01\x02", "There is no column person_id"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_nothing_is_written(tmp_path, text, said):
    problem = run(tmp_path, text).exception
    assert isinstance(problem, BadInput)
    assert said in str(problem)
    assert [file.name for file in tmp_path.iterdir()] == ["codes.csv"]


def test_a_header_alone_answers_nobody(tmp_path):
    assert json.loads(run(tmp_path, "person_id,code,date\n", "--json").output)["people"] == 0
    assert (tmp_path / "scores.csv").read_text() == "person_id,score,value,band,codes,reason\n"


def test_wrong_usage_is_told_from_bad_input(tmp_path):
    assert CliRunner().invoke(score, []).exit_code == 2
    assert run(tmp_path, TEXT, "--columns", "code").exit_code == 2
    missing = run(tmp_path, TEXT, "--columns", "code=icd").exception
    assert "There is no column icd for code" in str(missing)
