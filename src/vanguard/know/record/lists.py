"""Lists of people: who to help next, and search. Each puts on record whom it shows before it reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import OrderBy

from vanguard.access import Actor, ListEntitlement, give, open_list, open_rows, planning, scope, unopened
from vanguard.know.record.folding import words
from vanguard.know.record.help_pages import KEY, MEMBER, PAGE, SORTS, TOLD, WATCHED, HelpPage, HelpRow, PersonLine
from vanguard.know.record.models import HelpNext, PersonIndex
from vanguard.know.record.unnamed import unnamed_page

SLICE = 500
# What tells one row of the list from another: blueprint, cohort, person.
Key = tuple[str, str, str]


@dataclass(frozen=True)
class CohortCount:
    """People of one locality in one cohort, and all who are registered there: None where too few to give."""

    blueprint: str
    cohort: str
    locality: str
    people: int | None
    registered: int | None


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
    if actor.may("pseudonymised_rows"):
        return unnamed_page(
            actor,
            now=now,
            practice=practice,
            locality=locality,
            cohort=cohort,
            sort=sort,
            descending=descending,
            page=page,
            size=size,
        )
    everybody = _everybody(actor, now)
    practices, localities = (_values(everybody, column) for column in ("practice", "locality"))
    filters = {"practice": practice, "locality": locality, "cohort": cohort}
    listed = everybody.filter(**{column: value for column, value in filters.items() if value})
    total = listed.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    # Whom the page shows, by keys that outlive a publication between these reads.
    chosen = list(_sorted(listed, sort, descending).values_list(*KEY)[(page - 1) * size : page * size])
    rows = tuple(_rows(actor, chosen, now).values())
    return HelpPage(rows, total, page, pages, size, practices, localities)


def first_to_help(actor: Actor, sorts: Iterable[str], *, size: int, now: datetime) -> Mapping[str, tuple[HelpRow, ...]]:
    """The first `size` people of `help_next` by each of these orders, without what a whole page tells of the list.

    Raises Refused or PermissionDenied for a role without names.
    """
    everybody = _everybody(actor, now)
    chosen = {sort: list(_sorted(everybody, sort, None).values_list(*KEY)[:size]) for sort in sorts}
    rows = _rows(actor, dict.fromkeys(key for keys in chosen.values() for key in keys), now)
    return {sort: tuple(rows[key] for key in keys if key in rows) for sort, keys in chosen.items()}


def _everybody(actor: Actor, now: datetime) -> "QuerySet[HelpNext]":
    return HelpNext.objects.filter(scope(actor, "full", now=now))


def _rows(actor: Actor, chosen: Iterable[Key], now: datetime) -> Mapping[Key, HelpRow]:
    """Those people of the list who are still on it, in that order, put on record before they are read."""
    chosen = list(chosen)
    person_ids = list(dict.fromkeys(person_id for *_, person_id in chosen))
    people = named_people(open_list(actor, "help_next", person_ids, item="full", now=now))
    members = {
        tuple(row[name] for name in KEY): row
        for row in HelpNext.objects.filter(person_id__in=person_ids).values("person_id", *MEMBER)
    }
    # Why a watched record is on the list is told by the record, which asks for a reason first.
    watched = unopened(actor, person_ids, now=now)
    for key in members:
        if key[-1] in watched:
            members[key] |= dict.fromkeys(TOLD) | {"reasons": [WATCHED]}
    return {
        key: HelpRow(people.get(key[-1]), None, {name: members[key][name] for name in MEMBER})
        for key in chosen
        if key in members
    }


def help_counts(actor: Actor, *, now: datetime) -> tuple[CohortCount, ...]:
    """People of each locality in each cohort, small numbers suppressed.

    Without those who opted out of planning, among the registered too.
    """
    open_rows(actor, "counts", "help_counts", now=now)
    living = PersonIndex.objects.filter(planning(), locality__isnull=False, death_date__isnull=True)
    registered = give(
        "registered", {(row[0],): row[1] for row in living.values_list("locality").annotate(people=Count("pk"))}
    )
    counted = HelpNext.objects.filter(planning(), locality__isnull=False).values_list("blueprint", "cohort", "locality")
    listed = give("help_next", {tuple(row[:3]): row[3] for row in counted.annotate(people=Count("pk"))})
    return tuple(
        CohortCount(*group, people, registered.groups.get((group[-1],), 0))
        for group, people in sorted(listed.groups.items())
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


def listed_only(rows: "QuerySet[Any]", actor: Actor, *, item: str = "identity", now: datetime) -> "QuerySet[Any]":
    """Of rows with a field `person_id`, those about whom the actor may see `item` on a list. See `listed`."""
    return rows.filter(person_id__in=PersonIndex.objects.filter(scope(actor, item, now=now)).values("person_id"))


def listed(actor: Actor, person_ids: Iterable[str], *, item: str = "identity", now: datetime) -> frozenset[str]:
    """Those of these persons of whom the actor may see `item` on a list. What is then shown goes on record there."""
    wanted = list(dict.fromkeys(person_ids))
    found = set[str]()
    for start in range(0, len(wanted), SLICE):
        some = PersonIndex.objects.filter(scope(actor, item, now=now), person_id__in=wanted[start : start + SLICE])
        found.update(some.values_list("person_id", flat=True))
    return frozenset(found)
