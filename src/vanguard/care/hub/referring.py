"""From a draft to a referral: who it is about, whether they are referred already, and sending it, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from vanguard.access import Actor, Holder, end_call, locality_of, open_relationship
from vanguard.care.hub import handing_over
from vanguard.care.hub.episodes import About, Episode, Referrer, episode, receive, record
from vanguard.care.hub.letting_go import REFERRED
from vanguard.care.hub.models import Draft, Listed, Referral
from vanguard.care.hub.sheets import Filled, Sheet
from vanguard.clock import local_date
from vanguard.directory.models import Team
from vanguard.flow import Finished, Flow, Received, begin
from vanguard.web import presenters as say


@dataclass(frozen=True)
class Open:
    """A referral of the same person that has not ended."""

    number: int
    received_at: datetime
    step: str
    referred_by: int | None


def open_referrals(pathway: str, about: About) -> tuple[Open, ...]:
    """Open referrals of this person to this pathway, as far as we can tell who they are."""
    return open_of_each(pathway, [about])[0]


def open_of_each(pathway: str, people: Sequence[About]) -> list[tuple[Open, ...]]:
    """The same for each of several people, by one query however many they are."""
    ids = {one.person_id for one in people} - {""}
    numbers = {one.nhs_number for one in people} - {""}
    births = {one.birth_date for one in people if one.birth_date and one.family_name}
    who = Q(person_id__in=ids) | Q(nhs_number__in=numbers) | Q(birth_date__in=births)
    rows = list(Referral.objects.filter(who, pathway=pathway, ended_at=None).order_by("received_at"))
    return [
        tuple(Open(row.pk, row.received_at, row.step, row.referred_by_id) for row in rows if _same(row, one))
        for one in people
    ]


def _same(row: Referral, about: About) -> bool:
    """By who it is known to be, or by NHS number, or by date of birth and name."""
    if about.person_id and row.person_id == about.person_id:
        return True
    return bool(about.nhs_number and row.nhs_number == about.nhs_number) or _same_name(row, about)


def _same_name(row: Referral, about: About) -> bool:
    """By date of birth and name, but not who is known to be somebody else: a twin, or a namesake of the same day."""
    if not about.birth_date or not about.family_name or row.birth_date != about.birth_date:
        return False
    given = about.given_name.casefold()
    known = ((row.person_id, about.person_id), (row.nhs_number, about.nhs_number))
    return (
        row.family_name.casefold() == about.family_name.casefold()
        and (not given or row.given_name.casefold() in ("", given))
        and all(not held or not said or held == said for held, said in known)
    )


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
    _one_at_a_time(draft.pathway, about)
    if already := open_referrals(draft.pathway, about):
        return already
    received = received_by(held, about, origin, now)
    one = receive(named, draft.pathway, about, referrer, received, by=by, now=now)
    first = flow.pathway.entry.by[held.channel]  # type: ignore[index]
    done = Finished(now, first, filled.steering)
    one = record(one.number, done, seen=one.happened, by=by, now=now, form=sheet.form, written=filled.written)
    held.referral_id = one.number
    held.save(update_fields=["referral"])
    Listed.objects.filter(draft=held, off_at=None).update(referral_id=one.number, off_at=now, off_by_id=by.user_id)
    if about.person_id:
        relate(about, one, by=by, now=now)
        end_call(by, about.person_id, reason=f"became referral {one.number}", now=now)
    return one


@transaction.atomic
def throw_away(draft: Draft, *, by: Actor, now: datetime) -> bool:
    """Remove a draft that nobody will send, and with the last one about a person the call; False for one sent."""
    held = Draft.objects.select_for_update().filter(pk=draft.pk, referral=None).first()
    if held is None:
        return False
    held.delete()
    others = Draft.objects.filter(user_id=by.user_id, person_id=held.person_id, referral=None)
    if held.person_id and not others.exists():
        end_call(by, held.person_id, reason="nothing came of it", now=now)
    return True


def _one_at_a_time(pathway: str, about: About) -> None:
    """Two who send referrals of one person at once do so one after the other, so that the second sees the first."""
    if connection.vendor != "postgresql":
        # Here whoever writes waits for whoever writes already.
        return
    name = f"{about.family_name} {about.birth_date}".lower() if about.birth_date else ""
    with connection.cursor() as cursor:
        for who in sorted(filter(None, {about.person_id, about.nhs_number, name})):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"referral {pathway} {who}"])


def received_by(draft: Draft, about: About, origin: str, now: datetime) -> Received:
    """How a draft that is sent now comes in. A call was received when it began, whatever is sent when it is sent."""
    at = draft.opened_at if draft.channel == "phone" else now
    return Received(at, origin, draft.channel, say.age(about.birth_date, local_date(at)), about.sex)


def still_to_say(
    flow: Flow, received: Received, filled: Filled, accepted: str, now: datetime
) -> handing_over.Unsaid | None:
    """What is still to be said where the first step hands over already: see `handing_over`."""
    first = flow.pathway.entry.by[received.channel]  # type: ignore[index]
    done = Finished(now, first, filled.steering)
    return handing_over.still_to_say(flow, begin(flow, received), done, filled.written, accepted)


def not_ready_yet(flow: Flow, filled: Filled, today: date) -> dict[str, str]:
    """The days since which lists say that somebody is ready to be referred, where those lie ahead; with what to do."""
    asked = {listing.since for listing in flow.pathway.entry.lists.values()}
    said = {question: filled.written[question] for question in asked if question in filled.written}
    return {
        question: "This day lies in the future. Check it"
        for question, day in said.items()
        if date.fromisoformat(day) > today
    }


def relate(about: About, one: Episode, *, by: Actor | None, now: datetime) -> None:
    """The teams of the person's locality may see the record from now on, as far as their roles let them.

    The record's locality counts before what was said of it: nobody chooses who gets to see a record.
    """
    locality = locality_of(about.person_id) or about.locality
    for team in Team.objects.filter(locality_id=locality):
        open_relationship(
            about.person_id, REFERRED, Holder("team", team.code), reason=f"referral {one.number}", made_by=by, now=now
        )
