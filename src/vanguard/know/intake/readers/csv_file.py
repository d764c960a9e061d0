"""CSV (RFC 4180) as records: lines, then records, then fields, all in columns.

DuckDB's own CSV reader gives neither line numbers of good rows nor true ones of bad rows, and what it rejects
depends on where its threads cut the file. Reading lines and splitting them costs the same and is exact.
"""

from pathlib import Path

import duckdb

from vanguard.errors import BadInput
from vanguard.know.intake import sql
from vanguard.know.intake.claim import Claim
from vanguard.know.intake.readers.header import header_of, places
from vanguard.know.intake.readers.records import Records, filled
from vanguard.know.intake.readers.text_file import BLANK, LONGEST_LINE, TextFile, text_file, too_long

NO_SEPARATOR = "\x1f\x1e\x1d\x1f"
"""Occurs in no text: a line is one column."""
FIELD_END = "\x1f"
UNPAIRED = "\x1e\x1e"
LONGEST_QUOTE = 1_000
"""Lines that one quoted field may span; past that, a quotation mark was left open."""


def read_csv(con: duckdb.DuckDBPyConnection, claim: Claim, scratch: Path) -> Records:
    """The file's records, from the tables `lines` and, where quoted fields span lines, `spans`, which this makes.

    Raises BadInput for a file that cannot be read as a whole.
    """
    text = text_file(claim, scratch)
    _read_lines(con, claim, text)
    first = str(con.execute("SELECT l FROM lines WHERE rowid = 0").fetchall()[0][0] or "").removeprefix("\ufeff")
    if first in ("", BLANK):
        raise BadInput(
            "The first line is empty; expected the names of the columns.",
            where=f"{claim.name}, line 1",
            do="Take the empty lines out, or ask for the extract again.",
        )
    header, delimiter = header_of(claim, first)
    again = con.execute(
        "SELECT min(rowid) FROM lines WHERE rowid > 0 AND l = (SELECT l FROM lines WHERE rowid = 0)"
    ).fetchall()[0][0]
    if again is not None:
        raise BadInput(
            "The header occurs again.",
            where=f"{claim.name}, line {again + 1}",
            do="Two extracts seem to have been joined: give each as its own file.",
        )
    return _records(con, claim, header, delimiter, quotes=text.quotes)


def _read_lines(con: duckdb.DuckDBPyConnection, claim: Claim, text: TextFile) -> None:
    """The table `lines`: l VARCHAR, whose rowid is the number of the line, counted from 0."""
    try:
        con.execute(
            "CREATE OR REPLACE TABLE lines AS SELECT l FROM read_csv(?, auto_detect = false, header = false, "
            "delim = ?, quote = '', escape = '', comment = '', columns = {'l': 'VARCHAR'}, "
            "max_line_size = ?, compression = 'none')",
            [str(text.path), NO_SEPARATOR, LONGEST_LINE],
        )
    except duckdb.Error as error:
        if "line size" not in str(error).lower():
            raise
        raise too_long(claim) from error


def _records(
    con: duckdb.DuckDBPyConnection, claim: Claim, header: list[str], delimiter: str, *, quotes: bool
) -> Records:
    fields, width = _plain_fields(delimiter), len(header)
    source = "SELECT l.rowid + 1 AS line, l.l FROM lines l WHERE {mine}"
    sound = "true"
    if quotes:
        quoted = _quoted_fields(delimiter)
        fields = f"CASE WHEN contains(l, '\"') THEN {quoted} ELSE {fields} END"
        sound = f"NOT list_contains(f, {sql.text(UNPAIRED)})"
        if _join_spans(con, quoted, width):
            source = (
                "SELECT l.rowid + 1 AS line, coalesce(s.text, l.l) AS l FROM lines l "
                "LEFT JOIN spans s ON s.first = l.rowid WHERE {mine} AND NOT EXISTS "
                "(SELECT 1 FROM swallowed w WHERE w.n = l.rowid) ORDER BY l.rowid"
            )
    at = places(claim, header, where=f"{claim.name}, line 1")
    names = ", ".join(
        f"{filled('NULL::VARCHAR' if place is None else f'f[{place + 1}]', spec)} AS c{number}"
        for number, (place, spec) in enumerate(zip(at, claim.feed.columns.values(), strict=True))
    )
    unpaired = "The quotation marks of this row do not pair; one inside a field is written twice."
    ragged = f"'This row has ' || len(f) || ' fields; expected {width}, as in the header.'"

    def select(first: int, before: int) -> str:
        mine = source.format(mine=f"l.rowid >= {max(first, 1):d} AND l.rowid < {before:d}")
        return (
            f"SELECT line, CASE WHEN NOT ({sound}) THEN {sql.text(unpaired)} WHEN len(f) <> {width} THEN {ragged} END "
            f"AS fault, CASE WHEN NOT ({sound}) OR len(f) <> {width} THEN l END AS raw, {names} "
            f"FROM (SELECT line, l, {fields} AS f FROM ({mine}) WHERE l <> {sql.text(BLANK)})"
        )

    return Records(int(con.execute("SELECT count(*) FROM lines").fetchall()[0][0]), select, tuple(header))


