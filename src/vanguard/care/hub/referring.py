"""From a draft to a referral: who it is about, whether they are referred already, and sending it, once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from vanguard.access import Actor, Holder, end_call, open_relationship
from vanguard.care.hub.episodes import About, Episode, Referrer, episode, receive, record
from vanguard.care.hub.models import Draft, Referral
from vanguard.care.hub.sheets import Filled, Sheet
from vanguard.clock import local_date
from vanguard.directory.models import Team
from vanguard.flow import Finished, Flow, Received
from vanguard.web import presenters as say


@dataclass(frozen=True)
class Open:
    """A referral of the same person that has not ended."""

    number: int
    received_at: datetime
    step: str


def open_referrals(pathway: str, about: About) -> tuple[Open, ...]:
    """Open referrals of this person to this pathway, as far as we can tell who they are."""
    who = Q(pk__in=[])
    if about.person_id:
        who |= Q(person_id=about.person_id)
    if about.nhs_number:
        who |= Q(nhs_number=about.nhs_number)
    if about.birth_date and about.family_name:
        who |= Q(birth_date=about.birth_date, family_name__iexact=about.family_name)
    rows = Referral.objects.filter(who, pathway=pathway, ended_at=None).order_by("received_at")
    return tuple(Open(row.pk, row.received_at, row.step) for row in rows)


@transaction.atomic
def send(
    draft: Draft,
    named: str,
    flow: Flow,
    about: About,
    referrer: Referrer,
    origin: str,
    sheet: Sheet,
    filled: Filled,
    *,
    by: Actor,
    now: datetime,
) -> Episode | tuple[Open, ...]:
    """Make the draft a referral, with its first step done; or say which open ones there are instead.

    Sent again it is the same referral.
    """
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    if held.referral_id:
        return episode(held.referral_id)
    if already := open_referrals(draft.pathway, about):
        return already
    age = say.age(about.birth_date, local_date(held.opened_at))
    received = Received(held.opened_at, origin, held.channel, age, about.sex)
    one = receive(named, draft.pathway, about, referrer, received, by=by, now=now)
    first = flow.pathway.entry.by[held.channel]  # type: ignore[index]
    done = Finished(now, first, filled.steering)
    one = record(one.number, done, seen=one.happened, by=by, now=now, form=sheet.form, written=filled.written)
    held.referral_id = one.number
    held.save(update_fields=["referral"])
    if about.person_id:
        relate(about, one, by=by, now=now)
        end_call(by, about.person_id, reason=f"became referral {one.number}", now=now)
    return one


def relate(about: About, one: Episode, *, by: Actor | None, now: datetime) -> None:
    """The teams of the person's locality may see the record from now on, as far as their roles let them."""
    for team in Team.objects.filter(locality_id=about.locality):
        open_relationship(
            about.person_id,
            "referred",
            Holder("team", team.code),
            reason=f"referral {one.number}",
            made_by=by,
            now=now,
        )
