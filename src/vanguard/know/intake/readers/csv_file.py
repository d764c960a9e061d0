"""CSV (RFC 4180) into a staged table: lines, then records, then fields, all in columns.

DuckDB's own CSV reader gives neither line numbers of good rows nor true ones of bad rows, and what it rejects
depends on where its threads cut the file. Reading lines and splitting them costs the same and is exact.
"""

from pathlib import Path

import duckdb

from vanguard.errors import BadInput
from vanguard.know.intake import sql
from vanguard.know.intake.claim import Claim
from vanguard.know.intake.readers.header import header_of
from vanguard.know.intake.readers.text_file import BLANK, TextFile, text_file

NO_SEPARATOR = "\x1f\x1e\x1d\x1f"
"""Occurs in no text: a line is one column."""
LONGEST_LINE = 2_000_000
LONGEST_QUOTE = 1_000
"""Lines that one quoted field may span; past that, a quotation mark was left open."""


def read_csv(con: duckdb.DuckDBPyConnection, claim: Claim, scratch: Path) -> str:
    """SQL of the file's records: line BIGINT, fault VARCHAR, raw VARCHAR and the feed's columns c0, c1 … as text.

    `fault` says what is wrong with the shape of a record; its columns are then NULL and `raw` holds its text.
    Makes the temporary tables `lines` and, where quoted fields span lines, `spans`. Raises BadInput for a file
    that cannot be read as a whole.
    """
    text = text_file(claim, scratch)
    _read_lines(con, claim, text)
    first = con.execute("SELECT l FROM lines WHERE rowid = 0").fetchall()
    header = header_of(claim, str(first[0][0] or "").removeprefix("\ufeff"))
    again = con.execute(
        "SELECT min(rowid) FROM lines WHERE rowid > 0 AND l = (SELECT l FROM lines WHERE rowid = 0)"
    ).fetchall()[0][0]
    if again is not None:
        raise BadInput(
            "The header occurs again.",
            where=f"{claim.name}, line {again + 1}",
            do="Two extracts seem to have been joined: give each as its own file.",
        )
    return _records(con, claim, header, quotes=text.quotes)


def _trimmed(piece: str) -> str:
    """SQL of a field without white space round it, NULL if empty. Trims only what needs it: trimming costs much."""
    loose = f"{piece} < '!' OR ends_with({piece}, ' ') OR ends_with({piece}, chr(9))"
    return f"CASE WHEN {piece} = '' THEN NULL WHEN {loose} THEN nullif(trim({piece}, ' \t'), '') ELSE {piece} END"


def _read_lines(con: duckdb.DuckDBPyConnection, claim: Claim, text: TextFile) -> None:
    """The temporary table `lines`: l VARCHAR, whose rowid is the number of the line, counted from 0."""
    try:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE lines AS SELECT l FROM read_csv(?, auto_detect = false, header = false, "
            "delim = ?, quote = '', escape = '', comment = '', columns = {'l': 'VARCHAR'}, "
            "max_line_size = ?, compression = 'none')",
            [str(text.path), NO_SEPARATOR, LONGEST_LINE],
        )
    except duckdb.Error as error:
        if "line size" not in str(error).lower():
            raise
        raise BadInput(
            f"A line is longer than {LONGEST_LINE:,} bytes.",
            where=claim.name,
            do="Ask for the extract again.",
        ) from error