def _plain_fields(delimiter: str) -> str:
    """SQL for the fields of a record `l` without quotation marks, without white space round them.

    White space is looked for in the line as a whole: to look at each field, or to trim it, costs much.
    """
    places = [f" {delimiter}", f"{delimiter} ", "\t"]
    loose = " OR ".join(["l < '!'", "ends_with(l, ' ')", *(f"contains(l, {sql.text(place)})" for place in places)])
    split = f"string_split(l, {sql.text(delimiter)})"
    return f"CASE WHEN {loose} THEN list_transform({split}, lambda x: {_trimmed('x')}) ELSE {split} END"


def _trimmed(field: str) -> str:
    """SQL of a field without white space round it: trims only what needs it."""
    loose = f"{field} < '!' OR ends_with({field}, ' ') OR ends_with({field}, chr(9))"
    return f"CASE WHEN {loose} THEN trim({field}, ' \t') ELSE {field} END"


def _quoted_fields(delimiter: str) -> str:
    """SQL for the fields of a record `l` with quotation marks, trimmed; UNPAIRED stands for what breaks RFC 4180.

    Every second piece between quotation marks lies outside quotes, and only there does a delimiter part fields.
    (One regular expression can say the same, and takes five times as long.)
    """
    mark, cut, end = "'\"'", sql.text(delimiter), sql.text(FIELD_END)
    parted = f"CASE WHEN i % 2 = 1 THEN replace(x, {cut}, {end}) ELSE x END"
    pieces = f"list_transform(string_split(l, {mark}), lambda x, i: {parted})"
    fields = f"string_split(array_to_string({pieces}, {mark}), {end})"
    whole = 'regexp_full_match(x, \' *"([^"]|"")*" *\')'
    inside = f"trim(replace(trim(x, ' ')[2:-2], {mark} || {mark}, {mark}), ' \t')"
    loose = f"CASE WHEN {whole} THEN {inside} ELSE {sql.text(UNPAIRED)} END"
    bare = f"CASE WHEN contains(x, {mark}) THEN {loose} ELSE {_trimmed('x')} END"
    return f"list_transform({fields}, lambda x: {bare})"


def _join_spans(con: duckdb.DuckDBPyConnection, quoted: str, width: int) -> bool:
    """Find quoted fields that span lines; False if there are none.

    Makes `spans` (first, last, text) and `swallowed` (n). A line with an odd number of quotation marks opens a
    field that the next such line closes. A pair counts if the lines together are a sound record as wide as the
    header; else each line stands for itself, so that one stray mark spoils one row and not the rest of the file.
    """
    con.execute(
        "CREATE OR REPLACE TABLE odd AS SELECT rowid AS n, lead(rowid) OVER (ORDER BY rowid) AS m FROM lines "
        "WHERE rowid > 0 AND contains(l, '\"') AND (length(l) - length(replace(l, '\"', ''))) % 2 = 1"
    )
    if not con.execute("SELECT count(*) FROM odd").fetchall()[0][0]:
        return False
    con.execute(
        f"""CREATE OR REPLACE TABLE spans AS
        WITH joined AS (
            SELECT n AS first, replace(string_agg(l.l, chr(10) ORDER BY l.rowid), {sql.text(BLANK)}, '') AS l
            FROM odd JOIN lines l ON l.rowid BETWEEN odd.n AND odd.m
            WHERE odd.m - odd.n < {LONGEST_QUOTE} GROUP BY n),
        split AS (SELECT first, l, {quoted} AS f FROM joined),
        good AS (
            SELECT odd.n, odd.m, l AS text,
                   coalesce(len(f) = {width} AND NOT list_contains(f, {sql.text(UNPAIRED)}), false) AS pairs
            FROM odd LEFT JOIN split ON first = odd.n),
        runs AS (SELECT *, count(*) FILTER (NOT pairs) OVER (ORDER BY n) AS run FROM good)
        SELECT n AS first, m AS last, text FROM runs WHERE pairs
        QUALIFY row_number() OVER (PARTITION BY run, pairs ORDER BY n) % 2 = 1"""
    )
    con.execute("CREATE OR REPLACE TABLE swallowed AS SELECT unnest(range(first + 1, last + 1)) AS n FROM spans")
    return True
