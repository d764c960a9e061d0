"""The pseudonymised twins of the tables about persons: made in columns, of what analysis needs and no more.

Pseudonyms are HMAC-SHA256 under a key of the place. Ages follow from the year of birth alone and so change at
New Year: an exact one would give a birthday away wherever two events lie on either side of it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from vanguard.lake.lake import Batch, Lake
from vanguard.lake.manifest import TableFile
from vanguard.lake.withheld import make_withheld

AGE_BAND = 5
OLDEST = 90
# A practice, an area or a place of care is named where it has so many people: as many as the least of small areas.
LEAST_PEOPLE = 1_000
# And an area beside a practice, or else beside its locality, where so many share both.
LEAST_TOGETHER = 100
BLOCK = 64
DIGITS = 20

PERSON = f"""
CREATE TEMP TABLE everybody AS
SELECT person_id,
       CASE WHEN birth_date IS NOT NULL THEN greatest(year(birth_date), $this_year - {OLDEST}) END AS birth_year, sex,
       date_trunc('month', death_date)::DATE AS death_month, practice, area
FROM person WHERE person_id NOT IN (SELECT person_id FROM restriction WHERE NOT planning)
"""
LEFT_OUT = "CREATE TEMP VIEW left_out AS SELECT person_id FROM restriction WHERE NOT planning"
REGISTERED = """
CREATE TEMP TABLE registered AS
SELECT person_id, person_period.practice, locality, person_period.area
FROM person_period JOIN everybody USING (person_id) LEFT JOIN locality_of ON locality_of.code = person_period.practice
WHERE "end" IS NULL
"""
LARGE_PRACTICE = f"""
CREATE TEMP TABLE large_practice AS
SELECT practice FROM registered GROUP BY practice HAVING count(DISTINCT person_id) >= {LEAST_PEOPLE}
"""
# Null counts as one more value of each column, so that what is not known is no smaller a group than it is.
FINE_AREA = f"""
CREATE TEMP TABLE fine_area AS
SELECT large_practice.practice, locality, area
FROM registered LEFT JOIN large_practice USING (practice)
WHERE area IN (SELECT area FROM registered GROUP BY area HAVING count(DISTINCT person_id) >= {LEAST_PEOPLE})
GROUP BY ALL HAVING count(DISTINCT person_id) >= {LEAST_TOGETHER}
"""
LARGE_PLACE = f"""
CREATE TEMP TABLE large_place AS
SELECT place FROM event JOIN everybody USING (person_id)
GROUP BY place HAVING count(DISTINCT person_id) >= {LEAST_PEOPLE}
"""
# Where a row's person is registered, as far as it may be told. `of` has the columns practice and area.
PLACED = """
LEFT JOIN large_practice ON large_practice.practice = {of}.practice
LEFT JOIN locality_of ON locality_of.code = {of}.practice
LEFT JOIN fine_area ON fine_area.area = {of}.area
  AND fine_area.practice IS NOT DISTINCT FROM large_practice.practice
  AND fine_area.locality IS NOT DISTINCT FROM locality_of.locality
