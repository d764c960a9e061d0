"""Openings that stand out, found by SQL over the lines of the audit trail. Pure: the tables are given.

`look`: who, role, person (NULL for a list or nobody), moment (London), what, why, outcome, people (how many it names).
`staff`: who, name; `works`: who, place (a practice, a team, or one of their own). `person`: person, family,
postcode. Names are folded, each word after a space.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vanguard.access.terms import ITEMS, PatternRules

# Of each pattern of one user, the latest lines.
LONGEST = 100
_ITEMS = ", ".join(f"'{item}'" for item in ITEMS)

OPENED = f"""
CREATE OR REPLACE TEMP VIEW opened AS
SELECT * FROM look WHERE outcome = 'shown' AND person IS NOT NULL AND what IN ({_ITEMS})
"""
OWN_NAME = """
SELECT o.* FROM opened o JOIN staff s USING (who) JOIN person p USING (person)
 WHERE p.family <> '' AND ends_with(s.name, p.family)
"""
SAME_ADDRESS = f"""
SELECT * FROM (
    SELECT l.*, count(DISTINCT l.person) OVER (PARTITION BY l.who, p.postcode) AS there
      FROM look l JOIN person p USING (person)
     WHERE p.postcode <> '' AND l.what IN ({_ITEMS}, 'break_glass')
       AND (l.why = 'break_glass' OR l.what = 'break_glass' OR l.why = 'not related')) t
 WHERE there >= $people
"""
MANY_PEOPLE = """
WITH counted AS (
    SELECT *, count(DISTINCT person) OVER (
               PARTITION BY who ORDER BY moment RANGE BETWEEN to_minutes($minutes) PRECEDING AND CURRENT ROW) AS seen
      FROM opened),
led AS (
    SELECT *, max(seen) OVER (
               PARTITION BY who ORDER BY moment RANGE BETWEEN CURRENT ROW AND to_minutes($minutes) FOLLOWING) AS most
      FROM counted)
SELECT * FROM led WHERE most >= $people
"""
NIGHTS = """
WITH timed AS (SELECT *, hour(moment) >= $from_hour OR hour(moment) < $until_hour AS night FROM opened),
habits AS (SELECT who, count(DISTINCT moment::DATE) AS days,
                  count(DISTINCT moment::DATE) FILTER (night) / count(DISTINCT moment::DATE) AS share
             FROM timed GROUP BY who)
SELECT t.* FROM timed t JOIN habits h USING (who)
 WHERE t.night AND h.days >= $at_least_days AND h.share <= $at_most_share
"""
NO_FOLLOW_ON = """
WITH mine AS (SELECT who, person, min(moment)::DATE AS first FROM opened WHERE what <> 'identity' GROUP BY who, person),
seen AS (SELECT DISTINCT who, person, moment::DATE AS day, outcome IN ('recorded', 'begun', 'ended') AS done
           FROM look WHERE person IS NOT NULL AND outcome <> 'refused'),
back AS (SELECT w.place, s.person FROM seen s JOIN works w USING (who) GROUP BY w.place, s.person
         HAVING count(DISTINCT s.who) > 1 OR count(DISTINCT s.day) > 1 OR bool_or(s.done)),
followed AS (SELECT DISTINCT m.who, m.person FROM mine m JOIN works w USING (who) JOIN back b USING (place, person)),
judged AS (SELECT m.who, m.person, f.who IS NULL AS alone FROM mine m LEFT JOIN followed f USING (who, person)
            WHERE m.first <= $now::DATE - $days::INTEGER),
odd AS (SELECT who FROM judged GROUP BY who HAVING count(*) FILTER (alone) >= $people AND avg(alone::INTEGER) >= $share)
SELECT o.* FROM opened o JOIN judged j USING (who, person) JOIN odd USING (who) WHERE j.alone AND o.what <> 'identity'
"""
FAILED_SEARCHES = f"""
SELECT * FROM (
    SELECT *, count(*) OVER (PARTITION BY who, moment::DATE, what = 'whether_referred') AS failed FROM look
     WHERE (what IN ('trace', 'call', 'whether_referred') AND outcome = 'not found') OR (what = 'search' AND people = 0)
        OR (what IN ({_ITEMS}) AND outcome = 'refused')) t
 WHERE failed >= $a_day
"""
# In the order in which they are shown.
KINDS: Mapping[str, str] = {
    "own_name": OWN_NAME,
    "same_address": SAME_ADDRESS,
    "many_people": MANY_PEOPLE,
    "nights": NIGHTS,
    "no_follow_on": NO_FOLLOW_ON,
    "failed_searches": FAILED_SEARCHES,
}


@dataclass(frozen=True)
class Opened:
    """One line of a pattern; `person_id` is empty where it names nobody. `at` is London's time."""

    at: datetime
    person_id: str
    what: str
    why: str
    outcome: str


@dataclass(frozen=True)
class Pattern:
    """Openings by one user that stand out: how many, of how many people, and the latest of them."""

    kind: str
    who: str
    role: str
    openings: int
    people: int
    last: datetime
    lines: tuple[Opened, ...]


def odd(con: Any, rules: PatternRules, now: datetime, *, kind: str = "", who: str = "") -> tuple[Pattern, ...]:
    """The patterns among the lines that the connection's tables hold, by kind, then the latest first.

    Only those of one kind and one user where these are given. `now` is London's time.
    """
    con.execute(OPENED)
    given: dict[str, Mapping[str, Any]] = {
        "same_address": rules.same_address,
        "many_people": rules.many_people,
        "nights": rules.nights,
        "no_follow_on": {**rules.no_follow_on, "now": now},
        "failed_searches": rules.failed_searches,
    }
    found: list[Pattern] = []
    for one, query in KINDS.items():
        if kind in ("", one):
            found += _grouped(con, one, query, {**given.get(one, {}), "wanted": who})
    return tuple(found)


def _grouped(con: Any, kind: str, query: str, given: Mapping[str, Any]) -> list[Pattern]:
    """The lines that a query finds, as a pattern for each user."""
    rows = con.execute(
        f"""
        WITH found AS ({query})
        SELECT who, arg_max(role, moment), count(*), count(DISTINCT person), max(moment),
               list({{moment: moment, person: coalesce(person, ''), what: what, why: why, outcome: outcome}}
                    ORDER BY moment DESC)[:{LONGEST}]
          FROM found WHERE $wanted IN ('', who) GROUP BY who ORDER BY max(moment) DESC, who
        """,
        given,
    ).fetchall()
    return [
        Pattern(kind, who, role, openings, people, last, tuple(Opened(*line.values()) for line in lines))
        for who, role, openings, people, last, lines in rows
    ]
