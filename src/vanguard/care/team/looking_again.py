"""Plans that somebody should look at again soon: of the people whom a professional has on lists."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from vanguard.access import Actor, open_list
from vanguard.care.team.kinds import kinds_of
from vanguard.care.team.models import Plan
from vanguard.clock import local_date
from vanguard.know.record import listed_only, named_people
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
    soon = listed_only(open_.filter(of_kind, look_again_on__lte=today + SOON), actor, item="summary", now=now)
    pages = max(1, -(-soon.count() // SIZE))
    page = min(max(1, page), pages)
    rows = list(soon.order_by("look_again_on", "pk")[(page - 1) * SIZE : page * SIZE])
    whom = list(dict.fromkeys(row.person_id for row in rows))
    names = named_people(open_list(actor, "plans", whom, item="summary", now=now)) if whom else {}
    found = tuple(
        Due(
            row.person_id,
            say.banner_name(names[row.person_id].given_name, names[row.person_id].family_name),
            mine[row.blueprint, row.template],
            row.look_again_on,
            row.look_again_on < today,
        )
        for row in rows
        if row.person_id in names
    )
    return DuePage(found, page, pages)