def _records(con: duckdb.DuckDBPyConnection, claim: Claim, header: list[str], *, quotes: bool) -> str:
    split = f"string_split(l, {sql.text(claim.feed.delimiter)})"
    source = "SELECT rowid + 1 AS line, l FROM lines WHERE rowid > 0"
    if quotes:
        quoted = _Quoted(claim.feed.delimiter)
        split = f"CASE WHEN contains(l, '\"') THEN {quoted.fields} ELSE {split} END"
        if _join_spans(con, quoted, len(header)):
            source = (
                "SELECT l.rowid + 1 AS line, coalesce(s.text, l.l) AS l FROM lines l "
                "LEFT JOIN spans s ON s.first = l.rowid WHERE l.rowid > 0 AND NOT EXISTS "
                "(SELECT 1 FROM swallowed w WHERE w.n = l.rowid) ORDER BY l.rowid"
            )
    names = ", ".join(
        f"{_trimmed(f'f[{header.index(column) + 1}]')} AS c{number}"
        for number, column in enumerate(claim.feed.columns)
    )
    expected = f"This row has ' || len(f) || ' fields; expected {len(header)}, as in the header."
    unpaired = (
        "The quotation marks of this row do not pair; a quotation mark inside a field is written twice."
    )
    return (
        f"SELECT line, CASE WHEN f IS NULL THEN {sql.text(unpaired)} WHEN len(f) <> {len(header)} THEN '{expected}' END "
        f"AS fault, CASE WHEN f IS NULL OR len(f) <> {len(header)} THEN l END AS raw, {names} "
        f"FROM (SELECT line, l, {split} AS f FROM ({source}) WHERE l <> {sql.text(BLANK)})"
    )


class _Quoted:
    """SQL about records with quotation marks; `l` is the record."""

    def __init__(self, delimiter: str) -> None:
        mark = sql.text(delimiter)
        safe = "\\t" if delimiter == "\t" else "\\" + delimiter if not delimiter.isalnum() else delimiter
        one = f'(?: *"(?:[^"]|"")*" *|[^"{safe}]*)'
        self.sound = f"regexp_full_match({mark} || l, {sql.text(f'(?:{safe}{one})+')})"
        pieces = f"regexp_extract_all({mark} || l, {sql.text(f'{safe}({one})')}, 1)"
        unquoted = "replace(trim(x, ' ')[2:-2], '\"\"', '\"')"
        self.fields = (
            f"CASE WHEN {self.sound} THEN list_transform({pieces}, "
            f"lambda x: CASE WHEN contains(x, '\"') THEN {unquoted} ELSE x END) END"
        )


def _join_spans(con: duckdb.DuckDBPyConnection, quoted: _Quoted, width: int) -> bool:
    """Find quoted fields that span lines; False if there are none.

    Makes `spans` (first, last, text) and `swallowed` (n). A line with an odd number of quotation marks opens a
    field that the next such line closes. A pair counts if the lines together are a sound record as wide as the
    header; else each line stands for itself, so that one stray mark spoils one row and not the rest of the file.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE odd AS SELECT rowid AS n, lead(rowid) OVER (ORDER BY rowid) AS m FROM lines "
        "WHERE rowid > 0 AND contains(l, '\"') AND (length(l) - length(replace(l, '\"', ''))) % 2 = 1"
    )
    if not con.execute("SELECT count(*) FROM odd").fetchall()[0][0]:
        return False
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE spans AS
        WITH joined AS (
            SELECT n AS first, any_value(m) AS last,
                   replace(string_agg(l.l, chr(10) ORDER BY l.rowid), {sql.text(BLANK)}, '') AS l
            FROM odd JOIN lines l ON l.rowid BETWEEN odd.n AND odd.m
            WHERE odd.m - odd.n < {LONGEST_QUOTE} GROUP BY n),
        good AS (
            SELECT odd.n, coalesce(j.l IS NOT NULL AND len({quoted.fields}) = {width}, false) AS pairs,
                   odd.m, j.l AS text, row_number() OVER (ORDER BY odd.n) AS k
            FROM odd LEFT JOIN joined j ON j.first = odd.n),
        runs AS (SELECT *, count(*) FILTER (NOT pairs) OVER (ORDER BY n) AS run FROM good)
        SELECT n AS first, m AS last, text FROM runs WHERE pairs
        QUALIFY row_number() OVER (PARTITION BY run, pairs ORDER BY n) % 2 = 1"""
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE swallowed AS SELECT unnest(range(first + 1, last + 1)) AS n FROM spans"
    )
    return True
