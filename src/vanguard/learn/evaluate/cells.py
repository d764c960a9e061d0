"""What a cell of a table says, as SQL over its trimmed text: a day, a number, or nothing."""

from vanguard.table_file import DATE_FORMATS, read_as

MISSING = (
    "",
    "na",
    "n/a",
    "nan",
    "null",
    "none",
    "nat",
    "-",
    "*",
    ".",
    "..",
    ":",
    "?",
    "missing",
    "not known",
    "unknown",
)
MONTH_FORMATS = (*DATE_FORMATS, "%Y-%m", "%Y%m", "%b-%y", "%b %Y", "%b-%Y", "%B %Y", "%m/%Y", "%Y/%m")


def first_day(column: str) -> str:
    """SQL of the first day that a cell names; null where it names none."""
    week = read_as(f"upper({column}) || '-1'", ["%G-W%V-%u"])
    short = read_as(f"left({column}, 4) || '20' || right({column}, 2)", ["%b-%Y"])
    quarter = f"regexp_extract(upper({column}), '^(\\d{{4}})[- ]?Q([1-4])$', ['y', 'q'])"
    return (
        f"coalesce(CASE WHEN regexp_matches({column}, '^\\d{{4}}$') THEN make_date(CAST({column} AS INT), 1, 1)"
        f" WHEN regexp_matches(upper({column}), '^\\d{{4}}[- ]?Q[1-4]$')"
        f" THEN make_date(CAST({quarter}.y AS INT), CAST({quarter}.q AS INT) * 3 - 2, 1)"
        f" WHEN regexp_matches(upper({column}), '^\\d{{4}}-W\\d\\d$')"
        f" THEN CAST({week} AS DATE)"
        f" WHEN regexp_matches({column}, '^[A-Za-z]{{3}}-\\d\\d$')"
        f" THEN CAST({short} AS DATE)"
        f" ELSE CAST({read_as(column, MONTH_FORMATS)} AS DATE) END)"
    )


def number(column: str) -> str:
    """SQL of the finite number that a cell holds; null where it holds none."""
    plain = f"try_cast(CASE WHEN regexp_matches({column}, '^[-+]?\\d{{1,3}}(,\\d{{3}})+(\\.\\d*)?$')"
    plain += f" THEN replace({column}, ',', '') ELSE {column} END AS DOUBLE)"
    return f"CASE WHEN isfinite({plain}) THEN {plain} END"
