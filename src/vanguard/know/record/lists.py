"""Lists of people: who to help next, and search. Each puts on record whom it shows before it reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import OrderBy

from vanguard.access import (
    Actor,
    ListEntitlement,
    disclose,
    open_list,
    open_rows,
    planning,
    pseudonym,
    scope,
)
from vanguard.know.record.folding import words
from vanguard.know.record.models import HelpNext, PersonIndex

PAGE = 50
# What a list of people to help can be sorted by, and whether the first click shows high values first.
SORTS: Mapping[str, bool] = {
    "priority": True,
    "name": False,
    "age": True,
    "condition_count": True,
    "hospital_frailty": True,
    "emergency_admissions_12m": True,
    "bed_days_12m": True,
    "emergency_department_12m": True,
    "last_admission": True,
}


@dataclass(frozen=True)
class PersonLine:
    """Who a person is, for one line of a list."""

    person_id: str
    given_name: str
    family_name: str
    nhs_number: str
    birth_date: date | None
    death_date: date | None
    sex: str
    practice: str | None


@dataclass(frozen=True)
class HelpRow:
    """One person of a cohort: `person` for who may know them, else `pseudonym`; `member` has the rest."""

    person: PersonLine | None
    pseudonym: str | None
    member: Mapping[str, object]


@dataclass(frozen=True)
class HelpPage:
    """One page of a list; `total` counts the whole list, `practices` and `localities` can be filtered by."""

    rows: tuple[HelpRow, ...]
    total: int
    page: int
    pages: int
    size: int
    practices: tuple[str, ...]
    localities: tuple[str, ...]


@dataclass(frozen=True)
class CohortCount:
    """People of one locality in one cohort, and all who are registered there: None where too few to give."""

    blueprint: str
    cohort: str
    locality: str
    people: int | None
    registered: int | None


KEY = ("blueprint", "cohort", "person_id")
MEMBER = (
    "blueprint", "version", "cohort", "date", "practice", "locality", "priority", "rank", "reasons", "age",
    "sex", "conditions", "condition_count", "alerts", "hospital_frailty", "hospital_frailty_band",
    "emergency_admissions_12m", "bed_days_12m", "emergency_department_12m", "falls_12m", "last_admission",
    "care_package",
)  # fmt: skip


def help_next(
    actor: Actor,
    *,
    now: datetime,
    practice: str | None = None,
    locality: str | None = None,
    cohort: str | None = None,
    sort: str = "priority",
    descending: bool | None = None,
    page: int = 1,
    size: int = PAGE,
) -> HelpPage:
    """A page of `size` of the people to help next whose whole record the actor may see; an analyst gets pseudonyms.

    What stands beside a name comes from the whole record. An analyst does not see who opted out of planning.
    Raises Refused or PermissionDenied for a role without either right.
    """
    named = not actor.may("pseudonymised_rows")
    everybody = HelpNext.objects.filter(scope(actor, "full", now=now) if named else planning())
    practices, localities = (_values(everybody, column) for column in ("practice", "locality"))
    filters = {"practice": practice, "locality": locality, "cohort": cohort}
    listed = everybody.filter(**{column: value for column, value in filters.items() if value})
    total = listed.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    # Whom the page shows, by keys that outlive a publication between these reads.
    chosen = list(
        _sorted(listed, sort if named or sort != "name" else "priority", descending).values_list(*KEY)[
            (page - 1) * size : page * size
        ]
    )
    person_ids = [person_id for *_, person_id in chosen]
    people: Mapping[str, PersonLine] = {}
    if named:
        people = named_people(open_list(actor, "help_next", person_ids, item="full", now=now))
    else:
        open_rows(actor, "pseudonymised_rows", "help_next", now=now)
    members = {
        tuple(row[name] for name in KEY): row
        for row in HelpNext.objects.filter(person_id__in=person_ids).values("person_id", *MEMBER)
    }
    rows = tuple(
        HelpRow(
            people.get(key[-1]),
            None if named else pseudonym(settings.PLACE, key[-1]),
            {name: members[key][name] for name in MEMBER},
        )
        for key in chosen
        if key in members
    )
    return HelpPage(rows, total, page, pages, size, practices, localities)


def help_counts(actor: Actor, *, now: datetime) -> tuple[CohortCount, ...]:
    """People of each locality in each cohort, small numbers suppressed. No totals: nothing to subtract.

    Without those who opted out of planning, among the registered too.
    """
    open_rows(actor, "counts", "help_counts", now=now)
    living = PersonIndex.objects.filter(planning(), locality__isnull=False, death_date__isnull=True)
    registered = dict(living.values_list("locality").annotate(people=Count("pk")))
    counted = (
        HelpNext.objects.filter(planning(), locality__isnull=False)
        .values("blueprint", "cohort", "locality")
        .annotate(people=Count("pk"))
        .order_by("blueprint", "cohort", "locality")
    )
    return tuple(
        CohortCount(
            row["blueprint"],
            row["cohort"],
            row["locality"],
            disclose(row["people"]),
            disclose(registered.get(row["locality"], 0)),
        )
        for row in counted
    )


def search(
    actor: Actor, text: str, *, birth_date: date | None = None, now: datetime
) -> tuple[tuple[PersonLine, ...], bool]:
    """The related people with NHS number `text`, or whose names have words that begin so; are there more?

    Born on `birth_date`, where it is given.
    Nobody for an empty text. Raises Refused for a role that may not see lists.
    """
    found: list[str] = []
    wanted = words(text)
    if wanted:
        people = PersonIndex.objects.filter(scope(actor, now=now))
        if birth_date:
            people = people.filter(birth_date=birth_date)
        digits = "".join(wanted)
        if digits.isdigit():
            people = people.filter(nhs_number=digits)
        else:
            for word in wanted:
                people = people.filter(folded__contains=f" {word}")
        found = list(
            people.order_by("family_name", "given_name", "person_id").values_list("person_id", flat=True)[: PAGE + 1]
        )
    lines = named_people(open_list(actor, "search", found[:PAGE], now=now))
    return tuple(lines[one] for one in found[:PAGE]), len(found) > PAGE


def named_people(entitlement: ListEntitlement) -> dict[str, PersonLine]:
    """Who the persons of a list are, by id. Raises TypeError without an entitlement to the list."""
    if type(entitlement) is not ListEntitlement:
        raise TypeError("People are named with an entitlement: call vanguard.access.open_list.")
    fields = PersonLine.__dataclass_fields__
    rows = PersonIndex.objects.filter(person_id__in=entitlement.person_ids).values(*fields)
    return {row["person_id"]: PersonLine(**row) for row in rows}


def _values(rows: "QuerySet[HelpNext]", column: str) -> tuple[str, ...]:
    """The values that a column has among the rows, in order."""
    known = rows.filter(**{f"{column}__isnull": False}).order_by(column)
    return tuple(known.values_list(column, flat=True).distinct())


def _sorted(listed: "QuerySet[HelpNext]", sort: str, descending: bool | None) -> "QuerySet[HelpNext]":
    if sort not in SORTS:
        sort, descending = "priority", None
    down = SORTS[sort] if descending is None else descending
    columns = [sort]
    if sort == "name":
        index = PersonIndex.objects.filter(person_id=OuterRef("person_id"))
        listed = listed.annotate(
            family=Subquery(index.values("family_name")[:1]), given=Subquery(index.values("given_name")[:1])
        )
        columns = ["family", "given"]
    order = [OrderBy(F(column), descending=down, nulls_last=True) for column in columns]
    return listed.order_by(*order, "-priority", "rank", "pk")
