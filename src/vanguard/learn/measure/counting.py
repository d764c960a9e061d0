"""The SQL of a measure: its events and its denominator as rows, each with the interval and the parts it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from vanguard.blueprint import Blueprint, Events, FollowedBy, Measure, Per, Span
from vanguard.codes import grouping_table, groupings
from vanguard.lake.condition import condition_sql
from vanguard.learn.measure.dialect import Dialect
from vanguard.learn.measure.parts import about, asked_of, asks_people, band, with_features
from vanguard.learn.measure.person_time import person_time_sql
from vanguard.learn.measure.standing import age, may_count, stood

DAYS_OF_A_YEAR = 365.25
CANDIDATES = "candidate"
"""The table of events that count if something follows them."""


@dataclass(frozen=True)
class Queries:
    """Queries of one measure, each of rows with start, amount and parts: what is `counted`, and the `base` that it is
    out of, if any. Both may read the table CANDIDATES, made by `candidates`. They need `registered`, `asked` (the
    starts of the intervals) and, where `people` are the base, `piece`."""

    candidates: str | None
    counted: str
    base: str | None
    people: bool


def unit_of(per: Per | None) -> float:
    """What the sum of a denominator is divided by: person-time is summed in days."""
    return DAYS_OF_A_YEAR if per is not None and per.of == "person_years" else 1


def queries_of(
    dialect: Dialect, blueprint: Blueprint, measure: Measure, parts: Sequence[str], *, by_person: bool = False
) -> Queries:
    """The queries of a measure in an engine's words; a denominator in people a row a person with `by_person`."""
    per = measure.per
    chosen = measure.count or measure.sum
    assert chosen is not None
    people = per is not None and per.of in ("person_years", "people")
    amount = dialect.of_conditions.column(measure.sum.what) if measure.sum else "1"
    after = measure.followed_by
    by_end = after is not None and after.after == "end"
    event = _Choosing(dialect, blueprint, measure.interval, tuple(parts))
    found = event.rows(chosen, amount=amount, registered=people, by_end=by_end, follow=after is not None)
    candidates, counted, base = None, found, None
    if after is not None:
        candidates, counted = found, f"SELECT * FROM {CANDIDATES} e WHERE {event.followed(after)}"
    if per is not None and people:
        base = person_time_sql(dialect, blueprint, per, parts, by_person=by_person)
    elif per is not None and per.of == "events":
        base = event.rows(per, amount="1")
    elif per is not None:
        base = f"SELECT * FROM {CANDIDATES}"
    return Queries(candidates, counted, base, people)


def event_where(dialect: Dialect, blueprint: Blueprint, chosen: Events | Per | FollowedBy) -> str:
    """The part of the choice that is about the event alone, over the bare columns of event, as it stands now."""
    wanted = ["known_to IS NULL"]
    if chosen.where is not None:
        wanted.append(f"({condition_sql(chosen.where, dialect.engine)})")
    if chosen.codes is not None:
        first = not isinstance(chosen, Per) and chosen.first_code_only
        wanted.append(_has_code(dialect, blueprint, chosen.codes, dialect.first_alone("codes") if first else "codes"))
    return " AND ".join(wanted)


