"""Who was registered where, and when: SQL for the table `person_period`.

Every step works on whole columns. Days are local calendar days and a period is [start, end): `end` is the
first day no longer. The last day of a registration or of a stay in a care home is part of it, and so is the
day of death, so that what happened on it counts.
"""

from importlib import resources

import duckdb

from vanguard.know.intake import current_persons
from vanguard.know.timeline.versions import THING, local_day, versions
from vanguard.own_yaml import data_of


def prepare_periods(con: duckdb.DuckDBPyConnection) -> str:
    """Make the steps as temporary tables on `con`; returns the SQL of the periods."""
    homes = data_of((resources.files(__package__) / "care_homes.yaml").read_text("utf-8"))
    con.execute(STATED, {"home_kind": homes["kind"], "home_setting": homes["setting"]})
    con.execute(DIED)
    con.execute(REGISTERED)
    con.execute(AT_HOME, {"package_types": homes["package_types"]})
    return PERIODS


# A thing's kind or setting may be corrected, so every version of what was ever one of ours is read. What a partner's
# extract no longer holds went on until then.
STATED = f"""
    CREATE TEMP TABLE stated AS
    WITH ours AS (
        SELECT * FROM source_event SEMI JOIN (
            SELECT {THING} FROM source_event
            WHERE (kind = 'EpisodeOfCare' AND setting = 'registration')
               OR (kind = $home_kind AND setting = $home_setting)
        ) USING ({THING})
    )
    SELECT l.person_id, v.row_id, v.kind = 'EpisodeOfCare' AND v.setting = 'registration' AS registration,
           v.known_from, coalesce(v."date", {local_day("v.known_from")}) AS "start",
           least(v.end_date + 1, CASE WHEN v.ended THEN {local_day("v.known_to")} END) AS "end",
           v.place, v.area, v.detail
    FROM ({versions("ours")}) v
    JOIN person_link l ON l.source = v.source AND l.source_id = v.source_id
    WHERE (v.known_to IS NULL OR v.ended)
      AND coalesce(v.status, '') NOT IN ('entered-in-error', 'cancelled', 'planned', 'waitlist')
      AND ((v.kind = 'EpisodeOfCare' AND v.setting = 'registration')
           OR (v.kind = $home_kind AND v.setting = $home_setting))
"""

# What identity settled stands first; else the earliest day that any partner now gives.
DIED = f"""
    CREATE TEMP TABLE died AS
    WITH told AS (
        SELECT l.person_id, min(s.death_date) AS death_date
        FROM ({current_persons()}) s JOIN person_link l USING (source, source_id) GROUP BY ALL
    )
    SELECT person_id, p.birth_date, coalesce(p.death_date, t.death_date) AS death_date
    FROM person p FULL JOIN told t USING (person_id)
"""

# The registration that starts later ends the one before it, wherever that one said that it would end.
REGISTERED = """
    CREATE TEMP TABLE registered AS
    SELECT * FROM (
        SELECT s.person_id, greatest(s."start", d.birth_date) AS "start",
               least(s."end", lead(s."start") OVER (
                         PARTITION BY s.person_id ORDER BY s."start", s.known_from, s.row_id),
                     d.death_date + 1) AS "end",
               s.place AS practice, s.area
        FROM stated s LEFT JOIN died d USING (person_id)
        WHERE s.registration AND (s."end" IS NULL OR s."end" > s."start")
    ) WHERE "end" IS NULL OR "end" > "start"
"""

AT_HOME = """
    CREATE TEMP TABLE at_home AS
    SELECT * FROM (
        SELECT person_id, "start",
               least("end", lead("start") OVER (PARTITION BY person_id ORDER BY "start", known_from, row_id))
                   AS "end",
               coalesce(place, 'not named') AS care_home
        FROM stated
        WHERE NOT registration AND ("end" IS NULL OR "end" > "start")
          AND list_contains($package_types, detail ->> '$.package_type')
    ) WHERE "end" IS NULL OR "end" > "start"
"""

# Registrations are cut at each move into or out of a care home, then like neighbours are joined again.
PERIODS = """
    WITH cut AS (
        SELECT r.*, r."start" AS day FROM registered r
        UNION
        SELECT r.*, h."start" FROM registered r JOIN at_home h USING (person_id)
        WHERE h."start" > r."start" AND (r."end" IS NULL OR h."start" < r."end")
        UNION
        SELECT r.*, h."end" FROM registered r JOIN at_home h USING (person_id)
        WHERE h."end" > r."start" AND (r."end" IS NULL OR h."end" < r."end")
    ), piece AS (
        SELECT person_id, day AS "start",
               coalesce(lead(day) OVER (PARTITION BY person_id, "start" ORDER BY day), "end") AS "end",
               practice, area
        FROM cut
    ), placed AS (
        SELECT p.*, h.care_home FROM piece p LEFT JOIN at_home h
          ON h.person_id = p.person_id AND h."start" <= p."start" AND (h."end" IS NULL OR p."start" < h."end")
    ), told_apart AS (
        SELECT *, lag("end") OVER person IS NOT DISTINCT FROM "start"
              AND lag((practice, area, care_home)) OVER person
                  IS NOT DISTINCT FROM (practice, area, care_home) AS goes_on
        FROM placed
        WINDOW person AS (PARTITION BY person_id ORDER BY "start")
    ), run AS (
        SELECT *, count(*) FILTER (NOT goes_on) OVER (PARTITION BY person_id ORDER BY "start") AS run
        FROM told_apart
    )
    SELECT person_id, min("start") AS "start",
           CASE WHEN count("end") = count(*) THEN max("end") END AS "end", practice, area, care_home
    FROM run
    GROUP BY person_id, run, practice, area, care_home
    ORDER BY person_id, "start"
"""
