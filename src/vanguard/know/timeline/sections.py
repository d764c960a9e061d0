"""SQL for a person's record: the sections made of the entries, and the JSON of it all."""

from vanguard.know.timeline.entries import IN_RANGE
from vanguard.know.timeline.json_sql import json_array, json_float, json_instant, json_object, json_value
from vanguard.know.timeline.versions import local_day
from vanguard.lake import tables

# Periods of one practice that follow on are one stay with it, whatever else changed between them.
PRACTICE_SINCE = """
    CREATE TEMP TABLE practice_since AS
    WITH told_apart AS (
        SELECT *, lag("end") OVER person IS NOT DISTINCT FROM "start"
              AND lag(practice) OVER person IS NOT DISTINCT FROM practice AS goes_on
        FROM person_period WINDOW person AS (PARTITION BY person_id ORDER BY "start")
    ), begun AS (
        SELECT person_id, "start", "end", max("start") FILTER (NOT goes_on)
            OVER (PARTITION BY person_id ORDER BY "start") AS since
        FROM told_apart
    )
    SELECT person_id, max(since) AS since FROM begun
    WHERE "start" <= getvariable('as_of') AND ("end" IS NULL OR "end" > getvariable('as_of'))
    GROUP BY person_id
"""

# A hospital's codes show a long-term condition too, unless a problem list has since said that it is over.
CONDITIONS = f"""
    evidence AS (
        SELECT e.person_id, c.condition, c.label, e.code, e."date", e.source, e.event_id, e.kind, e.goes_on,
               coalesce(e.end_date, {local_day("e.known_from")}) AS over_by
        FROM (SELECT *, unnest(codes) AS code FROM entry WHERE kind IN ('Condition', 'Encounter')) e
        JOIN condition_code c USING (code)
        WHERE NOT e.alert
    ), over AS (
        SELECT person_id, condition, max(over_by) AS day
        FROM evidence WHERE kind = 'Condition' AND NOT goes_on GROUP BY ALL
    ), condition AS (
        SELECT person_id, condition AS id, label, true AS long_term,
               min("date") AS since, arg_min((code, source), ("date", event_id)) AS told
        FROM evidence LEFT JOIN over USING (person_id, condition)
        WHERE CASE kind WHEN 'Condition' THEN goes_on ELSE over.day IS NULL OR "date" > over.day END
        GROUP BY person_id, condition, label
        UNION ALL
        SELECT person_id, coalesce(main_code, label) AS id, arg_min(label, ("date", event_id)),
               false, min("date"), arg_min((main_code, source), ("date", event_id))
        FROM entry
        WHERE kind = 'Condition' AND goes_on AND NOT alert
          AND NOT list_has_any(codes, (SELECT coalesce(list(code), []) FROM condition_code))
        GROUP BY person_id, id
    )
"""

# What was last said of a medicine counts: an old prescription without an end does not outlive its successor.
MEDICINES = """
    medicine AS (
        SELECT * FROM (
            SELECT * FROM entry WHERE kind = 'MedicationRequest'
            QUALIFY row_number() OVER (
                PARTITION BY person_id, coalesce(main_code, label)
                ORDER BY "start" DESC NULLS LAST, known_from DESC, event_id) = 1
        ) WHERE goes_on
    )
"""

# The latest telling: a fall of two years ago says little beside last week's.
ALERTS = """
    alert AS (
        SELECT person_id, coalesce(main_code, label) AS id, arg_max(label, ("date", event_id)) AS label,
               max("date") AS since, arg_max((main_code, source), ("date", event_id)) AS told
        FROM entry
        WHERE goes_on AND (alert OR kind IN ('AllergyIntolerance', 'Flag'))
        GROUP BY person_id, id
    )
"""


def _line(code: str, since: str, source: str) -> str:
    return json_object(
        {
            "label": json_value("label"),
            "code": json_value(code),
            "since": json_value(since),
            "source": json_value(source),
        }
    )


ENTRY = json_object(
    {
        "id": json_value("event_id"),
        **{name: json_value(name) for name in ("kind", "setting", "status", "method")},
        "start": json_instant('"start"'),
        "end": json_instant('"end"'),
        "date": json_value('"date"'),
        **{name: json_value(name) for name in ("end_date", "timed", "codes", "display")},
        "value": json_float("value"),
        **{name: json_value(name) for name in ("unit", "text", "place", "source")},
        "known_from": json_instant("known_from"),
    }
)
AS_TOLD = _line("told[1]", "since", "told[2]")
OF_LATEST = _line("main_code", '"date"', "source")
NEWEST = "since DESC NULLS LAST, label, id"

RECORD = json_object(
    {
        "person": json_object({name: json_value(f'p."{name}"') for name in tables()["person"].column_names}),
        "practice_since": f"coalesce({json_value('r.since')}, 'null')",
        **{name: f"coalesce({name}, '[]')" for name in ("conditions", "medicines", "alerts", "entries")},
    }
)

RECORDS = f"""
    WITH {CONDITIONS}, {MEDICINES}, {ALERTS}
    SELECT p.person_id, {RECORD} AS body
    FROM person p SEMI JOIN asked USING (person_id)
    LEFT JOIN practice_since r USING (person_id)
    LEFT JOIN (SELECT person_id, {json_array(AS_TOLD, f"long_term DESC, {NEWEST}")} AS conditions
               FROM condition GROUP BY person_id) USING (person_id)
    LEFT JOIN (SELECT person_id, {json_array(OF_LATEST, '"start" DESC NULLS LAST, event_id')} AS medicines
               FROM medicine GROUP BY person_id) USING (person_id)
    LEFT JOIN (SELECT person_id, {json_array(AS_TOLD, NEWEST)} AS alerts
               FROM alert GROUP BY person_id) USING (person_id)
    LEFT JOIN (SELECT person_id, {json_array(ENTRY, '"start" DESC NULLS LAST, event_id')} AS entries
               FROM entry GROUP BY person_id) USING (person_id)
    WHERE p.person_id {IN_RANGE}
    ORDER BY p.person_id
"""
