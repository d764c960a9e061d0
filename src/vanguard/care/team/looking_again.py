"""Plans that somebody should look at again soon: of the people whom a professional has on lists."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vanguard.access import Actor, open_list
from vanguard.care.team.kinds import kinds
from vanguard.care.team.models import Plan
from vanguard.clock import local_date
from vanguard.know.record import listed, named_people
from vanguard.web import presenters as say

SOON = timedelta(days=28)


@dataclass(frozen=True)
class Due:
    """A plan to look at again: whose, of which kind, by when."""

    person_id: str
    name: str
    label: str
    on: date
    late: bool


def due(actor: Actor, now: datetime, *, most: int = 50) -> tuple[Due, ...]:
    """The plans that the actor's role looks at again within four weeks, or should have: the latest first. On record."""
    mine = {one.id: one.plan.label for one in kinds() if one.writes(actor)}
    if not mine or not actor.may("list_people"):
        return ()
    today = local_date(now)
    soon = Plan.objects.filter(ended_at=None, look_again_on__lte=today + SOON).order_by("look_again_on", "pk")
    rows = [row for row in soon if (row.blueprint, row.template) in mine]
    seen = listed(actor, [row.person_id for row in rows], item="summary", now=now)
    rows = [row for row in rows if row.person_id in seen][:most]
    if not rows:
        return ()
    names = named_people(
        open_list(actor, "plans", list(dict.fromkeys(row.person_id for row in rows)), item="summary", now=now)
    )
    return tuple(
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
