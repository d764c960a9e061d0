"""Reading a table of coded diagnoses, one row a code, into people, codes and entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from vanguard.codes import admission_methods_table, icd10_sql, is_sctid
from vanguard.table_file import (
    EXAMPLES,
    Unknown,
    cells,
    date_sql,
    needed_columns,
    read_table,
    text,
)

NEEDED = ("person_id", "code", "date")
OPTIONAL = ("age", "position", "admission_method", "length_of_stay", "emergency_visits")
# What stands in a date column for no date lies before this.
EARLIEST = date(1901, 1, 1)
OLDEST = 130
LONGEST_STAY = 36_525
MOST = 10_000

# What systems and spreadsheets write where there is nobody, in capitals.
NOBODY = (
    *(
        "NA",
        "N/A",
        "#N/A",
        "#NA",
        "N.A.",
        "<NA>",
        "NULL",
        "(NULL)",
        "<NULL>",
        "\\N",
        "NONE",
        "NIL",
        "NAN",
        "-NAN",
        "NAT",
    ),
    *("-", "--", "?", ".", "UNKNOWN", "NOT KNOWN", "MISSING", "BLANK"),
)

NUMBER = "^(?:(?i:snomed|dmd):)?([1-9][0-9]{5,17})$"

# Words that some systems write for the place of a diagnosis.
POSITION = "CASE lower(position) WHEN 'primary' THEN 1 WHEN 'main' THEN 1 WHEN 'secondary' THEN 2 ELSE {number} END"

ENTRY = f"""
CREATE TEMP TABLE entry AS
SELECT row, pid, cid,
       CASE WHEN day BETWEEN DATE '{EARLIEST}' AND $today THEN day END AS date,
       CASE WHEN age_number BETWEEN 0 AND {OLDEST} THEN CAST(floor(age_number) AS BIGINT) END AS age,
       CASE WHEN place BETWEEN 1 AND {MOST} AND place = floor(place) THEN CAST(place AS BIGINT) END AS position,
       m.method, m.through_emergency_department AS through,
       CASE WHEN stay BETWEEN 0 AND {LONGEST_STAY} THEN CAST(floor(stay) AS BIGINT) END AS stay,
       CASE WHEN visits BETWEEN 0 AND {MOST} AND visits = floor(visits) THEN CAST(visits AS BIGINT) END AS visits
FROM (SELECT said.*, {date_sql("date")} AS day,
             try_cast(age AS DOUBLE) AS age_number,
             {POSITION.format(number="try_cast(position AS DOUBLE)")} AS place,
             try_cast(length_of_stay AS DOUBLE) AS stay,
             try_cast(emergency_visits AS DOUBLE) AS visits
      FROM said) s
