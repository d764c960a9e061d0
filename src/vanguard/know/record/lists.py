"""Lists of people: who to help next, and search. Each puts on record whom it shows before it reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import OrderBy

from vanguard.access import Actor, disclose, open_list, open_rows, pseudonym, scope
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
    """One page of a list; `total` counts the whole list, `practices` are those one can filter by."""

    rows: tuple[HelpRow, ...]
    total: int
    page: int
    pages: int
    practices: tuple[str, ...]


@dataclass(frozen=True)
class CohortCount:
    """People of one practice in one cohort: None where the number is too small to give."""

    blueprint: str
    cohort: str
    practice: str
    people: int | None


MEMBER = (
    "blueprint", "version", "cohort", "date", "practice", "locality", "priority", "reasons", "age", "sex",
    "conditions", "condition_count", "hospital_frailty", "hospital_frailty_band", "emergency_admissions_12m",
    "bed_days_12m", "emergency_department_12m", "last_admission", "care_package",
)  # fmt: skip


def help_next(
    actor: Actor,
    *,
    now: datetime,
    practice: str | None = None,
    cohort: str | None = None,
    sort: str = "priority",
    descending: bool | None = None,
    page: int = 1,
) -> HelpPage:
    """A page of the people to help next whom the actor is related to; an analyst gets all, under pseudonyms.

    Raises Refused or PermissionDenied for a role without either right.
    """
    named = not actor.may("pseudonymised_rows")
    everybody = HelpNext.objects.filter(scope(actor)) if named else HelpNext.objects.all()
    practices = tuple(
        everybody.filter(practice__isnull=False)
        .order_by("practice")
        .values_list("practice", flat=True)
        .distinct()
    )
    listed = everybody.filter(**{k: v for k, v in {"practice": practice, "cohort": cohort}.items() if v})
    total = listed.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    chosen = list(
        _sorted(listed, sort if named or sort != "name" else "priority", descending).values_list(
            "pk", "person_id"
        )[(page - 1) * PAGE : page * PAGE]
    )
    person_ids = [person_id for _, person_id in chosen]
    people: Mapping[str, PersonLine] = {}
    if named:
        people = _people(actor, "help_next", person_ids, now)
    else:
        open_rows(actor, "pseudonymised_rows", "help_next", now=now)
    members = {
        row["pk"]: row
        for row in HelpNext.objects.filter(pk__in=[pk for pk, _ in chosen]).values("pk", *MEMBER)
    }
    rows = tuple(
        HelpRow(
            people.get(person_id),
            None if named else pseudonym(settings.PLACE, person_id),
            {name: members[pk][name] for name in MEMBER},
        )
        for pk, person_id in chosen
    )
    return HelpPage(rows, total, page, pages, practices)


def help_counts(actor: Actor, *, now: datetime) -> tuple[CohortCount, ...]:
    """People of each practice in each cohort, small numbers suppressed. No totals: nothing to subtract."""
    open_rows(actor, "counts", "help_counts", now=now)
    counted = (
        HelpNext.objects.filter(practice__isnull=False)
        .values("blueprint", "cohort", "practice")
        .annotate(people=Count("pk"))
        .order_by("blueprint", "cohort", "practice")
    )
    return tuple(
        CohortCount(row["blueprint"], row["cohort"], row["practice"], disclose(row["people"]))
        for row in counted
    )


def search(actor: Actor, text: str, *, now: datetime) -> tuple[tuple[PersonLine, ...], bool]:
    """The related people with NHS number `text`, or whose names have words that begin so; are there more?

    Nobody for an empty text. Raises Refused for a role that may not see lists.
    """
    found: list[str] = []
    wanted = words(text)
    if wanted:
        people = PersonIndex.objects.filter(scope(actor))
        digits = "".join(wanted)
        if digits.isdigit():
            people = people.filter(nhs_number=digits)
        else:
            for word in wanted:
                people = people.filter(folded__contains=f" {word}")
        found = list(
            people.order_by("family_name", "given_name", "person_id").values_list("person_id", flat=True)[
                : PAGE + 1
            ]
        )
    lines = _people(actor, "search", found[:PAGE], now)
    return tuple(lines[one] for one in found[:PAGE]), len(found) > PAGE


def _people(actor: Actor, what: str, person_ids: list[str], now: datetime) -> dict[str, PersonLine]:
    """Who these persons are, once it is on record that the actor sees them."""
    entitlement = open_list(actor, what, person_ids, now=now)
    fields = PersonLine.__dataclass_fields__
    rows = PersonIndex.objects.filter(person_id__in=entitlement.person_ids).values(*fields)
    return {row["person_id"]: PersonLine(**row) for row in rows}


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
    return listed.order_by(*order, "-priority", "person_id", "pk")
