"""Who was where in the last year that the lake knows, night by night, and how often people moved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from vanguard.blueprint import Population
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.lake.condition import condition_sql
from vanguard.learn.simulate.population.plan import DEATH, YEAR, Ways, ways_of

TABLES = ("event", "person", "person_feature", "person_period", "practice", "restriction")
BEFORE = 120
"""Days before the year that are looked at, to know where whoever is in a bed on its first day came from."""

EVERYWHERE = "everywhere"
# Of an event's FHIR status: it never took place, or was said by mistake.
NOT_HAPPENED = "('planned', 'cancelled', 'not-done', 'refuted', 'entered-in-error')"
# Whoever wants their data used for their own care alone is counted nowhere.
CHOSE_NOT = "(SELECT person_id FROM restriction WHERE NOT planning)"

WHO = f"""
CREATE TEMP TABLE who AS
SELECT person.person_id, birth_date, death_date, coalesce(need, -1) AS need,
       coalesce(practice.locality, '{EVERYWHERE}') AS locality,
       coalesce(practice.locality_name, 'The whole place') AS locality_name
FROM person LEFT JOIN practice USING (practice)
LEFT JOIN (SELECT person_id, {{need}} AS need FROM person_feature
           WHERE month_end = (SELECT max(month_end) FROM person_feature)) USING (person_id)