JOIN person USING (person_id)
LEFT JOIN code ON code.given = s.code
LEFT JOIN admission_method m ON m.written = upper(s.admission_method)
"""

READ_FROM = {
    "date": "date",
    "age": "age",
    "position": "position",
    "admission_method": "method",
    "length_of_stay": "stay",
    "emergency_visits": "visits",
}


@dataclass(frozen=True)
class Entries:
    """What was read: rows, people, the optional columns that are there, rows without a person, values without
    meaning, and codes that are not ICD-10.

    `nobody` has the lines and codes of the rows without a person, `nobody_words` what stood there instead, such as NA.
    """

    rows: int
    people: int
    columns: frozenset[str]
    nobody: Unknown | None
    nobody_words: tuple[str, ...]
    not_icd10: Unknown | None
    unknown: tuple[Unknown, ...]


def read_entries(con: duckdb.DuckDBPyConnection, file: Path, columns: Mapping[str, str], today: date) -> Entries:
    """Make the temporary tables `person`, `code` and `entry` from `file`.

    `columns` maps our names to the file's. `person`: pid (in the order of the file) and person_id. `code`: cid,
    given (the text), icd10 (as codes.icd10 writes it, or null) and sctid (a SNOMED CT identifier, or null). `entry`,
    one a row that names a person (NA, NULL and the like name nobody): row, pid, cid (null without a code), date (not
    after `today`), age, position, method, through (an emergency department, null if untold), stay in days and visits;
    what is impossible is null.
    Raises BadInput for a file that cannot be read.
    """
    by_name = read_table(con, file)
    chosen = needed_columns(file, by_name, columns, needed=NEEDED, optional=OPTIONAL)
    values = cells(by_name, chosen, (*NEEDED, *OPTIONAL))
    con.execute(
        f"""
        CREATE TEMP TABLE said AS
        SELECT * REPLACE (CASE WHEN code >= 'A' OR regexp_matches(code, '[A-Za-z0-9]') THEN code END AS code)
        FROM (SELECT row_number() OVER () AS row, {values} FROM received)
        """
    )
    con.execute("DROP TABLE received")
    con.execute("CREATE TEMP TABLE named AS SELECT person_id, min(row) AS first FROM said GROUP BY person_id")
    somebody = f"person_id IS NOT NULL AND upper(person_id) NOT IN ({', '.join(map(text, NOBODY))})"
    con.execute(
        f"""
        CREATE TEMP TABLE person AS
        SELECT row_number() OVER (ORDER BY first) AS pid, person_id FROM named WHERE {somebody}
        """
    )
    _make_codes(con)
    con.register("admission_method", admission_methods_table())
    con.execute(ENTRY, {"today": today})
    rows, people = con.execute("SELECT (SELECT count(*) FROM said), (SELECT count(*) FROM person)").fetchall()[0]
    unknown = [_unknown(con, name, f"{read} IS NULL", name) for name, read in READ_FROM.items()]
    return Entries(
        rows=int(rows),
        people=int(people),
        columns=frozenset(name for name in OPTIONAL if name in chosen),
        nobody=_nobody(con),
        nobody_words=_nobody_words(con),
        not_icd10=_unknown(con, "code", "cid IN (SELECT cid FROM code WHERE icd10 IS NULL)", "code"),
        unknown=tuple(found for found in unknown if found),
    )


def _make_codes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""
        CREATE TEMP TABLE given_code AS
        SELECT row_number() OVER (ORDER BY given) AS cid, given, {icd10_sql("given")} AS icd10,
               nullif(regexp_extract(given, '{NUMBER}', 1), '') AS number
        FROM (SELECT DISTINCT code AS given FROM said WHERE code IS NOT NULL)
        """
    )
    numbers = con.execute("SELECT DISTINCT number FROM given_code WHERE number IS NOT NULL").fetchall()
    con.register("sctid_given", pa.table({"sctid": pa.array([n for (n,) in numbers if is_sctid(n)], pa.string())}))
    con.execute(
        "CREATE TEMP TABLE code AS SELECT cid, given, icd10, sctid "
        "FROM given_code LEFT JOIN sctid_given ON sctid = number"
    )


def _unknown(con: duckdb.DuckDBPyConnection, name: str, wrong: str, column: str) -> Unknown | None:
    rows = con.execute(
        f"""
        SELECT row + 1, said.{column}, count(*) OVER () FROM said JOIN entry USING (row)
        WHERE said.{column} IS NOT NULL AND entry.{wrong} ORDER BY row LIMIT {EXAMPLES}
        """
    ).fetchall()
    return _found(name, rows)


def _nobody(con: duckdb.DuckDBPyConnection) -> Unknown | None:
    rows = con.execute(
        f"SELECT row + 1, coalesce(code, ''), count(*) OVER () FROM said ANTI JOIN person USING (person_id) "
        f"ORDER BY row LIMIT {EXAMPLES}"
    ).fetchall()
    return _found("person_id", rows)


def _nobody_words(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The words that stand in place of a person, as they were written, in the order of the file."""
    found = con.execute(
        "SELECT person_id FROM named ANTI JOIN person USING (person_id) WHERE person_id IS NOT NULL ORDER BY first"
    ).fetchall()
    return tuple(str(word) for (word,) in found)


def _found(name: str, rows: list[tuple[int, str, int]]) -> Unknown | None:
    if not rows:
        return None
    return Unknown(name, int(rows[0][2]), tuple((int(line), str(value)) for line, value, _ in rows))
