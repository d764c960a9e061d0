"""Linkage of any table of people, without a place: a file in, a file of links out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from vanguard.know.identity.people_reader import FURTHER, read_people
from vanguard.know.identity.persistent import person_id_sql
from vanguard.know.identity.resolve import Review, resolve
from vanguard.table_file import Unknown, check_output, write_table


@dataclass(frozen=True)
class FileResult:
    """How many rows and persons, rows by method, the further columns compared, and what counted as
    unknown."""

    rows: int
    persons: int
    methods: dict[str, int]
    further: tuple[str, ...]
    unknown: tuple[Unknown, ...]
    review: Review


def link_file(people: Path, output: Path, columns: Mapping[str, str], *, today: date) -> FileResult:
    """Resolve the rows of `people` to persons; `output` answers each in the order of the input.

    `columns` maps our column names to the file's. A birth date after `today` counts as unknown. The
    output has source, source_id, person_id, method and probability, and is written whole or not at all.
    Raises BadInput.
    """
    check_output(output, [people])
    con = duckdb.connect()
    try:
        further, unknown = read_people(con, people, columns, today)
        review, _ = resolve(con, "linked_row", [FURTHER + name for name in further])
        con.execute(f"CREATE TABLE answer AS {_ANSWER}")
        write_table(con, "SELECT * EXCLUDE (row) FROM answer ORDER BY row", output)
        rows, persons = con.execute("SELECT count(*), count(DISTINCT person_id) FROM answer").fetchall()[0]
        methods = con.execute("SELECT method, count(*) FROM answer GROUP BY 1 ORDER BY 1").fetchall()
    finally:
        con.close()
    return FileResult(int(rows), int(persons), {str(name): int(n) for name, n in methods}, further, unknown, review)


_ANSWER = f"""
    SELECT row, source, source_id,
        {person_id_sql("first(source) OVER person", "first(source_id) OVER person")} AS person_id,
        method, round(probability, 4) AS probability
    FROM linked_row JOIN resolved USING (row)
    WINDOW person AS (PARTITION BY cluster ORDER BY source, source_id)
"""
