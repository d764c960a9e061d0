"""What can be wrong with a received field: SQL that finds it, and SQL for the sentence about it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from vanguard.know.intake import sql
from vanguard.know.intake.columns import field, keyless, removed, value
from vanguard.know.intake.feed import FORMATS, Feed
from vanguard.nhs_number import valid_sql

EARLIEST = date(1880, 1, 1)
"""Nobody about whom we hear was born before; an earlier date is a slip or a placeholder."""
LATEST = date(9999, 12, 31)

_SHAPES = {
    "int": "a whole number",
    "float": "a number such as 12.5",
    "money": "pounds such as 1234.50",
    "nhs_number": "an NHS number of ten digits whose check digit is right (modulus 11), or nothing",
}
_EXAMPLE = datetime(2018, 8, 6, 14, 30, tzinfo=timezone(timedelta(hours=1)))


@dataclass(frozen=True)
class Fault:
    """SQL that is true where a field is at fault, and SQL for the sentence about it."""

    column: str
    when: str
    sentence: str
    of_key: bool = False
    """Whether it is that a part of the key is empty."""


def faults(feed: Feed, extracted_on: str) -> list[Fault]:
    """Everything that can be wrong with a row's fields, column by column; `extracted_on` is SQL of a local day.

    Of a deletion nothing but the key is looked at.
    """
    found = []
    for column, spec in feed.columns.items():
        if column in feed.required:
            missing = sql.text(f"{column} is empty; expected a value.")
            found.append(Fault(column, f"{field(feed, column)} IS NULL", missing, column in feed.key))
        if spec.type in FORMATS:
            found += _date_faults(feed, column, extracted_on)
        elif (spec.codes and spec.unknown == "quarantine") or spec.type in _SHAPES:
            expected = f"one of {', '.join(spec.codes)}" if spec.codes else _SHAPES[spec.type]
            found.append(_fault(feed, column, _bad(feed, column), expected))
    if feed.removes is None:
        return found
    kept = f"NOT {removed(feed)}"
    return [f if f.of_key else replace(f, when=f"({f.when}) AND {kept}") for f in found]


def helpers(feed: Feed) -> str:
    """SQL columns that `unusable` needs beside the fields: what costs much is worked out once."""
    numbers = [column for column, spec in feed.columns.items() if spec.type == "nhs_number"]
    return "".join(f", {value(feed, column)} AS {_helper(feed, column)}" for column in numbers)


def unusable(feed: Feed, extracted_on: date) -> str:
    """SQL that is true of a row in which any of `faults` holds, reading each field once; it needs `helpers`."""
    parts = []
    for column, spec in feed.columns.items():
        raw = field(feed, column)
        if column in feed.required:
            parts.append(f"{raw} IS NULL")
        if spec.type in FORMATS:
            last = LATEST if spec.future else extracted_on
            day = f"CAST({value(feed, column)} AS DATE)"
            good = f"{day} BETWEEN DATE '{EARLIEST}' AND DATE '{last}'"
            parts.append(f"{raw} IS NOT NULL AND NOT coalesce({good}, false)")
        elif spec.type == "nhs_number":
            parts.append(f"{raw} IS NOT NULL AND NOT {valid_sql(_helper(feed, column))}")
        elif (spec.codes and spec.unknown == "quarantine") or spec.type in _SHAPES:
            parts.append(_bad(feed, column))
    wrong = " OR ".join(f"({part})" for part in parts)
    if feed.removes is None:
        return wrong
    return f"CASE WHEN {removed(feed)} THEN {keyless(feed)} ELSE {wrong} END"


def _helper(feed: Feed, column: str) -> str:
    return f"digits_of_{field(feed, column)}"


def _bad(feed: Feed, column: str) -> str:
    """SQL that is true of a field that is filled and has no meaning."""
    spec, raw = feed.columns[column], field(feed, column)
    if spec.codes:
        return f"{raw} NOT IN ({', '.join(map(sql.text, spec.codes))})"
    if spec.type == "nhs_number":
        return f"{raw} IS NOT NULL AND NOT {valid_sql(value(feed, column))}"
    return f"{raw} IS NOT NULL AND {value(feed, column)} IS NULL"


def _date_faults(feed: Feed, column: str, extracted_on: str) -> list[Fault]:
    spec, raw = feed.columns[column], field(feed, column)
    day = f"CAST({value(feed, column)} AS DATE)"
    what = "a date" if spec.type == "date" else "a date and time"
    unread = f"{what} written as {' or '.join(_EXAMPLE.strftime(form) for form in spec.formats)}"
    found = [
        _fault(feed, column, f"{raw} IS NOT NULL AND {day} IS NULL", unread),
        _fault(feed, column, f"{day} < DATE '{EARLIEST}'", f"nothing before {EARLIEST.year}"),
    ]
    if spec.future:
        return [*found, _fault(feed, column, f"{day} > DATE '{LATEST}'", f"nothing after {LATEST.year}")]
    until = f"{sql.text('nothing after the extract, made on ')} || strftime({extracted_on}, '%-d %B %Y')"
    return [*found, Fault(column, f"{day} > {extracted_on}", _sentence(feed, column, until))]


def _fault(feed: Feed, column: str, when: str, expected: str) -> Fault:
    return Fault(column, when, _sentence(feed, column, sql.text(expected)))


def _sentence(feed: Feed, column: str, expected: str) -> str:
    """SQL of what the field is and what was `expected`, SQL of words."""
    return f"{sql.text(column + ' is ')} || {field(feed, column)} || '; expected ' || {expected} || '.'"