WHERE birth_date IS NOT NULL AND person.person_id NOT IN {CHOSE_NOT}
"""
SPAN = """
CREATE TEMP TABLE span AS
SELECT person_id, min(first) AS first, max(past) AS past FROM (
    SELECT *, sum(CASE WHEN first <= reached THEN 0 ELSE 1 END)
                  OVER (PARTITION BY person_id ORDER BY first, past) AS run
    FROM (SELECT *, max(past) OVER (PARTITION BY person_id ORDER BY first, past
                                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
          FROM (SELECT person_id, start AS first,
                       least(coalesce("end", $past), coalesce(death_date, $past), $past) AS past
                FROM person_period JOIN who USING (person_id))
          WHERE first < past))
GROUP BY person_id, run
"""
STAY = f"""
SELECT person_id, {{number}} AS state, date AS first, coalesce(end_date, {{until}}) AS past
FROM event WHERE known_to IS NULL AND (status IS NULL OR status NOT IN {NOT_HAPPENED})
  AND date < $past AND coalesce(end_date, {{until}}) > $early AND ({{where}})
"""
NIGHT = """
CREATE TEMP TABLE night AS
SELECT person_id, CAST(day AS DATE) AS day, max(state) AS state FROM (
    SELECT stay.person_id, state,
           unnest(generate_series(greatest(stay.first, span.first, $early), least(stay.past, span.past) - 1,
                                  INTERVAL 1 DAY)) AS day
    FROM stay JOIN span ON span.person_id = stay.person_id AND stay.first < span.past AND span.first < stay.past)
GROUP BY ALL
"""
# Where a run of nights at one place began, and from where: whoever was nowhere the night before was at the first place.
PLACED = """
CREATE TEMP TABLE placed AS
SELECT person_id, day, coalesce(exact.number, usual.number) AS compartment
FROM (SELECT *, last_value(CASE WHEN before <> state THEN before END IGNORE NULLS)
                    OVER (PARTITION BY person_id ORDER BY day) AS came_from
      FROM (SELECT *, CASE WHEN lag(day) OVER mine = day - 1 THEN lag(state) OVER mine ELSE 0 END AS before
            FROM night WINDOW mine AS (PARTITION BY person_id ORDER BY day))) n
LEFT JOIN compartment exact ON exact.state = n.state AND exact.origin IN (-1, n.came_from)
JOIN (SELECT state, min(number) AS number FROM compartment GROUP BY state) usual ON usual.state = n.state
"""
# From each night of the year to the next: [$first - 1, $past - 1). At the first place is whoever is registered and
# nowhere else; what ends a registration other than death is a removal.
MOVED = f"""
WITH here AS (
    SELECT person_id, day, compartment AS origin, lag(day) OVER mine AS last_day, lead(day) OVER mine AS next_day,
           lead(compartment) OVER mine AS next_at
    FROM placed WINDOW mine AS (PARTITION BY person_id ORDER BY day)),
moves AS (
    SELECT person_id, day, origin, CASE WHEN next_day = day + 1 THEN next_at WHEN death_date = day + 1 THEN {DEATH}
                                        WHEN day + 1 < span.past THEN 0 ELSE -2 END AS target
    FROM here JOIN who USING (person_id) JOIN span USING (person_id) WHERE day >= span.first AND day < span.past
    UNION ALL
    SELECT person_id, day - 1, 0, origin FROM here JOIN span USING (person_id)
    WHERE last_day IS DISTINCT FROM day - 1 AND day > span.first AND day < span.past
    UNION ALL
    SELECT person_id, span.past - 1, 0, CASE WHEN death_date = span.past THEN {DEATH} ELSE -2 END
    FROM span JOIN who USING (person_id) WHERE span.past <= $past - 1
      AND NOT EXISTS (SELECT 1 FROM placed p WHERE p.person_id = span.person_id AND p.day = span.past - 1)
)
SELECT band.number AS age, need, origin, target, count(*) AS times
FROM moves JOIN who USING (person_id)
JOIN band ON day >= birth_date + to_years(band.first) AND day < birth_date + to_years(band.past)
WHERE day >= $first - 1 AND day < $past - 1 AND target <> origin GROUP BY ALL
"""
EXPOSED = """
SELECT band.number AS age, need, 0 AS origin,
       sum(greatest(0, date_diff(
           'day', greatest(span.first, $first - 1, CAST(birth_date + to_years(band.first) AS DATE)),
           least(span.past, $past - 1, CAST(birth_date + to_years(band.past) AS DATE))))) AS nights
FROM span JOIN who USING (person_id), band GROUP BY ALL
UNION ALL
SELECT band.number, need, compartment, count(*) FROM placed JOIN who USING (person_id)
JOIN band ON day >= birth_date + to_years(band.first) AND day < birth_date + to_years(band.past)
WHERE day >= $first - 1 AND day < $past - 1 GROUP BY ALL
"""
STOOD = """
SELECT locality, band.number AS age, need, coalesce(placed.compartment, 0) AS compartment, count(*) AS people
FROM span JOIN who USING (person_id)
JOIN band ON $day >= birth_date + to_years(band.first) AND $day < birth_date + to_years(band.past)
LEFT JOIN placed ON placed.person_id = span.person_id AND placed.day = $day
WHERE span.first <= $day AND span.past > $day GROUP BY ALL
"""
CAME = """
SELECT band.number AS age, birth_date >= $first - 1 AS born, count(*) AS people
FROM span JOIN who USING (person_id)
JOIN band ON span.first >= birth_date + to_years(band.first) AND span.first < birth_date + to_years(band.past)
WHERE span.first >= $first AND span.first < $past GROUP BY ALL
"""


@dataclass(frozen=True)
class Observed:
    """One year of a place. Needs have one more than the population, the last: not known, for whoever is gone.

    `moves` [ages, needs + 1, compartments, compartments + 1: the last is death], `nights` [ages, needs + 1,
    compartments], `at_first` and `at_last` [localities, ages, needs + 1, compartments] the night before the year and
    its last night, `born` people, `came` and `went` [ages].
    """

    ways: Ways
    first: date
    localities: Mapping[str, str]
    moves: np.ndarray = field(repr=False)
    nights: np.ndarray = field(repr=False)
    at_first: np.ndarray = field(repr=False)
    at_last: np.ndarray = field(repr=False)
    born: int
    came: np.ndarray = field(repr=False)
    went: np.ndarray = field(repr=False)


def observe(lake: Lake, population: Population) -> Observed:
    """The year that ends with the last month whose end the lake knows. Raises BadInput where it knows none."""
    with lake.connect(only=TABLES) as con:
        last = con.execute("SELECT max(month_end) FROM person_feature").fetchall()[0][0]
        if last is None:
            raise BadInput("This place knows no people yet.", where=str(lake.folder), do="Run vanguard refresh first.")
        first = last - timedelta(days=YEAR - 1)
        return _Looking(con, population, ways_of(population), first, last + timedelta(days=1)).observed()


class _Looking:
    def __init__(
        self, con: duckdb.DuckDBPyConnection, population: Population, ways: Ways, first: date, past: date
    ) -> None:
        self.con, self.population, self.ways = con, population, ways
        self.first, self.past = first, past
        self.days = {"first": first, "past": past, "early": first - timedelta(days=BEFORE)}

    def observed(self) -> Observed:
        self._prepare()
        rows = self.con.execute("SELECT DISTINCT locality, locality_name FROM who ORDER BY ALL").fetchall()
        localities = {str(id): str(name) for id, name in rows}
        ages, needs, places = len(self.population.ages), len(self.population.needs) + 1, len(self.ways.state_of)
        moves = np.zeros((ages, needs, places, places + 1), np.int64)
        went = np.zeros(ages, np.int64)
        for age, need, origin, target, times in self._rows(MOVED):
            if target == -2:
                went[age] += times
            else:
                moves[age, need, origin, target] += times
        nights = np.zeros((ages, needs, places), np.int64)
        for age, need, origin, number in self._rows(EXPOSED):
            nights[age, need, origin] += number
            if origin:
                nights[age, need, 0] -= number
        came, born = np.zeros(ages, np.int64), 0
        for age, is_born, people in self._rows(CAME):
            born += people if is_born else 0
            came[age] += 0 if is_born else people
        return Observed(
            ways=self.ways,
            first=self.first,
            localities=localities,
            moves=moves,
            nights=nights,
            at_first=self._stood(self.first - timedelta(days=1), list(localities)),
            at_last=self._stood(self.past - timedelta(days=1), list(localities)),
            born=born,
            came=came,
            went=went,
        )

    def _prepare(self) -> None:
        firsts = [band.first for band in self.population.ages.values()]
        self._table("band", {"number": range(len(firsts)), "first": firsts, "past": [*firsts[1:], 200]})
        ways = self.ways
        numbers = range(len(ways.state_of))
        self._table("compartment", {"number": numbers, "state": ways.state_of, "origin": ways.origins})
        conditions = [(n, need.when) for n, need in enumerate(self.population.needs.values()) if need.when]
        cases = " ".join(f"WHEN {condition_sql(when)} THEN {n}" for n, when in reversed(conditions))
        self.con.execute(WHO.format(need=f"CASE {cases} ELSE 0 END" if cases else "0"))
        self._make(SPAN)
        stays = [
            STAY.format(
                number=number,
                until=f"date + {place.known.for_days}" if place.known.for_days else "$past",
                where=condition_sql(place.known.where),
            )
            for number, place in enumerate(self.population.places.values())
            if place.known
        ]
        nowhere = "SELECT NULL::VARCHAR AS person_id, 0 AS state, NULL::DATE AS first, NULL::DATE AS past WHERE false"
        self._make(f"CREATE TEMP TABLE stay AS {' UNION ALL '.join(stays or [nowhere])}")
        self._make(NIGHT)
        self.con.execute(PLACED)

    def _make(self, sql: str) -> None:
        self.con.execute(sql, {name: day for name, day in self.days.items() if f"${name}" in sql})

    def _table(self, name: str, columns: Mapping[str, Any]) -> None:
        self.con.register(f"given_{name}", pa.table({key: pa.array(list(of)) for key, of in columns.items()}))
        self.con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM given_{name}")

    def _rows(self, sql: str, **more: date) -> list[tuple[Any, ...]]:
        days = {name: day for name, day in (self.days | more).items() if f"${name}" in sql}
        found: list[tuple[Any, ...]] = self.con.execute(sql, days).fetchall()
        return found

    def _stood(self, day: date, localities: list[str]) -> np.ndarray:
        """Who is where on the night of a day."""
        shape = len(localities), len(self.population.ages), len(self.population.needs) + 1, len(self.ways.state_of)
        found = np.zeros(shape, np.int64)
        for locality, age, need, compartment, people in self._rows(STOOD, day=day):
            found[localities.index(locality), age, need, compartment] += people
        return found
