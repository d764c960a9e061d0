"""The cohort of a plan in a place: who received what it names, how everyone stood, and what happened to them."""

from collections.abc import Iterable
from datetime import date, timedelta

import duckdb
import numpy as np

from vanguard.blueprint import Blueprint, Evaluation, Measure
from vanguard.errors import BadInput
from vanguard.lake import Lake, tables
from vanguard.lake.condition import Condition, columns_of, condition_sql, nearest
from vanguard.learn.evaluate.calendar import moved
from vanguard.learn.evaluate.matched.cohort import Cohort
from vanguard.learn.evaluate.matched.cohort import Plan as HowMatched
from vanguard.learn.evaluate.matched.reading import made
from vanguard.learn.measure import ALWAYS, days_sql, known_until, make_standing
from vanguard.table_file import quoted, text

DESCRIBED = tuple(name for name in ALWAYS if name not in ("person_id", "month_end"))
"""What is known of persons at the end of any month."""
DAYS_BEFORE = 365
PER = 1000.0
"""Rates are per so many people a year."""

PERSONS = """
CREATE TEMP TABLE cohort_person AS
SELECT person_id, entered, observed_from, observed_until
FROM (SELECT person_id, min(start) AS observed_from,
             CASE WHEN bool_and("end" IS NOT NULL) THEN max("end") END AS observed_until
      FROM person_period GROUP BY person_id)
LEFT JOIN (SELECT person_id, min(date) AS entered FROM ({entered}) GROUP BY person_id) USING (person_id)
WHERE person_id NOT IN (SELECT person_id FROM restriction WHERE NOT planning)
"""
MEMBERS = "SELECT person_id, date FROM cohort_member WHERE blueprint = {blueprint} AND cohort = {cohort}"
HISTORY = """
LEFT JOIN (SELECT m.person_id, m.month_end, count(*) AS number
           FROM standing m JOIN cohort_event e ON e.person_id = m.person_id AND e.outcome = {measure}
                AND e.date > m.month_end - {days} AND e.date <= m.month_end
           WHERE m.month_end >= {first} GROUP BY ALL) {name} ON {name}.person_id = s.person_id
     AND {name}.month_end = s.month_end
"""


def history(measure: str) -> str:
    """The column that holds how many events of a measure a person had in the year before."""
    return f"{measure}_in_the_year_before"


def how_matched(plan: Evaluation, seed: int) -> HowMatched:
    """How the plan's cohort is judged."""
    assert plan.match is not None
    assert plan.start is not None
    return HowMatched(
        outcome=plan.outcome,
        exactly=plan.match.exactly,
        nearest=(*plan.match.nearest, *map(history, plan.match.history)),
        distance=plan.match.distance,
        caliper=plan.match.caliper,
        controls=plan.match.controls,
        before=(plan.start - moved(plan.start, plan.before, back=True)).days,
        after=(moved(plan.start, plan.after) - plan.start).days,
        per=PER,
        checks=plan.checks,
        negative_controls=plan.negative_controls,
        seed=seed,
    )


def cohort_of_place(lake: Lake, blueprint: Blueprint, plan: Evaluation) -> Cohort:
    """Everyone registered, described at each month end from the one before the plan's start.

    Who received what the plan names in the time before the start has entered already and counts nowhere. Who wants
    their data used for their own care alone is left out. Gaps between registrations count as observed. Raises BadInput
    for what a cohort cannot be made of.
    """
    assert plan.match is not None
    assert plan.start is not None
    _refuse(blueprint, plan)
    last = known_until(lake)
    if last is None:
        raise BadInput("This place has no features yet.", where=str(lake.folder), do="Run vanguard refresh first.")
    earliest = moved(plan.start, plan.before, back=True) - timedelta(days=DAYS_BEFORE)
    month_before = plan.start.replace(day=1) - timedelta(days=1)
    if last <= plan.start:
        raise BadInput("Nothing is known of the time after the start yet.", do="Wait for later extracts.")
    with lake.connect() as con:
        make_standing(con, earliest, last)
        counted = list(dict.fromkeys((plan.outcome, *plan.negative_controls, *plan.match.history)))
        con.execute("CREATE TEMP TABLE cohort_event (person_id VARCHAR, outcome VARCHAR, date DATE)")
        for id in counted:
            rows = days_sql(con, blueprint, blueprint.measures[id], last)
            con.execute(f"INSERT INTO cohort_event SELECT person_id, {text(id)}, date FROM ({rows})")
        if plan.received is not None:
            entered = days_sql(con, blueprint, plan.received, last)
        else:
            entered = MEMBERS.format(blueprint=text(blueprint.id), cohort=text(str(plan.cohort)))
        con.execute(PERSONS.format(entered=entered))
        columns = _describe(con, plan, month_before)
        cohort = made(con, columns, counted, last + timedelta(days=1))
    return _choosing(cohort, plan)


