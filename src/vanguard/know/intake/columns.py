"""The SQL that turns a received field into a value, and that says what is wrong with one.

A staged table holds the fields as text in columns c0, c1, … in the order of the feed's description.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from vanguard.know.intake import sql
from vanguard.know.intake.feed import Feed, FeedColumn

EARLIEST = date(1880, 1, 1)
"""Nobody about whom we hear was born before; an earlier date is a slip or a placeholder."""

_SHAPES = {"int": "a whole number", "float": "a number such as 12.5", "money": "pounds such as 1234.50"}


@dataclass(frozen=True)
class Fault:
    """SQL that is true where a field is at fault, and SQL for the sentence about it."""

    column: str
    when: str
    sentence: str


def field(feed: Feed, column: str) -> str:
    """The staged column that holds `column` as received."""
    return f"c{list(feed.columns).index(column)}"


def value(feed: Feed, column: str) -> str:
    """SQL for the value of `column`: NULL where it is empty or cannot be read.

    A date is DATE, an instant a local TIMESTAMP, money BIGINT pence, int BIGINT, float DOUBLE, the rest VARCHAR.
    """
    spec, raw = feed.columns[column], field(feed, column)
    if spec.codes:
        cases = " ".join(f"WHEN {sql.text(code)} THEN {sql.text(word)}" for code, word in spec.codes.items())
        return f"CASE {raw} {cases} END"
    match spec.type:
        case "date":
            return f"CAST(try_strptime({raw}, {sql.text(spec.parse_format)}) AS DATE)"
        case "instant":
            return _instant(feed, spec, raw)
        case "int":
            return f"CASE WHEN regexp_full_match({raw}, '[+-]?[0-9]+') THEN try_cast({raw} AS BIGINT) END"
        case "float":
            return f"CASE WHEN isfinite(try_cast({raw} AS DOUBLE)) THEN try_cast({raw} AS DOUBLE) END"
        case "money":
            return f"try_cast(round(try_cast({raw} AS DECIMAL(18, 4)) * 100) AS BIGINT)"
        case "nhs_number":
            return f"replace(replace({raw}, ' ', ''), '-', '')"
        case "postcode":
            return _postcode(raw)
        case "text":
            return raw


def faults(feed: Feed, extracted_on: date) -> list[Fault]:
    """Everything that can be wrong with a row's fields, column by column; `extracted_on` is a local day."""
    found = []
    for column, spec in feed.columns.items():
        raw = field(feed, column)
        if column in feed.required:
            found.append(Fault(column, f"{raw} IS NULL", sql.text(f"{column} is empty; expected a value.")))
        if spec.codes:
            words = "one of " + ", ".join(spec.codes)
            found.append(_fault(column, raw, f"{raw} IS NOT NULL AND {value(feed, column)} IS NULL", words))
        elif spec.type in ("date", "instant"):
            found += _date_faults(feed, column, extracted_on)
        elif spec.type == "nhs_number":
            found.append(
                _fault(
                    column, raw, _bad_nhs_number(value(feed, column)),
                    "an NHS number of ten digits whose check digit is right (modulus 11), or nothing",
                )
            )  # fmt: skip
        elif spec.type in _SHAPES:
            bad = f"{raw} IS NOT NULL AND {value(feed, column)} IS NULL"
            found.append(_fault(column, raw, bad, _SHAPES[spec.type]))
    return found


def utc(feed: Feed, column: str) -> str:
    """SQL for the instant in UTC at which a date (its local midnight) or an instant column lies."""
    local = f"CAST({value(feed, column)} AS TIMESTAMP)"
    return f"({local} AT TIME ZONE {sql.text(feed.zone)}) AT TIME ZONE 'UTC'"


def _instant(feed: Feed, spec: FeedColumn, raw: str) -> str:
    parsed = f"try_strptime({raw}, {sql.text(spec.parse_format)})"
    if "%z" in spec.parse_format or "%Z" in spec.parse_format:
        return f"({parsed} AT TIME ZONE {sql.text(feed.zone)})"
    return parsed


def _postcode(raw: str) -> str:
    bare = f"upper(replace({raw}, ' ', ''))"
    return f"CASE WHEN length({bare}) BETWEEN 5 AND 7 THEN {bare}[:-4] || ' ' || {bare}[-3:] ELSE {bare} END"


def _date_faults(feed: Feed, column: str, extracted_on: date) -> list[Fault]:
    spec, raw = feed.columns[column], field(feed, column)
    parsed = f"CAST({value(feed, column)} AS DATE)"
    example = date(2018, 8, 6) if spec.type == "date" else None
    shown = example.strftime(spec.parse_format) if example else _example_instant(spec.parse_format)
    what = "a date" if spec.type == "date" else "a date and time"
    found = [
        _fault(column, raw, f"{raw} IS NOT NULL AND {parsed} IS NULL", f"{what} written as {shown}"),
        _fault(column, raw, f"{parsed} < DATE '{EARLIEST}'", f"nothing before {EARLIEST.year}"),
    ]
    if not spec.future:
        until = f"nothing after the extract, made on {extracted_on.day} {extracted_on:%B %Y}"
        found.append(_fault(column, raw, f"{parsed} > DATE '{extracted_on}'", until))
    return found


def _example_instant(parse_format: str) -> str:
    return datetime(2018, 8, 6, 14, 30, tzinfo=timezone(timedelta(hours=1))).strftime(parse_format)


def _fault(column: str, raw: str, when: str, expected: str) -> Fault:
    sentence = f"{sql.text(column + ' is ')} || {raw} || {sql.text('; expected ' + expected + '.')}"
    return Fault(column, when, sentence)


def _bad_nhs_number(bare: str) -> str:
    """True where ten digits are not ten digits, are one digit ten times, or fail modulus 11.

    The weights 10 … 2 and 1 for the check digit make the weighted sum of a valid number divisible by 11
    (NHS Data Dictionary, NHS NUMBER). One digit ten times is a placeholder and never issued.
    """
    number = f"try_cast({bare} AS BIGINT)"
    total = " + ".join(f"({number} // {10 ** (place - 1)} % 10) * {place}" for place in range(1, 11))
    return (
        f"{bare} IS NOT NULL AND (NOT regexp_full_match({bare}, '[0-9]{{10}}') "
        f"OR ({total}) % 11 <> 0 OR {number} % 1111111111 = 0)"
    )
