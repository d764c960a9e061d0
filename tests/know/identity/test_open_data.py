"""Linkage of the open data sets with truth. The floors lie a little below what was measured."""

import os
from datetime import date
from pathlib import Path

import duckdb
import pytest

from vanguard.know.identity import link_file

FOLDER = Path(os.environ.get("VANGUARD_OPEN_DATA", Path(__file__).parents[4] / "shared/data/open"))
FEBRL = {"source_id": "rec_id", "family_name": "surname", "birth_date": "date_of_birth"}

pytestmark = [
    pytest.mark.open_data,
    pytest.mark.skipif(not FOLDER.exists(), reason=f"no open data at {FOLDER}"),
]


def precision_and_recall(file: Path, answer: Path, truth: str) -> tuple[float, float]:
    """Over all pairs of rows said or known to be one person; `truth` is an SQL expression over the file."""
    pairs = "(SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM judged GROUP BY {}))"
    con = duckdb.connect()
    con.execute(
        f"""
        CREATE TABLE judged AS SELECT {truth} AS truth, person_id
        FROM read_csv('{answer}', all_varchar = true)
        POSITIONAL JOIN read_csv('{file}', all_varchar = true, delim = ',')
        """
    )
    true, said, both = con.execute(
        f"SELECT {pairs.format('truth')}, {pairs.format('person_id')}, {pairs.format('truth, person_id')}"
    ).fetchall()[0]
    return both / said, both / true


@pytest.mark.parametrize(("number", "recall_floor"), [(1, 0.98), (2, 0.945), (3, 0.94)])
def test_febrl(tmp_path: Path, number: int, recall_floor: float) -> None:
    file = FOLDER / "record_linkage" / f"febrl_dataset{number}.csv.gz"
    link_file(file, tmp_path / "links.csv", FEBRL, today=date(2018, 8, 6))
    precision, recall = precision_and_recall(
        file, tmp_path / "links.csv", "regexp_extract(source_id, 'rec-([0-9]+)-', 1)"
    )
    assert precision >= 0.999
    assert recall >= recall_floor


def test_fake_1000_is_hard_but_nobody_is_joined_wrongly(tmp_path: Path) -> None:
    """Its letters are shuffled and its dates shifted by hand: a third of the pairs is beyond a safe join."""
    given = FOLDER / "record_linkage" / "fake_1000.csv.gz"
    file = tmp_path / "fake_1000.csv"
    duckdb.sql(f"COPY (SELECT * EXCLUDE (cluster) FROM read_csv('{given}', all_varchar = true)) TO '{file}' (HEADER)")
    columns = {
        "source_id": "unique_id",
        "given_name": "first_name",
        "family_name": "surname",
        "birth_date": "dob",
    }
    link_file(file, tmp_path / "links.csv", columns, today=date(2018, 8, 6))
    precision, recall = precision_and_recall(given, tmp_path / "links.csv", '"cluster"')
    assert precision >= 0.995
    assert recall >= 0.69