def _describe(con: duckdb.DuckDBPyConnection, plan: Evaluation, first: date) -> list[str]:
    """Make cohort_feature; the names of its columns."""
    assert plan.match is not None
    bound = f"DATE {text(first.isoformat())}"
    matched = list(dict.fromkeys((*plan.match.exactly, *plan.match.nearest)))
    parts = [f"s.{quoted(name)}" for name in matched]
    joins = []
    for id in plan.match.history:
        name = quoted(history(id))
        parts.append(f"coalesce({name}.number, 0) AS {name}")
        joins.append(HISTORY.format(measure=text(id), days=DAYS_BEFORE, first=bound, name=name))
    left_out = " OR ".join(f"coalesce({condition_sql(one)}, false)" for one in _left_out(plan)) or "false"
    stand = plan.comparators.whom if plan.comparators else None
    may_stand = f"coalesce({condition_sql(stand)}, false)" if stand is not None else "true"
    parts += ["CAST(s.eligible AS INTEGER) AS eligible", "CAST(s.choosable AS INTEGER) AS choosable"]
    con.execute(
        "CREATE TEMP TABLE cohort_feature AS "
        f"SELECT s.person_id, s.month_end, {', '.join(parts)} "
        f"FROM (SELECT *, NOT ({left_out}) AS eligible, {may_stand} AS choosable FROM standing "
        f"WHERE month_end >= {bound}) s {' '.join(joins)}"
    )
    return [*matched, *map(history, plan.match.history), "eligible", "choosable"]


def _choosing(cohort: Cohort, plan: Evaluation) -> Cohort:
    """With who counts and who may be chosen taken out of the columns, and without those who entered on days left
    out."""
    columns = dict(cohort.columns)
    eligible, choosable = (np.asarray(columns.pop(name)) == 1 for name in ("eligible", "choosable"))
    for one in plan.exclusions:
        if one.start is not None or one.to is not None:
            low = np.datetime64(one.start or date.min)
            high = np.datetime64(one.to or date.max)
            eligible = eligible & ~((cohort.entered >= low) & (cohort.entered <= high))
    return Cohort(
        **{
            **{name: getattr(cohort, name) for name in Cohort.__dataclass_fields__},
            "columns": columns,
            "eligible": eligible,
            "choosable": choosable,
        }
    )


def _left_out(plan: Evaluation) -> Iterable[Condition]:
    return [one.whom for one in plan.exclusions if one.whom is not None]


def _refuse(blueprint: Blueprint, plan: Evaluation) -> None:
    """Raise BadInput for what is not known of persons at the end of any month, or cannot be counted by person."""
    assert plan.match is not None
    for id in (plan.outcome, *plan.negative_controls, *plan.match.history):
        measure = blueprint.measures.get(id)
        if measure is None:
            do = nearest(id, blueprint.measures, otherwise="Name a measure of the blueprint.")
            raise BadInput(f"{blueprint.id} has no measure {id}.", do=do)
        if not _counts(measure):
            raise BadInput(f"The measure {id} is a sum or a share; persons are compared by events.", do="Name a count.")
    stand = plan.comparators.whom if plan.comparators else None
    conditions = [*_left_out(plan), *([stand] if stand is not None else [])]
    for name in (*plan.match.exactly, *plan.match.nearest, *(name for one in conditions for name in columns_of(one))):
        if name not in DESCRIBED:
            known = name in tables()["person_feature"].column_names
            what = f"{name} is known at the last month end alone" if known else f"There is no column {name}"
            do = f"Use {', '.join(DESCRIBED)}, or a measure under history: its events in the year before."
            raise BadInput(f"{what}: persons are matched as they stood the month before.", do=do)
    if any(one.units for one in plan.exclusions):
        raise BadInput("A matched cohort is of persons, and an exclusion names units.", do="Say whom instead.")


def _counts(measure: Measure) -> bool:
    return measure.count is not None and (measure.per is None or measure.per.of in ("person_years", "people"))
