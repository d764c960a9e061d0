"""The parts that a measure is split or standardised by, and whom a choice is about, as SQL."""

from collections.abc import Iterable, Sequence

from vanguard.blueprint import Blueprint, Events, FollowedBy, Measure, Per
from vanguard.lake.condition import columns_of, condition_sql
from vanguard.learn.measure.dialect import Dialect
from vanguard.learn.measure.standing import NOTED, REGISTRATION, noted_at
from vanguard.table_file import quoted, text

REGISTERED_SPLITS = ("practice", "locality", "area", "care_home", "deprivation", "age_band", "sex")
"""What person-time and people can be split by."""

SPLITS = (*REGISTERED_SPLITS, "place", "source")
"""What events can be split by."""

ALL = "all"
"""The one part of what is not split."""

WHICH = " ".join(f"WHEN {text(one)} THEN {quoted(one)}" for one in SPLITS)
PART = f"CASE split_by WHEN '{ALL}' THEN '{ALL}' {WHICH} END"
"""Of a sum beside a `split_by`, the part that it belongs to."""

STRATA = {"age": "age_band", "sex": "sex", "deprivation": "deprivation"}
"""What measures are standardised by, and the part that says it."""

Choice = Events | Per | FollowedBy


def by_people(measure: Measure) -> bool:
    """Whether the measure is per time or number of registered people."""
    return measure.per is not None and measure.per.of in ("person_years", "people")


def band(dialect: Dialect, age: str) -> str:
    """The first age of the five-year band in which an age lies, the last being 90."""
    return f"CASE WHEN {age} >= 90 THEN 90 ELSE {dialect.of_conditions.towards_zero(age, 5)} * 5 END"


def sums_sql(dialect: Dialect, rows: str, parts: Sequence[str], amount_type: str) -> str:
    """Rows of start, amount and parts summed: start, parts, amount and events (how many rows). Age bands are numbers
    in the rows and words in the sums, which are fewer."""
    grouped = "".join(f", {name}" for name in parts)
    return f"""
SELECT start{_labelled(dialect, parts)}, amount, events
FROM (SELECT start{grouped}, CAST(sum(amount) AS {amount_type}) AS amount, count(*) AS events
      FROM ({rows}) counted_row GROUP BY start{grouped}) summed
"""


def rows_in_words(dialect: Dialect, rows: str) -> str:
    """Rows with age bands, as they are but with these in words; in DuckDB alone."""
    return f"SELECT * EXCLUDE (age_band){_labelled(dialect, ('age_band',))} FROM ({rows})"


def _labelled(dialect: Dialect, parts: Iterable[str]) -> str:
    words = dialect.of_conditions.words_type
    ends = [f"lpad(CAST(age_band{more} AS {words}), 2, '0')" for more in ("", " + 4")]
    label = f"CASE WHEN age_band >= 90 THEN '90+' ELSE {ends[0]} || '-' || {ends[1]} END AS age_band"
    return "".join(f", {label if name == 'age_band' else name}" for name in parts)


def asks_people(chosen: Choice, parts: Iterable[str]) -> bool:
    """Whether it matters how people stood at the end of the month before."""
    return chosen.whom is not None or chosen.cohort is not None or "age_band" in parts


def asks_features(chosen: Choice) -> list[str]:
    """The columns that the choice asks about, beyond those of a registration."""
    return [] if chosen.whom is None else [name for name in columns_of(chosen.whom) if name not in REGISTRATION]


def asks_noted(measure: Measure) -> bool:
    """Whether the measure asks what was noted of people."""
    choices = (measure.count, measure.sum, measure.followed_by, measure.per)
    return any(name in NOTED for one in choices if one is not None for name in asks_features(one))


def asked_of(chosen: Choice) -> list[str]:
    """The columns of a registration that the choice asks about, as they stood at the end of the month before."""
    asked = () if chosen.whom is None else columns_of(chosen.whom)
    return [name for name in ("sex", "practice", "area") if name in asked]


def with_features(dialect: Dialect, chosen: Choice, people: str) -> str:
    """`people` (person_id, month_end and more), beside them what the choice asks about: what was noted of them, at the
    end of any month, and features, at those for which they are held."""
    tables = f"({people}) who"
    noted = [name for name in asks_features(chosen) if name in NOTED]
    wanted = [dialect.of_conditions.column(name) for name in asks_features(chosen) if name not in NOTED]
    if noted:
        held = "".join(f", {_noted(dialect, name)} AS {name}" for name in noted)
        tables = (
            f"(SELECT who.*{held} FROM ({people}) who LEFT JOIN noted_then "
            f"ON {noted_at('who.person_id', 'who.month_end')}) who"
        )
    if wanted:
        known = "".join(f", {name}" for name in wanted)
        tables += (
            f" LEFT JOIN (SELECT person_id AS known_id, month_end AS known_at{known} FROM person_feature) known"
            " ON known.known_id = who.person_id AND known.known_at = who.month_end"
        )
    return tables


def _noted(dialect: Dialect, name: str) -> str:
    if name == "condition_count":
        return "coalesce(noted_then.condition_count, 0)"
    return f"coalesce(noted_then.{name}, {dialect.no_words})"


def about(dialect: Dialect, blueprint: Blueprint, chosen: Choice) -> list[str]:
    """What must hold of the person as they stood at `month_end`, over the columns of with_features."""
    wanted, of = [], dialect.of_conditions
    if chosen.whom is not None:
        wanted.append(f"({condition_sql(chosen.whom, dialect.engine)})")
    if chosen.cohort is not None:
        wanted.append(
            "EXISTS (SELECT 1 FROM cohort_member member WHERE member.person_id = who.person_id "
            f"AND member.date = who.month_end AND member.blueprint = {of.text(blueprint.id)} "
            f"AND member.cohort = {of.text(chosen.cohort)})"
        )
    return wanted
