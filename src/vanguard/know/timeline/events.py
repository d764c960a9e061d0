"""What happened to each person, as every partner and our own service said it: SQL for the table `event`."""

from vanguard.know.timeline.own import OWN_EVENT, OWN_LINK
from vanguard.know.timeline.versions import versions

COLUMNS = """row_id, source, source_id, kind, setting, status, method, "start", "end", "date", end_date, timed, codes,
    display, value, unit, text, place, feed, cost_pence, detail, known_from, known_to, ended"""


def completed_years(birth: str, day: str) -> str:
    """SQL: age in completed years on `day`, by year, month and day parts; empty before birth.

    Somebody born on 29 February is a year older on 29 February, or on 1 March where there is none:
    the reading of the anniversary in the law of England.
    """
    short = f"CAST((month({day}), day({day})) < (month({birth}), day({birth})) AS INTEGER)"
    return f"CASE WHEN {day} >= {birth} THEN year({day}) - year({birth}) - {short} END"


# The events of a month lie together, so that whoever asks for a few months reads little else; and those of a person
# within it, so that a range of persons is read alone.
ORDER = """date_trunc('month', greatest("date", end_date)) NULLS FIRST, person_id, "start" NULLS FIRST, event_id,
    known_from"""

EVENTS = f"""
    WITH own_event AS ({OWN_EVENT}),
    linked AS (SELECT source, source_id, person_id FROM person_link UNION ALL SELECT * FROM ({OWN_LINK}))
    SELECT e.row_id AS event_id, l.person_id, e.kind, e.setting, e.status, e.method,
           e."start", e."end", e."date", e.end_date, e.timed,
           {completed_years("p.birth_date", 'e."date"')} AS age,
           CASE WHEN e.end_date >= e."date" THEN e.end_date - e."date" END AS nights,
           coalesce(e.codes, []) AS codes, e.display, e.value, e.unit, e.text, e.place, e.source, e.feed,
           e.cost_pence, e.detail, e.known_from, e.known_to, nullif(e.ended, false) AS ended
    FROM (SELECT {COLUMNS} FROM ({versions()}) UNION ALL SELECT {COLUMNS} FROM ({versions("own_event")})) e
    JOIN linked l ON l.source = e.source AND l.source_id = e.source_id
    LEFT JOIN person p ON p.person_id = l.person_id
    ORDER BY {ORDER}
"""
