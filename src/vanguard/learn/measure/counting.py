"""The SQL of a measure: its events and its denominator as rows, each with the interval and the parts it belongs to."""

from collections.abc import Iterable
from datetime import timedelta

from vanguard.blueprint import Blueprint, Events, FollowedBy, Measure, Per, Span
from vanguard.codes import grouping_table, groupings
from vanguard.lake.condition import condition_sql
from vanguard.table_file import text

DAYS_OF_A_YEAR = 365.25
REGISTERED_SPLITS = ("practice", "locality", "area", "care_home", "deprivation", "age_band", "sex")
"""What person-time and people can be split by."""

SPLITS = (*REGISTERED_SPLITS, "place", "source")
"""What events can be split by."""

STRATA = {"age": "age_band", "sex": "sex", "deprivation": "deprivation"}
"""What measures are standardised by, and the part that says it."""

# Whoever wants their data used for their own care alone is counted nowhere.
CHOSE_NOT = "(SELECT person_id FROM restriction WHERE NOT planning)"
BAND = (
    "CASE WHEN standing.age >= 90 THEN '90+' "
    "ELSE printf('%02d-%02d', standing.age // 5 * 5, standing.age // 5 * 5 + 4) END"
)
TELLS = {
    "practice": "period.practice",
    "locality": "clinic.locality",
    "area": "period.area",
    "care_home": "period.care_home",
    "deprivation": "CAST(lived.deprivation AS VARCHAR)",
    "age_band": BAND,
    "sex": "person.sex",
    "place": "e.place",
    "source": "e.source",
}
# What some parts are told by, beside the event and its person's registration. Localities are today's, so that a
# practice brings its past along into the locality that it joins.
TOLD_BY = {
    "locality": "LEFT JOIN practice clinic ON clinic.practice = period.practice",
    "deprivation": "LEFT JOIN small_area lived ON lived.area = period.area",
    "sex": "LEFT JOIN person ON person.person_id = {person}",
}
STANDS_AT = "CAST(date_trunc('month', {day}) - INTERVAL 1 DAY AS DATE)"


def counted_sql(blueprint: Blueprint, measure: Measure, parts: Iterable[str], *, denominator: bool = False) -> str:
    """One row an event that counts: event_id, person_id, start (of its interval), amount, and a column for each of
    `parts`. With `denominator`, the events that it is counted per. Needs the tables `standing` and `piece`."""
    per = measure.per
    if denominator and per is not None and per.of == "events":
        return _events(blueprint, measure, per, parts, amount="1", registered=False, follow=False)
    chosen = measure.count or measure.sum
    assert chosen is not None
    registered = per is not None and per.of in ("person_years", "people")
    amount = f'"{measure.sum.what}"' if measure.sum else "1"
    return _events(blueprint, measure, chosen, parts, amount=amount, registered=registered, follow=not denominator)


def person_time_sql(blueprint: Blueprint, measure: Measure, parts: Iterable[str]) -> str:
    """One row a person, piece of an interval and registration: person_id, start (of the interval), amount in whole
    days, and `parts`; for people, one row a person at the end of the interval, amount 1."""
    per = measure.per
    assert per is not None
    told, tables = _told(parts, "period.person_id")
    if per.of == "people":
        overlap = "1"
        during = 'period.start <= piece.interval_end AND coalesce(period."end" > piece.interval_end, true)'
        once = "AND piece.piece_end = piece.interval_end"
        stands_at = STANDS_AT.format(day="(piece.interval_end + INTERVAL 1 DAY)")
    else:
        ends = 'least(coalesce(period."end", piece.piece_end + 1), piece.piece_end + 1)'
        overlap = f"{ends} - greatest(period.start, piece.piece_start)"
        during = 'period.start <= piece.piece_end AND coalesce(period."end" > piece.piece_start, true)'
        once, stands_at = "", STANDS_AT.format(day="piece.piece_start")
    if per.whom is None:
        people = f"piece JOIN person_period period ON {during} {once}"
        if BAND in told:
            people += (
                f" LEFT JOIN {_stood(None)} standing "
                f"ON standing.person_id = period.person_id AND standing.month_end = {stands_at}"
            )
    else:
        # From those who stood so, of whom there are fewer, to their periods: joins by equality alone.
        people = (
            f"(SELECT *, {stands_at} AS stood_on FROM piece) piece "
            f"JOIN {_stood(per)} standing ON standing.month_end = piece.stood_on {once} "
            f"JOIN person_period period ON period.person_id = standing.person_id AND {during}"
        )
    return f"""
SELECT period.person_id, interval_start AS start, CAST({overlap} AS BIGINT) AS amount{told}
FROM {people} {tables}
WHERE {" AND ".join([*_member(blueprint, per, "period.person_id", stands_at), f"period.person_id NOT IN {CHOSE_NOT}"])}
"""


