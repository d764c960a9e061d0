"""Who to help next as analysts see it: rows under pseudonyms, told coarsely enough that they point at nobody.

Ages are five-year bands, the last admission is a month, and a practice is named only where it is large. The list is
sorted by what is shown, so that its order tells no more; and filtered only by what has enough people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import Case, Count, DateField, F, IntegerField, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import TruncMonth

from vanguard.access import Actor, Given, give, open_rows, planning, pseudonym
from vanguard.know.record.help_pages import KEY, MEMBER, SORTS, HelpPage, HelpRow
from vanguard.know.record.models import HelpNext, PersonIndex, Published
from vanguard.lake import AGE_BAND, LEAST_PEOPLE, OLDEST

# What is shown in the stead of a column that is not, for sorting by it.
COARSE = {"name": "priority", "age": "band", "last_admission": "month"}
TOLD = tuple(name for name in MEMBER if name != "rank")
DAY = re.compile(r"\b\d{1,2} ((?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4})\b")  # fmt: skip # noqa: E501


@dataclass(frozen=True)
class Listed:
    """The rows under some filters: how many there are, and what may be told of that."""

    rows: "QuerySet[HelpNext]"
    count: int
    total: int | None
    practices: tuple[str, ...]
    localities: tuple[str, ...]


def unnamed_page(
    actor: Actor,
    *,
    now: datetime,
    practice: str | None,
    locality: str | None,
    cohort: str | None,
    sort: str,
    descending: bool | None,
    page: int,
    size: int,
) -> HelpPage:
    """A page of `size` of the list, which goes on record. A filter that is not offered finds nobody.

    Raises PermissionDenied without the right to pseudonymised rows.
    """
    open_rows(actor, "pseudonymised_rows", "help_next", now=now)
    listed = listed_for_analysts(practice=practice, locality=locality, cohort=cohort)
    pages = max(1, -(-listed.count // size))
    page = min(max(1, page), pages)
    chosen = _sorted(listed.rows, sort, descending)[(page - 1) * size : page * size]
    rows = unnamed_rows(chosen, use="pages")
    return HelpPage(rows, listed.total, page, pages, size, listed.practices, listed.localities)


def everybody_unnamed(*, use: str) -> tuple[HelpRow, ...]:
    """Every row of the list, in the order of the pseudonyms of this use. For an export, which is put on record."""
    listed = listed_for_analysts(practice=None, locality=None, cohort=None)
    return tuple(sorted(unnamed_rows(listed.rows, use=use), key=lambda row: str(row.pseudonym)))


def listed_for_analysts(*, practice: str | None, locality: str | None, cohort: str | None) -> Listed:
    """Everybody on the list who did not opt out of planning, under filters that have enough people to be offered."""
    large = _large_practices(_generation())
    rows = HelpNext.objects.filter(planning()).annotate(
        shown_practice=Case(When(practice__in=large, then=F("practice")), default=Value("")),
        band=Case(
            When(age__gte=OLDEST, then=Value(OLDEST)),
            default=F("age") - F("age") % AGE_BAND,
            output_field=IntegerField(null=True),
        ),
        month=TruncMonth("last_admission", output_field=DateField(null=True)),
    )
    counts = {
        (row["cohort"], row["locality"] or "", row["shown_practice"]): row["people"]
        for row in rows.values("cohort", "locality", "shown_practice").annotate(people=Count("pk"))
    }
    told = give("help_next_rows", counts)
    practices, localities = _offered(told, "practice"), _offered(told, "locality")
    asked = {"practice": practice, "locality": locality, "cohort": cohort}
    within = {column: value for column, value in asked.items() if value}
    known = {"practice": practices, "locality": localities, "cohort": tuple(group[0] for group in counts)}
    if any(value not in known[column] for column, value in within.items()):
        return Listed(rows.none(), 0, 0, practices, localities)
    columns = {"practice": "shown_practice"}
    found = rows.filter(**{columns.get(column, column): value for column, value in within.items()})
    places = {told.columns.index(column): value for column, value in within.items()}
    count = sum(
        people for group, people in counts.items() if all(group[place] == value for place, value in places.items())
    )
    return Listed(found, count, told.total(**within), practices, localities)


def unnamed_rows(chosen: "QuerySet[HelpNext]", *, use: str) -> tuple[HelpRow, ...]:
    """The rows as they may be told. `use` decides the pseudonyms: those of two uses cannot be joined."""
    columns = dict.fromkeys((*KEY, *TOLD, "shown_practice", "month"))
    return tuple(
        HelpRow(None, pseudonym(settings.PLACE, row["person_id"], use), _told(row)) for row in chosen.values(*columns)
    )


def age_band(age: int | None) -> str | None:
    """85 to 89; 90 or over."""
    if age is None:
        return None
    first = age - age % AGE_BAND
    return f"{OLDEST} or over" if age >= OLDEST else f"{first} to {first + AGE_BAND - 1}"


def coarse_reason(reason: str, age: int | None) -> str:
    """A reason with days cut to months, and the person's own age said as its band."""
    said = DAY.sub(r"\1", reason).replace(" on ", " in ") if DAY.search(reason) else reason
    return re.sub(rf"\b{age}\b", str(age_band(age)), said) if age is not None and age >= AGE_BAND else said


def _told(row: Mapping[str, object]) -> dict[str, object]:
    age = row["age"]
    assert age is None or isinstance(age, int)
    reasons = row["reasons"]
    assert isinstance(reasons, list)
    return {name: row[name] for name in TOLD} | {
        "age": age_band(age),
        "practice": row["shown_practice"] or None,
        "last_admission": row["month"],
        "reasons": [coarse_reason(reason, age) for reason in reasons],
    }


def _offered(told: Given, column: str) -> tuple[str, ...]:
    """The values of a column of which enough people are on the list to say how many."""
    values = {group[told.columns.index(column)] for group in told.groups} - {""}
    return tuple(sorted(value for value in values if told.total(**{column: value}) is not None))


def _sorted(rows: "QuerySet[HelpNext]", sort: str, descending: bool | None) -> "QuerySet[HelpNext]":
    if sort not in SORTS:
        sort, descending = "priority", None
    down = SORTS[sort] if descending is None else descending
    # Within what is the same to see, in the order of ids that nobody sees.
    return rows.order_by(OrderBy(F(COARSE.get(sort, sort)), descending=down, nulls_last=True), "-priority", "pk")


def _generation() -> int:
    return Published.objects.values_list("generation", flat=True).first() or 0


@lru_cache(maxsize=2)
def _large_practices(_generation: int) -> tuple[str, ...]:
    """The practices that have enough people to be named; counted once for each publication."""
    living = PersonIndex.objects.filter(practice__isnull=False, death_date__isnull=True)
    large = living.values("practice").annotate(people=Count("pk")).filter(people__gte=LEAST_PEOPLE)
    return tuple(large.order_by("practice").values_list("practice", flat=True))
