"""The privacy officer's patterns: the last days of the audit trail, with the names that it is compared with."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings

from vanguard.access.audit import entry_files
from vanguard.access.door import open_queue
from vanguard.access.entitlement import ListEntitlement
from vanguard.access.models import User
from vanguard.access.patterns import Pattern, odd
from vanguard.access.rules import Actor, policy
from vanguard.clock import LONDON, local_date

SLICE = 500
# Nobody's record was opened, so nobody is named.
NAMELESS = ("failed_searches",)
LOOK = """
CREATE TEMP TABLE look AS
SELECT who, role, CASE WHEN json_type(whom) = 'VARCHAR' THEN nullif(whom ->> '$', '') END AS person,
       "at"::TIMESTAMPTZ AT TIME ZONE 'Europe/London' AS moment, what, why, outcome,
       CASE json_type(whom) WHEN 'ARRAY' THEN json_array_length(whom)::INTEGER ELSE 1 END AS people
  FROM read_json(?, format = 'newline_delimited', ignore_errors = true, columns = {
       who: 'VARCHAR', role: 'VARCHAR', whom: 'JSON', "at": 'VARCHAR', what: 'VARCHAR', why: 'VARCHAR',
       outcome: 'VARCHAR'})
 WHERE who <> '' AND try_cast("at" AS TIMESTAMPTZ) IS NOT NULL
"""
NO_LOOK = """
CREATE TEMP TABLE look (who VARCHAR, role VARCHAR, person VARCHAR, moment TIMESTAMP, what VARCHAR, why VARCHAR,
                        outcome VARCHAR, people INTEGER)
"""


def odd_openings(actor: Actor, *, now: datetime) -> tuple[Pattern, ...]:
    """What stands out of late: who, how often, of how many people. Raises Refused without the right to the queue."""
    open_queue(actor, "privacy_queue", "patterns", [], now=now)
    return _found(now)


def odd_openings_of(actor: Actor, kind: str, username: str, *, now: datetime) -> tuple[Pattern | None, ListEntitlement]:
    """One pattern of one user with its lines, None if there is none (any more); and the right to see whose records
    were opened.

    Raises Refused without the right to the queue.
    """
    found = _found(now, kind=kind, who=username) if actor.may("privacy_queue") and kind and username else ()
    people = list(dict.fromkeys(line.person_id for one in found for line in one.lines if line.person_id))
    if kind in NAMELESS:
        people = []
    entitlement = open_queue(actor, "privacy_queue", "patterns", people, now=now)
    return (found[0] if found else None), entitlement


def _found(now: datetime, *, kind: str = "", who: str = "") -> tuple[Pattern, ...]:
    rules = policy().patterns
    since = local_date(now) - timedelta(days=rules.days - 1)
    # One thread: whoever else is served meanwhile goes before.
    with duckdb.connect(config={"threads": 1}) as con:
        files = entry_files(Path(settings.PLACE) / "audit", since)
        if files:
            con.execute(LOOK, [[str(path) for path in files]])
        else:
            con.execute(NO_LOOK)
        _name(con)
        return odd(con, rules, now.astimezone(LONDON).replace(tzinfo=None), kind=kind, who=who)


def _name(con: Any) -> None:
    """Who the users are, who works with whom, and who the people are whom they looked at."""
    from vanguard.know.record.folding import folded
    from vanguard.know.record.models import PersonIndex

    staff, works = [], []
    for user in User.objects.prefetch_related("teams"):
        staff.append({"who": user.username, "name": folded(user.name)})
        works.append({"who": user.username, "place": f"user {user.pk}"})
        named = [f"practice {user.practice_id}"] * bool(user.practice_id)
        named += [f"organisation {user.organisation_id}"] * bool(user.organisation_id)
        named += [f"team {team.pk}" for team in user.teams.all()]
        works += [{"who": user.username, "place": place} for place in named]
    _table(con, "staff", staff, ("who", "name"))
    _table(con, "works", works, ("who", "place"))
    ids = [row[0] for row in con.execute("SELECT DISTINCT person FROM look WHERE person IS NOT NULL").fetchall()]
    people = []
    for start in range(0, len(ids), SLICE):
        rows = PersonIndex.objects.filter(person_id__in=ids[start : start + SLICE])
        people += [
            {"person": person_id, "family": folded(family), "postcode": postcode}
            for person_id, family, postcode in rows.values_list("person_id", "family_name", "postcode")
        ]
    _table(con, "person", people, ("person", "family", "postcode"))


def _table(con: Any, name: str, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    schema = pa.schema([(column, pa.string()) for column in columns])
    con.register(f"given_{name}", pa.Table.from_pylist(rows, schema))
    con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM given_{name}")