"""
PLACE = "large_practice.practice AS practice, locality_of.locality AS locality, fine_area.area AS area"
# DuckDB's least and greatest pass over what is not known.
AGE = f"""CASE WHEN {{on}} IS NOT NULL AND birth_year IS NOT NULL
    THEN least({OLDEST}, greatest(0, year({{on}}) - birth_year) // {AGE_BAND} * {AGE_BAND}) END"""

PERSONS = f"""
SELECT pseudonym AS person_id, birth_year, sex, death_month, {PLACE}
FROM known {PLACED.format(of="known")} ORDER BY pseudonym
"""
# A stay that no month's end saw would have no length.
PERIODS = f"""
SELECT pseudonym AS person_id, date_trunc('month', start)::DATE AS start, date_trunc('month', "end")::DATE AS "end",
       {PLACE}, care_home IS NOT NULL AS in_care_home
FROM person_period JOIN known USING (person_id) {PLACED.format(of="person_period")}
WHERE "end" IS NULL OR date_trunc('month', "end") > date_trunc('month', start)
ORDER BY ALL
"""
EVENTS = f"""
SELECT {{pseudonym}} AS event_id, pseudonym AS person_id, kind, setting, status, method, date, end_date,
       {AGE.format(on="date")} AS age, nights, event.codes, value, unit, large_place.place, source, feed, cost_pence,
       known_from, known_to
FROM event JOIN known USING (person_id) LEFT JOIN large_place ON large_place.place = event.place, withheld, pad
WHERE NOT list_has_any(event.codes, withheld.codes)
ORDER BY person_id, event_id
"""
FEATURES = f"""
SELECT person_feature.* EXCLUDE (person_id, age, practice, area, last_admission), pseudonym AS person_id,
       {AGE.format(on="month_end")} AS age, {PLACE}, date_trunc('month', last_admission)::DATE AS last_admission
FROM person_feature JOIN known USING (person_id) {PLACED.format(of="person_feature")}
ORDER BY pseudonym, month_end
"""
MEMBERS = """
SELECT * RENAME (pseudonym AS person_id) FROM (
    SELECT cohort_member.* EXCLUDE (person_id), {pseudonym} AS pseudonym
    FROM cohort_member JOIN everybody USING (person_id), pad)
ORDER BY blueprint, cohort, date, person_id
"""

# Each table whose twins are made person by person, and its twin; who is in a cohort is written whole.
TWINS = {name: f"pseudonymised_{name}" for name in ("person", "person_period", "event", "person_feature")}
MEMBERS_TO = "pseudonymised_cohort_member"
LISTS = ("cohort_member", "restriction")


@dataclass(frozen=True)
class Kept:
    """How many persons and events the pseudonymised folder holds, and how many of each were left out."""

    people: int
    people_left_out: int
    events: int
    events_left_out: int


def pseudonymise(
    lake: Lake,
    now: datetime,
    *,
    key: bytes,
    localities: Mapping[str, str],
    sensitive: pa.Table,
) -> Kept:
    """Bring the pseudonymised twins up to date with the lake's present generation.

    Of persons who have news; and of everybody where it has changed which practices, areas and places are large, or who
    opted out: of them no file may hold anything, even hidden behind another.

    Without those whose `restriction` is against planning. `key` makes the pseudonyms. `localities` has a practice's
    locality by its code. `sensitive` has the columns code (system:code) and prefix
    (whether longer codes count too): events with one of these are left out. `now` is noted in the manifest, and its
    year decides who is among the oldest.
    """
    named = sorted(localities.items()), sensitive.to_pylist(), now.year
    recipe = hmac.new(key, repr(named).encode(), hashlib.sha256).hexdigest()[:DIGITS]
    with lake.write(now) as batch:
        news, lists = (
            batch.news("twins", recipe, TWINS, TWINS.values()),
            batch.news("lists", recipe, LISTS, [MEMBERS_TO]),
        )
        if not (news.nothing and lists.nothing):
            with lake.connect(only=(*TWINS, *LISTS)) as con:
                _prepare(con, key, localities, now.year)
                batch.replace(MEMBERS_TO, con, MEMBERS.format(pseudonym=_pseudonym("person_id")))
                same = {
                    "large": _fold(con, "large_practice", "fine_area", "large_place"),
                    "out": _fold(con, "left_out"),
                }
                laid_over = news.added is not None and batch.noted("twins") == same
                if laid_over and news.added is not None:
                    _narrow(con, batch, news.added)
                _name(con, "SEMI JOIN touched USING (person_id)" if laid_over else "")
                make_withheld(con, sensitive)
                events_of = EVENTS.format(pseudonym=_pseudonym("event_id"))
                for table, query in zip(TWINS.values(), (PERSONS, PERIODS, events_of, FEATURES), strict=True):
                    if laid_over:
                        batch.replace_of(table, con, query, "SELECT pseudonym AS person_id FROM touched")
                    else:
                        batch.replace(table, con, query)
            batch.note("twins", recipe, TWINS, TWINS.values(), same)
            batch.note("lists", recipe, LISTS, [MEMBERS_TO])
    people, events = lake.rows("pseudonymised_person"), lake.rows("pseudonymised_event")
    return Kept(people, lake.rows("person") - people, events, lake.rows("event") - events)


def _prepare(
    con: duckdb.DuckDBPyConnection,
    key: bytes,
    localities: Mapping[str, str],
    this_year: int,
) -> None:
    """Temporary tables: who is kept, and what is large enough to be named."""
    names = list(localities)
    con.register("locality_of", pa.table({"code": names, "locality": [localities[one] for one in names]}, _TEXTS))
    con.execute("CREATE TEMP TABLE pad AS SELECT ?::BLOB AS inner_pad, ?::BLOB AS outer_pad", _pads(key))
    con.execute(PERSON, {"this_year": this_year})
    for statement in (LEFT_OUT, REGISTERED, LARGE_PRACTICE, FINE_AREA, LARGE_PLACE):
        con.execute(statement)


def _fold(con: duckdb.DuckDBPyConnection, *names: str) -> str:
    """A mark of the rows of small tables, whatever their order."""
    rows = [sorted(map(repr, con.execute(f"SELECT * FROM {name}").fetchall())) for name in names]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:DIGITS]


def _narrow(con: duckdb.DuckDBPyConnection, batch: Batch, added: Mapping[str, tuple[TableFile, ...]]) -> None:
    """Hide the tables behind their rows about `touched` (person_id, pseudonym), the persons who have news."""
    persons = batch.persons([file for files in added.values() for file in files])
    con.execute(f"""
        CREATE TEMP TABLE touched AS
        SELECT DISTINCT person_id, {_pseudonym("person_id")} AS pseudonym FROM ({persons}), pad
    """)
    for table in ("person_period", "event", "person_feature"):
        rows = batch.about(con, table, added[table], "SELECT person_id FROM touched")
        con.execute(f"CREATE TEMP TABLE {table} AS {rows}")


def _name(con: duckdb.DuckDBPyConnection, among: str) -> None:
    """Make `known`: who is kept under which pseudonym, of everybody or `among` some."""
    con.execute(
        f"CREATE TEMP TABLE known AS SELECT everybody.*, {_pseudonym('person_id')} AS pseudonym "
        f"FROM (SELECT * FROM everybody {among}) everybody, pad"
    )


_TEXTS = pa.schema([("code", pa.string()), ("locality", pa.string())])


def _pseudonym(column: str) -> str:
    """SQL for the first digits of the column's HMAC-SHA256 (RFC 2104), beside the table `pad`."""
    return f"left(sha256(outer_pad || unhex(sha256(inner_pad || encode({column})))), {DIGITS})"


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """The key as HMAC uses it: filled up to a block, and mixed with each of its two constants."""
    whole = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in whole), bytes(byte ^ 0x5C for byte in whole)