def _events(
    blueprint: Blueprint,
    measure: Measure,
    chosen: Events | Per,
    parts: Iterable[str],
    *,
    amount: str,
    registered: bool,
    follow: bool,
) -> str:
    """Events that meet every part of `chosen`, each in the interval in which its day lies."""
    after = measure.followed_by
    timed_by_end = after is not None and after.after == "end"
    day = "end_date" if timed_by_end and not isinstance(chosen, Per) else "date"
    stands_at = STANDS_AT.format(day="e.date")
    told, tables = _told(parts, "e.person_id")
    stood = ""
    if BAND in told or chosen.whom is not None:
        whom = "LEFT JOIN" if chosen.whom is None else "JOIN"
        stood = (
            f"{whom} {_stood(chosen)} standing ON standing.person_id = e.person_id AND standing.month_end = {stands_at}"
        )
    wanted = [f"e.{day} IS NOT NULL", *_member(blueprint, chosen, "e.person_id", stands_at)]
    if registered:
        wanted.append("period.person_id IS NOT NULL")
    if follow and after is not None:
        wanted.append(_followed(blueprint, after))
    return f"""
SELECT e.event_id, e.person_id, piece.interval_start AS start, CAST(e.amount AS DOUBLE) AS amount{told}
FROM (SELECT *, {amount} AS amount FROM event WHERE {event_where(blueprint, chosen)}) e
JOIN piece ON e.{day} BETWEEN piece.piece_start AND piece.piece_end
{stood}
LEFT JOIN person_period period ON period.person_id = e.person_id AND period.start <= e.date
     AND coalesce(period."end" > e.date, true)
{tables}
WHERE e.amount IS NOT NULL AND e.person_id NOT IN {CHOSE_NOT} AND {" AND ".join(wanted)}
QUALIFY row_number() OVER (PARTITION BY e.event_id ORDER BY period.start DESC, period.practice NULLS LAST) = 1
"""


def _told(parts: Iterable[str], person: str) -> tuple[str, str]:
    """The columns of the parts, and the tables that tell them."""
    chosen = list(parts)
    columns = "".join(f", {TELLS[name]} AS {name}" for name in chosen)
    return columns, "\n".join(TOLD_BY[name].format(person=person) for name in chosen if name in TOLD_BY)


def event_where(blueprint: Blueprint, chosen: Events | Per | FollowedBy) -> str:
    """The part of the choice that is about the event alone, over the bare columns of event, as it stands now."""
    wanted = ["known_to IS NULL"]
    if chosen.where is not None:
        wanted.append(f"({condition_sql(chosen.where)})")
    if chosen.codes is not None:
        first = not isinstance(chosen, Per) and chosen.first_code_only
        wanted.append(_has_code(blueprint, chosen.codes, "codes[1:1]" if first else "codes"))
    return " AND ".join(wanted)


def _stood(chosen: Events | Per | None) -> str:
    """How people stood at the ends of months: those whom the choice is about, or everyone."""
    where = f" WHERE {condition_sql(chosen.whom)}" if chosen is not None and chosen.whom is not None else ""
    return f"(SELECT person_id, month_end, age FROM standing{where})"


def _who(blueprint: Blueprint, chosen: FollowedBy, person: str, stands_at: str) -> Iterable[str]:
    """Conditions on the person as they stood at the end of the month before."""
    if chosen.whom is not None:
        yield f"({person}, {stands_at}) IN (SELECT (person_id, month_end) FROM {_stood(chosen)})"
    yield from _member(blueprint, chosen, person, stands_at)


def _member(blueprint: Blueprint, chosen: Events | Per | FollowedBy, person: str, stands_at: str) -> Iterable[str]:
    """Whether the person was in the choice's cohort then."""
    if chosen.cohort is not None:
        yield (
            f"({person}, {stands_at}) IN (SELECT (person_id, date) FROM cohort_member "
            f"WHERE blueprint = {text(blueprint.id)} AND cohort = {text(chosen.cohort)})"
        )


def _has_code(blueprint: Blueprint, id: str, codes: str) -> str:
    """Whether one of `codes` belongs to a code set of the blueprint or of the package."""
    own = blueprint.code_sets.get(id)
    pairs: list[tuple[str, bool]] = []
    if own is not None:
        pairs += [(f"{own.system}:{code}", False) for code in own.codes]
        pairs += [(f"{own.system}:{code}", True) for code in own.prefixes]
    else:
        table = grouping_table([groupings()[id]])
        pairs += [(str(row["code"]), bool(row["prefix"])) for row in table.to_pylist()]
    tests = [f"starts_with(c, {text(code)})" if prefix else f"c = {text(code)}" for code, prefix in sorted(set(pairs))]
    return f"len(list_filter({codes}, lambda c: {' OR '.join(tests)})) > 0"


def _followed(blueprint: Blueprint, after: FollowedBy) -> str:
    """Whether something of the kind followed in time: later than the moment from which time runs, and another event."""
    day, instant = ("e.end_date", 'e."end"') if after.after == "end" else ("e.date", "e.start")
    # Where both have a time of day the later must not be earlier on the same day.
    order = f"(f.date > {day} OR f.date = {day} AND (NOT f.timed OR NOT e.timed OR f.start >= {instant}))"
    if isinstance(after.within, Span):
        within = f"f.date <= {day} + {after.within.days}"
    else:
        within = f"f.start <= {instant} + INTERVAL {round(after.within / timedelta(seconds=1))} SECOND"
    who = "".join(f" AND {part}" for part in _who(blueprint, after, "f.person_id", STANDS_AT.format(day="f.date")))
    found = (
        f"EXISTS (SELECT 1 FROM (SELECT * FROM event WHERE {event_where(blueprint, after)}) f "
        f"WHERE f.person_id = e.person_id AND f.event_id <> e.event_id AND {order} AND {within}{who})"
    )
    return f"NOT {found}" if after.never else found
