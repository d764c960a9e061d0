"""How long people usually are in each emergency department, by part of the day, over the last weeks."""

from datetime import datetime

from vanguard.lake import Lake
from vanguard.learn.simulate.forecast.house import WITHOUT

PARTS = (0, 6, 12, 18)
WEEKS = 8
# Read once, and asked twice.
SEEN = """
CREATE TEMP TABLE event AS
SELECT person_id, kind, setting, place, start, "end", date, timed, known_to, ended
FROM memory.main.event WHERE setting = 'emergency_department' AND timed
"""
USUAL = f"""
WITH latest AS (
  SELECT CAST(max(start) AS DATE) AS until FROM event WHERE setting = 'emergency_department' AND timed
), stay AS (
  SELECT place, 6 * (hour(start AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/London') // 6) AS from_hour,
         date_diff('second', start, "end") / 60.0 AS minutes
  FROM event {WITHOUT}
  WHERE kind = 'Encounter' AND setting = 'emergency_department' AND timed AND known_to IS NULL AND ended IS NOT TRUE
    AND place IS NOT NULL AND "end" > start AND date > (SELECT until FROM latest) - {7 * WEEKS}
)
SELECT place, from_hour, count(*) AS attendances, median(minutes) AS median_minutes,
       quantile_cont(minutes, 0.9) AS minutes_nine_in_ten,
       (SELECT until FROM latest) - {7 * WEEKS - 1} AS since, (SELECT until FROM latest) AS until
FROM stay GROUP BY place, from_hour ORDER BY place, from_hour
"""


def make_usual_waits(lake: Lake, now: datetime) -> int:
    """Work out the lake's `usual_wait` anew; returns its rows."""
    with lake.write(now) as batch, lake.connect(only=["event", "restriction"]) as con:
        con.execute(SEEN)
        return batch.replace("usual_wait", con, USUAL)