@dataclass(frozen=True)
class _Choosing:
    """Chooses events of a blueprint's measure, with the interval and the parts that each belongs to."""

    dialect: Dialect
    blueprint: Blueprint
    interval: str
    parts: tuple[str, ...]

    def rows(
        self, chosen: Events | Per, *, amount: str, registered: bool = False, by_end: bool = False, follow: bool = False
    ) -> str:
        """Events that meet every part of `chosen`, of people `registered` on the day where that is asked, each in the
        interval in which its day lies; with `follow` also what tells whether something followed it."""
        dialect, of = self.dialect, self.dialect.of_conditions
        day = "end_date" if by_end else "date"
        kept = [name for name in ("place", "source") if name in self.parts]
        told = "".join(f", {name} AS part_{name}" for name in kept)
        moment = of.column("end" if by_end else "start")
        more = f", {day} AS at_day, {moment} AS at_moment, timed" if follow else ""
        events = (
            f"SELECT event_id, person_id, date AS on_day, {dialect.start_of(self.interval, day)} AS start, "
            f"CAST({amount} AS DOUBLE) AS amount, {dialect.month_end_before('date')} AS month_end{told}{more} "
            f"FROM event WHERE {event_where(dialect, self.blueprint, chosen)} AND {amount} IS NOT NULL "
            f"AND {dialect.start_of(self.interval, day)} IN (SELECT start FROM asked)"
        )
        with_more = ", who.at_day, who.at_moment, who.timed" if follow else ""
        shown = "".join(
            f", {band(dialect, 'who.age') if name == 'age_band' else f'who.part_{name}'} AS {name}"
            for name in self.parts
        )
        where = about(dialect, self.blueprint, chosen)
        people = with_features(dialect, chosen, self._people(events, chosen, self.parts, registered=registered))
        rest = f" WHERE {' AND '.join(where)}" if where else ""
        return f"SELECT who.event_id, who.person_id, who.start, who.amount{with_more}{shown} FROM {people}{rest}"

    def followed(self, after: FollowedBy) -> str:
        """Whether something of the kind followed the candidate `e` in time: later than the moment from which time
        runs, and another event."""
        dialect, of = self.dialect, self.dialect.of_conditions
        begins = of.column("start")
        events = (
            f"SELECT event_id, person_id, date AS on_day, {begins} AS at_moment, timed, "
            f"{dialect.month_end_before('date')} AS month_end "
            f"FROM event WHERE {event_where(dialect, self.blueprint, after)}"
        )
        where = about(dialect, self.blueprint, after)
        if where:
            people = with_features(dialect, after, self._people(events, after, (), registered=False))
            events = (
                "SELECT who.event_id, who.person_id, who.on_day, who.at_moment, who.timed "
                f"FROM {people} WHERE {' AND '.join(where)}"
            )
        # Where both have a time of day the later must not be earlier on the same day.
        order = (
            "(f.on_day > e.at_day OR f.on_day = e.at_day "
            "AND (NOT f.timed OR NOT e.timed OR f.at_moment >= e.at_moment))"
        )
        if isinstance(after.within, Span):
            within = f"f.on_day <= {dialect.days_after('e.at_day', after.within.days)}"
        else:
            within = f"f.at_moment <= e.at_moment + INTERVAL {round(after.within / timedelta(seconds=1))} SECOND"
        found = (
            f"EXISTS (SELECT 1 FROM ({events}) f "
            f"WHERE f.person_id = e.person_id AND f.event_id <> e.event_id AND {order} AND {within})"
        )
        return f"NOT {found}" if after.never else found

    def _people(self, events: str, chosen: Events | Per | FollowedBy, parts: Sequence[str], *, registered: bool) -> str:
        """`events` with the parts of the registration on the day and, where it is asked, how the person stood at the
        end of the month before."""
        asks, of_people = asks_people(chosen, parts), [p for p in parts if p not in ("place", "source", "age_band")]
        columns, tables, wanted = "", "", [] if registered else [may_count("e.person_id")]
        if registered or asks or of_people:
            tables += (
                f" {'JOIN' if registered else 'LEFT JOIN'} registered here ON here.person_id = e.person_id "
                "AND here.began <= e.on_day AND here.ended > e.on_day"
            )
        for name in of_people:
            known = name == "sex" and not registered
            columns += f", {'anybody.sex' if known else f'here.{name}'} AS part_{name}"
            tables += " LEFT JOIN person anybody ON anybody.person_id = e.person_id" if known else ""
        if asks:
            # Almost everybody is registered where they were then: only of the others is it looked up.
            here = "here.began IS NOT NULL AND here.began <= e.month_end AND here.died > e.month_end"
            tables += (
                f" LEFT JOIN registered earlier ON earlier.person_id = CASE WHEN {here} THEN NULL ELSE e.person_id END "
                "AND earlier.began <= e.month_end AND earlier.ended > e.month_end AND earlier.died > e.month_end"
            )
            years = age(self.dialect, f"CASE WHEN {here} THEN here.born ELSE earlier.born END", stood("e.month_end"))
            columns += f", {years} AS age" + "".join(
                f", CASE WHEN {here} THEN here.{name} ELSE earlier.{name} END AS {name}" for name in asked_of(chosen)
            )
            if chosen.whom is not None or chosen.cohort is not None:
                wanted.append(f"({here} OR earlier.person_id IS NOT NULL)")
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        return f"SELECT e.*{columns} FROM ({events}) e{tables} {where}"


def _has_code(dialect: Dialect, blueprint: Blueprint, id: str, codes: str) -> str:
    """Whether one of `codes` belongs to a code set of the blueprint or of the package."""
    own = blueprint.code_sets.get(id)
    if own is not None:
        whole = {f"{own.system}:{code}" for code in own.codes}
        prefixes = {f"{own.system}:{code}" for code in own.prefixes}
    else:
        table = grouping_table([groupings()[id]]).to_pylist()
        whole = {str(row["code"]) for row in table if not row["prefix"]}
        prefixes = {str(row["code"]) for row in table if row["prefix"]}
    return dialect.has_code(codes, sorted(whole), sorted(prefixes))
