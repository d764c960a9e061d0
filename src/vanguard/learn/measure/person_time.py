"""The SQL of a denominator in people: who was registered for how long, with the parts that they belong to."""

from collections.abc import Sequence

from vanguard.blueprint import Blueprint, Per
from vanguard.learn.measure.dialect import Dialect
from vanguard.learn.measure.parts import about, asked_of, asks_features, asks_people, band, with_features
from vanguard.learn.measure.standing import age


def person_time_sql(
    dialect: Dialect, blueprint: Blueprint, per: Per, parts: Sequence[str], *, by_person: bool = False
) -> str:
    """Rows of start (of the interval), amount in whole days (of people: 1 each) and `parts`; a row a person, piece and
    registration with `by_person`, otherwise people who are alike there are taken together. Needs `registered` and
    `piece` (of people: their last days)."""
    asks = asks_people(per, parts)
    one_by_one = by_person or per.cohort is not None or bool(asks_features(per))
    people = "(SELECT *, 1 AS people FROM registered) here" if one_by_one else f"({_alike(per, parts, asks=asks)}) here"
    during = "here.began <= piece.piece_end AND here.ended > piece.piece_start"
    days = dialect.of_conditions.days_between(
        "greatest(here.began, piece.piece_start)", "least(here.ended, piece.until)"
    )
    person = "here.person_id, " if one_by_one else ""
    columns = f"{person}piece.interval_start, {days} * here.people AS days"
    columns += "".join(f", here.{name} AS part_{name}" for name in parts if name != "age_band")
    if asks:
        years, now = age(dialect, "here.born", "piece.stood"), "here.died > piece.stood_on"
        stood = f"{columns}, piece.stood_on AS month_end, CASE WHEN {now} THEN {years} END AS age"
        staying = (
            f"SELECT {stood}{_of('here', asked_of(per))} FROM {people} JOIN piece ON {during} "
            f"AND here.began <= piece.stood_on {f'AND {now}' if per.whom or per.cohort else ''}"
        )
        # Whoever came since stood elsewhere, or nowhere: then they meet no condition.
        join = "JOIN" if per.whom or per.cohort else "LEFT JOIN"
        earlier_age = age(dialect, "earlier.born", "piece.stood")
        came = (
            f"SELECT {columns}, piece.stood_on AS month_end, {earlier_age} AS age{_of('earlier', asked_of(per))} "
            f"FROM (SELECT *, 1 AS people FROM registered WHERE began > (SELECT min(stood_on) FROM piece)) "
            f"here JOIN piece ON {during} AND here.began > piece.stood_on {join} registered earlier "
            "ON earlier.person_id = here.person_id AND earlier.began <= piece.stood_on "
            "AND earlier.ended > piece.stood_on AND earlier.died > piece.stood_on"
        )
        people = with_features(dialect, per, f"{staying} UNION ALL {came}")
    else:
        people = f"(SELECT {columns} FROM {people} JOIN piece ON {during}) who"
    told = "".join(
        f", {band(dialect, 'who.age') if name == 'age_band' else f'who.part_{name}'} AS {name}" for name in parts
    )
    wanted = about(dialect, blueprint, per)
    person = "who.person_id, " if one_by_one else ""
    where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
    return f"SELECT {person}who.interval_start AS start, who.days AS amount{told} FROM {people} {where}"


def _of(table: str, columns: Sequence[str]) -> str:
    return "".join(f", {table}.{name}" for name in columns)


def _alike(per: Per, parts: Sequence[str], *, asks: bool) -> str:
    """Registrations in which everything is alike that matters within the pieces, and how many `people` they are."""
    kept = [name for name in parts if name != "age_band"]
    if asks:
        kept = list(dict.fromkeys([*kept, *asked_of(per), "born"]))
    columns = [
        "greatest(began, (SELECT min(stood_on) FROM piece)) AS began",
        "least(ended, (SELECT max(until) FROM piece)) AS ended",
        *(["least(died, (SELECT max(until) FROM piece)) AS died"] if asks else []),
        *kept,
    ]
    return f"SELECT {', '.join(columns)}, count(*) AS people FROM registered GROUP BY ALL"
