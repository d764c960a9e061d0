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
from vanguard.lake.condition import columns_of, condition_sql
from vanguard.learn.measure import ALWAYS, make_standing
from vanguard.learn.simulate.population.plan import DEATH, YEAR, Ways, ways_of

TABLES = ("event", "person", "person_feature", "person_period", "practice", "restriction", "noted", "small_area")
BEFORE = 120
"""Days before the year that are looked at, to know where whoever is in a bed on its first day came from."""

EVERYWHERE = "everywhere"
# Of an event's FHIR status: it never took place, or was said by mistake.
NOT_HAPPENED = "('planned', 'cancelled', 'not-done', 'refuted', 'entered-in-error')"
# Whoever wants their data used for their own care alone is counted nowhere.
CHOSE_NOT = "(SELECT person_id FROM restriction WHERE NOT planning)"

WHO = f"""
CREATE TEMP TABLE who AS
SELECT person.person_id, birth_date, death_date, coalesce(practice.locality, '{EVERYWHERE}') AS locality,
       coalesce(practice.locality_name, 'The whole place') AS locality_name
FROM person LEFT JOIN practice USING (practice)
WHERE birth_date IS NOT NULL AND person.person_id NOT IN {CHOSE_NOT}
"""
# Need as it was at the end of the month before, so that it does not follow from what it is asked for; months alike are
# one row.
NEED_THEN = """
CREATE TEMP TABLE need_at AS
SELECT person_id, need, min(month_end) AS since, CAST(last_day(max(month_end) + 1) AS DATE) AS until FROM (
    SELECT *, number - row_number() OVER (PARTITION BY person_id, need ORDER BY number) AS run
    FROM (SELECT person_id, month_end, year(month_end) * 12 + month(month_end) AS number, {need} AS need FROM standing))
GROUP BY person_id, need, run
"""
# Where a need asks for more than what is known of the past it is today's, and nobody's who is gone.
NEED_NOW = """
CREATE TEMP TABLE need_at AS
SELECT person_id, {need} AS need, DATE '0001-01-01' AS since, DATE '9999-12-31' AS until FROM person_feature
WHERE month_end = (SELECT max(month_end) FROM person_feature)
"""
NEED = "LEFT JOIN need_at ON need_at.person_id = {person} AND {day} >= since AND {day} < until"
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
SELECT locality, band.number AS age, coalesce(need, -1) AS need, origin, target, count(*) AS times
FROM moves JOIN who USING (person_id)
JOIN band ON day >= birth_date + to_years(band.first) AND day < birth_date + to_years(band.past)
{NEED.format(person="moves.person_id", day="day")}
WHERE day >= $first - 1 AND day < $past - 1 AND target <> origin GROUP BY ALL
"""
# Nights in one band of age, whatever the need; then those with each need that was known.
EXPOSED = f"""
WITH lived AS (
    SELECT span.person_id, locality, band.number AS age,
           greatest(span.first, $first - 1, CAST(birth_date + to_years(band.first) AS DATE)) AS begins,
           least(span.past, $past - 1, CAST(birth_date + to_years(band.past) AS DATE)) AS ends
    FROM span JOIN who USING (person_id), band),
known AS (
    SELECT locality, age, need, sum(date_diff('day', greatest(begins, since), least(ends, until))) AS nights
    FROM lived JOIN need_at USING (person_id) WHERE greatest(begins, since) < least(ends, until) GROUP BY ALL)
SELECT locality, age, need, 0 AS origin, nights FROM known
UNION ALL
SELECT locality, age, -1, 0, sum(nights) FROM (
    SELECT locality, age, date_diff('day', begins, ends) AS nights FROM lived WHERE begins < ends
    UNION ALL SELECT locality, age, -nights FROM known) GROUP BY ALL
UNION ALL
SELECT locality, band.number, coalesce(need, -1), compartment, count(*) FROM placed JOIN who USING (person_id)
JOIN band ON day >= birth_date + to_years(band.first) AND day < birth_date + to_years(band.past)
{NEED.format(person="placed.person_id", day="day")}
WHERE day >= $first - 1 AND day < $past - 1 GROUP BY ALL
"""
STOOD = f"""
SELECT locality, band.number AS age, coalesce(need, -1) AS need, coalesce(placed.compartment, 0) AS compartment,
       count(*) AS people
FROM span JOIN who USING (person_id)
JOIN band ON $day >= birth_date + to_years(band.first) AND $day < birth_date + to_years(band.past)
LEFT JOIN placed ON placed.person_id = span.person_id AND placed.day = $day
{NEED.format(person="span.person_id", day="$day")}
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
    """One year of a place. Needs have one more than the population, the last: not known.

    `moves` [localities, ages, needs + 1, compartments, compartments + 1: the last is death], `nights` [localities,
    ages, needs + 1, compartments], `at_first` and `at_last` [localities, ages, needs + 1, compartments] the night
    before the year and its last night, `born` people, `came` and `went` [ages].
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

    @property
    def past(self) -> date:
        """The day after the year."""
        return self.first + timedelta(days=YEAR)


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
        moves = np.zeros((len(localities), ages, needs, places, places + 1), np.int64)
        went = np.zeros(ages, np.int64)
        number = {id: n for n, id in enumerate(localities)}
        for locality, age, need, origin, target, times in self._rows(MOVED):
            if target == -2:
                went[age] += times
            else:
                moves[number[locality], age, need, origin, target] += times
        nights = np.zeros((len(localities), ages, needs, places), np.int64)
        for locality, age, need, origin, found in self._rows(EXPOSED):
            nights[number[locality], age, need, origin] += found
            if origin:
                nights[number[locality], age, need, 0] -= found
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
        self.con.execute(WHO)
        then = all(set(columns_of(when)) <= set(ALWAYS) for _, when in conditions)
        if then:
            make_standing(self.con, self.first, self.past - timedelta(days=1))
        need = f"CASE {cases} ELSE 0 END" if cases else "0"
        self.con.execute((NEED_THEN if then else NEED_NOW).format(need=need))
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
