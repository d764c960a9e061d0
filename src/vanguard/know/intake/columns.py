"""The SQL that turns a received field into a value.

A staged table holds the fields as text in columns c0, c1, … in the order of the feed's description.
"""

from vanguard.know.intake import sql
from vanguard.know.intake.feed import Feed, FeedColumn
from vanguard.nhs_number import digits_sql
from vanguard.table_file import read_as


def field(feed: Feed, column: str) -> str:
    """The staged column that holds `column` as received."""
    return f"c{list(feed.columns).index(column)}"


def key(feed: Feed) -> str:
    """SQL for the key of a row."""
    fields = [field(feed, column) for column in feed.key]
    return fields[0] if len(fields) == 1 else f"concat_ws('|', {', '.join(fields)})"


def keyless(feed: Feed) -> str:
    """SQL that is true of a row of which the key is not whole."""
    return "(" + " OR ".join(f"{field(feed, column)} IS NULL" for column in feed.key) + ")"


def removed(feed: Feed) -> str:
    """SQL that is true of a row that is a deletion."""
    if feed.removes is None:
        return "false"
    words = ", ".join(map(sql.text, feed.removes.equals))
    return f"coalesce({field(feed, feed.removes.column)} IN ({words}), false)"


def value(feed: Feed, column: str) -> str:
    """SQL for the value of `column`: NULL where it is empty or cannot be read.

    A date is DATE, an instant a local TIMESTAMP, money BIGINT pence, int BIGINT, float DOUBLE, else VARCHAR.
    """
    spec, raw = feed.columns[column], field(feed, column)
    if spec.codes:
        cases = " ".join(f"WHEN {sql.text(code)} THEN {sql.text(word)}" for code, word in spec.codes.items())
        return f"CASE {raw} {cases} END"
    match spec.type:
        case "date":
            return f"CAST({_parsed(spec, raw)} AS DATE)"
        case "instant":
            return _instant(feed, spec, raw)
        case "int":
            return f"CASE WHEN regexp_full_match({raw}, '[+-]?[0-9]+') THEN try_cast({raw} AS BIGINT) END"
        case "float":
            number = f"try_cast({raw} AS DOUBLE)"
            return f"CASE WHEN isfinite({number}) AND NOT contains({raw}, '_') THEN {number} END"
        case "money":
            pence = f"try_cast(round(try_cast({raw} AS DECIMAL(18, 4)) * 100) AS BIGINT)"
            return f"CASE WHEN NOT contains({raw}, '_') THEN {pence} END"
        case "nhs_number":
            return digits_sql(raw)
        case "postcode":
            return _postcode(raw)
        case "text":
            return raw


def content(feed: Feed) -> str:
    """SQL for a hash of what a row says: all of it or, where the feed tells of persons only, what it says of them."""
    if feed.event is None:
        return person_content(feed)
    return sql.digest([sql.text(feed.feed), *(f"c{number}" for number in range(len(feed.columns)))])


def person_content(feed: Feed) -> str:
    """SQL for a hash of what a row says about its person."""
    assert feed.person is not None
    facts = [field(feed, column) for column in feed.person.facts.values()]
    return sql.digest([sql.text(feed.feed), field(feed, feed.person.source_id), *facts])


def utc(feed: Feed, column: str, time: str | None = None) -> str:
    """SQL for the instant in UTC at which a date, with the `time` of day of another column or at local midnight, or
    an instant column lies."""
    local = f"CAST({value(feed, column)} AS TIMESTAMP)"
    if time:
        local = f"({local} + coalesce({time_of_day(feed, time)}, INTERVAL 0 MINUTE))"
    return f"make_timestamp(epoch_us({local} AT TIME ZONE {sql.text(feed.zone)}))"


def time_of_day(feed: Feed, column: str) -> str:
    """SQL for the interval since midnight that a column says as HHMM or HH:MM; NULL where it says none."""
    digits = f"lpad(replace({field(feed, column)}, ':', ''), 4, '0')"
    read = f"try_strptime({digits}, '%H%M')"
    return f"CASE WHEN length({digits}) = 4 THEN {read} - date_trunc('day', {read}) END"


def _instant(feed: Feed, spec: FeedColumn, raw: str) -> str:
    with_zone = [form for form in spec.formats if "%z" in form or "%Z" in form]
    if len(with_zone) == len(spec.formats):
        return f"({_parsed(spec, raw)} AT TIME ZONE {sql.text(feed.zone)})"
    each = (
        f"({read_as(raw, [form])} AT TIME ZONE {sql.text(feed.zone)})" if form in with_zone else read_as(raw, [form])
        for form in spec.formats
    )
    return f"coalesce({', '.join(each)})" if len(spec.formats) > 1 else next(iter(each))


def _parsed(spec: FeedColumn, raw: str) -> str:
    return read_as(raw, spec.formats)


def _postcode(raw: str) -> str:
    bare = f"upper(replace({raw}, ' ', ''))"
    return f"CASE WHEN length({bare}) BETWEEN 5 AND 7 THEN {bare}[:-4] || ' ' || {bare}[-3:] ELSE {bare} END"
