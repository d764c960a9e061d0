"""Plans that somebody should look at again soon: of the people whom a professional has on lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from vanguard.access import Actor, open_list, whose
from vanguard.care.team.kinds import kinds_of
from vanguard.care.team.models import Plan
from vanguard.clock import local_date
from vanguard.know.record import listed, listed_only, named_people
from vanguard.web import presenters as say

SOON = timedelta(days=28)
SIZE = 50


@dataclass(frozen=True)
class Due:
    """A plan to look at again: whose, of which kind, by when."""

    person_id: str
    name: str
    label: str
    on: date
    late: bool


@dataclass(frozen=True)
class DuePage:
    """Some of the plans to look at again, of so many pages."""

    plans: tuple[Due, ...]
    page: int
    pages: int


def due(actor: Actor, now: datetime, page: int = 1) -> DuePage:
    """The plans that the actor's role looks at again within four weeks, or should have: the latest first. On record."""
    open_ = Plan.objects.filter(ended_at=None)
    there = open_.order_by().values_list("blueprint", "template").distinct()
    mine = {one.id: one.plan.label for one in kinds_of(there) if one.writes(actor)}
    if not mine or not actor.may("list_people"):
        return DuePage((), 1, 1)
    today = local_date(now)
    of_kind = reduce(or_, (Q(blueprint=blueprint, template=template) for blueprint, template in mine))
    near = open_.filter(of_kind, look_again_on__lte=today + SOON)
    may_be = _may_be(near.exclude(parted_from=""), actor, now)
    theirs = listed_only(near.filter(parted_from=""), actor, item="summary", now=now)
    soon = theirs | near.filter(pk__in=may_be)
    pages = max(1, -(-soon.count() // SIZE))
    page = min(max(1, page), pages)
    rows = list(soon.order_by("look_again_on", "pk")[(page - 1) * SIZE : page * SIZE])
    of = {row.pk: may_be.get(row.pk, row.person_id) for row in rows}
    whom = list(dict.fromkeys(of.values()))
    names = named_people(open_list(actor, "plans", whom, item="summary", now=now)) if whom else {}
    found = tuple(
        Due(
            of[row.pk],
            say.banner_name(names[of[row.pk]].given_name, names[of[row.pk]].family_name),
            mine[row.blueprint, row.template],
            row.look_again_on,
            row.look_again_on < today,
        )
        for row in rows
        if of[row.pk] in names
    )
    return DuePage(found, page, pages)


def _may_be(unsettled: QuerySet[Plan], actor: Actor, now: datetime) -> Mapping[int, str]:
    """Of plans of parted records, under whom the actor finds each: the first whose it may be and whom they may list."""
    people = {row.pk: whose(row) for row in unsettled}
    mine = listed(actor, (one for some in people.values() for one in some), item="summary", now=now)
    found = {number: next((one for one in some if one in mine), "") for number, some in people.items()}
    return {number: person_id for number, person_id in found.items() if person_id}
