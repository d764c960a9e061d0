"""What calls for another look at a plan before its day: something that its kind names happened since it was written.

Looked for whenever the record has been published anew, among the events that partners told. What is kept back from
readers calls for nothing: that it happened could be read from the call.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
from django.db import transaction

from vanguard.access import sensitive_codes
from vanguard.care.team.kinds import kinds_of
from vanguard.care.team.models import Plan, PlanVersion
from vanguard.care.team.showing import show
from vanguard.clock import local_date
from vanguard.codes import fall_codes_table
from vanguard.lake import Lake, make_withheld

ASKED = pa.schema(
    [
        ("plan", pa.int64()),
        ("person_id", pa.string()),
        ("written_at", pa.timestamp("us")),
        ("written_on", pa.date32()),
        ("after", pa.string()),
    ]
)

HAPPENED = """
WITH told AS (
    SELECT * FROM event SEMI JOIN asked USING (person_id)
    WHERE known_to IS NULL AND date IS NOT NULL
      AND (status IS NULL OR status NOT IN ('planned', 'cancelled', 'not-done', 'refuted', 'entered-in-error'))
      AND NOT coalesce(list_has_any(codes, (SELECT codes FROM withheld)), false)
), came AS (
    SELECT person_id, 'emergency_attendance' AS after, CASE WHEN timed THEN start END AS moment, date AS day
    FROM told WHERE kind = 'Encounter' AND setting = 'emergency_department'
    UNION ALL SELECT person_id, 'emergency_admission', CASE WHEN timed THEN start END, date
    FROM told WHERE kind = 'Encounter' AND setting = 'inpatient' AND method = 'emergency'
    UNION ALL SELECT person_id, 'discharge', CASE WHEN timed THEN "end" END, end_date
    FROM told WHERE kind = 'Encounter' AND setting = 'inpatient' AND end_date IS NOT NULL
    UNION ALL SELECT person_id, 'fall', CASE WHEN timed THEN start END, date
    FROM told WHERE kind IN ('Condition', 'Encounter') AND list_has_any(codes, (
        SELECT list(code) FROM (SELECT DISTINCT unnest(codes) AS code FROM told) given
        WHERE EXISTS (FROM fall_code WHERE fall_code.code = given.code
                      OR (prefix AND starts_with(given.code, fall_code.code)))))
    UNION ALL SELECT person_id, 'move_to_care_home', NULL, start
    FROM (SELECT *, lag(care_home) OVER (PARTITION BY person_id ORDER BY start) AS before
          FROM person_period SEMI JOIN asked USING (person_id))
    WHERE care_home IS DISTINCT FROM before AND care_home IS NOT NULL
)
SELECT plan, after, day FROM asked JOIN came USING (person_id, after)
WHERE day <= $today AND coalesce(moment > written_at, day > written_on)
QUALIFY row_number() OVER (PARTITION BY plan ORDER BY day, after) = 1
"""


def after_publication(lake: Lake, now: datetime, **_: Any) -> None:
    """The record was published anew: show whose plans are unsettled, and call for the looks that are due."""
    call(lake, now)
    waiting = Plan.objects.filter(ended_at=None).exclude(parted_from="")
    _show(waiting.values_list("pk", flat=True), now)


def call(lake: Lake, now: datetime) -> int:
    """Bring forward the next look at each plan after which something happened that its kind names; returns how many."""
    plans = list(Plan.objects.filter(ended_at=None, after_on=None))
    named = {one.id: one.plan.review.also_after for one in kinds_of((row.blueprint, row.template) for row in plans)}
    written = _written(plans)
    asked = [
        (row.pk, row.person_id, _naive(written[row.pk]), local_date(written[row.pk]), after)
        for row in plans
        for after in named.get((row.blueprint, row.template), ())
    ]
    if not asked:
        return 0
    with lake.connect(only=["event", "person_period"]) as con:
        found = {number: (after, day) for number, after, day in _happened(con, asked, local_date(now))}
    called = []
    for row in plans:
        if row.pk in found and found[row.pk][1] < row.look_again_on:
            after, day = found[row.pk]
            # Whoever wrote it meanwhile has looked at it.
            rows = Plan.objects.filter(pk=row.pk, versions=row.versions, ended_at=None)
            called += [row.pk] * rows.update(after=after, after_on=day, look_again_on=day)
    _show(called, now)
    return len(called)


def _happened(con: duckdb.DuckDBPyConnection, asked: list[tuple[Any, ...]], today: date) -> list[tuple[int, str, date]]:
    columns = list(zip(*asked, strict=True))
    con.register("asked", pa.table(dict(zip(ASKED.names, map(list, columns), strict=True)), ASKED))
    con.register("fall_code", fall_codes_table())
    make_withheld(con, sensitive_codes())
    return con.execute(HAPPENED, {"today": today}).fetchall()


def _written(plans: Iterable[Plan]) -> dict[int, datetime]:
    """When each plan was last written."""
    newest: defaultdict[int, list[datetime]] = defaultdict(list)
    for number, at in PlanVersion.objects.filter(plan__in=plans).values_list("plan_id", "at"):
        newest[number].append(at)
    return {number: max(times) for number, times in newest.items()}


def _show(numbers: Iterable[int], now: datetime) -> None:
    for number in numbers:
        with transaction.atomic():
            plan = Plan.objects.select_for_update(no_key=True).filter(pk=number, ended_at=None).first()
            # Ended meanwhile: the record says so already.
            if plan is None:
                continue
            [made] = [
                one for one in kinds_of([(plan.blueprint, plan.template)]) if one.id == (plan.blueprint, plan.template)
            ]
            show(plan, made, plan.written.select_related("by").get(number=plan.versions), now)


def _naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)
