"""The list that an origin keeps of people to be referred, such as a ward's of those fit to leave: since when each of
them waits, until they are referred or leave otherwise. Whoever works for the same organisation keeps it together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from vanguard.access import Actor, open_rows
from vanguard.care.hub.episodes import About
from vanguard.care.hub.models import Draft, Listed
from vanguard.care.hub.progress import days_between
from vanguard.care.hub.referring import Open, open_of_each
from vanguard.clock import LONDON
from vanguard.errors import BadInput
from vanguard.flow import Flow
from vanguard.web import presenters as say

# So long those who left are still shown beside those who wait.
SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One person on a list. `days` are those from `since` to the referral, or until now; `left` says how they left.

    `referral` is theirs, or one that was open already; `own` whether the reader may follow it.
    """

    number: int
    who: str
    born: str
    nhs_number: str
    place: str
    since: str
    days: int
    draft: UUID | None
    referral: int | None
    own: bool
    left: str
    left_at: datetime | None


def standing(actor: Actor, flow: Flow, origin: str, now: datetime) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Who is on the list now, those who wait longest first; and who left it of late. On record."""
    rows = _ours(actor).filter(pathway=flow.pathway.id, origin=origin)
    shown = list(rows.filter(Q(off_at=None) | Q(off_at__gt=now - SHOWN)).select_related("referral").order_by("since"))
    open_rows(actor, "refer", "referral", [f"listed {one.pk}" for one in shown], now=now)
    if persons := sorted({one.person_id for one in shown if one.person_id}):
        open_rows(actor, "refer", "listed", persons, now=now)
    on = [one for one in shown if one.off_at is None]
    open_ = open_of_each(flow.pathway.id, [_about(one) for one in on])
    waiting = tuple(_line(flow, one, found, actor, now) for one, found in zip(on, open_, strict=True))
    gone = sorted((one for one in shown if one.off_at), key=lambda one: one.pk, reverse=True)
    return waiting, tuple(_line(flow, one, (), actor, now) for one in gone)


def places(actor: Actor, flow: Flow, origin: str) -> tuple[str, ...]:
    """The wards, or whatever the places are, that stand on the list, the actor's last one first."""
    rows = _ours(actor).filter(pathway=flow.pathway.id, origin=origin).order_by("-added_at")
    mine = rows.filter(added_by_id=actor.user_id).values_list("place", flat=True)[:1]
    return tuple(dict.fromkeys([*mine, *sorted(set(rows.values_list("place", flat=True)[:500]))]))


@transaction.atomic
def put_on(actor: Actor, flow: Flow, origin: str, about: About, place: str, since: datetime, now: datetime) -> Listed:
    """Put somebody on the list; somebody who stands on it already stays as they are."""
    if since > now:
        raise BadInput("This lies in the future.", do="Check the day and the time.")
    for one in _ours(actor).select_for_update().filter(pathway=flow.pathway.id, origin=origin, off_at=None):
        if _same(one, about):
            return one
    return Listed.objects.create(
        pathway=flow.pathway.id,
        origin=origin,
        organisation_id=actor.organisation,
        place=place,
        person_id=about.person_id,
        nhs_number=about.nhs_number,
        given_name=about.given_name,
        family_name=about.family_name,
        birth_date=about.birth_date,
        sex=about.sex,
        since=since,
        added_by_id=actor.user_id,
        added_at=now,
    )


def take_off(actor: Actor, flow: Flow, number: int, why: str, now: datetime) -> bool:
    """Take somebody off who is not referred, with one of the list's reasons; False for nobody there."""
    rows = _ours(actor).filter(pk=number, pathway=flow.pathway.id, off_at=None)
    row = rows.first()
    if row is None:
        return False
    if why not in flow.pathway.entry.lists[row.origin].otherwise:
        raise BadInput("Choose why the person is taken off the list.")
    return bool(rows.update(off_at=now, off_why=why, off_by_id=actor.user_id))


def on_list(actor: Actor, flow: Flow, number: int) -> About | None:
    """Who stands on a list of the actor's under this number, as it was written; None for nobody there."""
    row = _ours(actor).filter(pk=number, pathway=flow.pathway.id, off_at=None).first()
    return _about(row) if row else None


def was_on_list(actor: Actor, flow: Flow, number: int) -> bool:
    """Whether somebody ever stood on a list of the actor's under this number."""
    return bool(_ours(actor).filter(pk=number, pathway=flow.pathway.id).exists())


@transaction.atomic
def begin_referral(actor: Actor, flow: Flow, number: int, person_id: str, now: datetime) -> Draft | None:
    """The draft of a referral of somebody on the list, with what the list knows filled in; None for nobody there."""
    row = _ours(actor).select_for_update().filter(pk=number, pathway=flow.pathway.id, off_at=None).first()
    if row is None:
        return None
    if row.draft and row.draft.user_id == actor.user_id:
        return row.draft
    row.draft = Draft.objects.create(
        user_id=actor.user_id,
        pathway=row.pathway,
        channel="list",
        person_id=person_id or row.person_id,
        typed=_known(flow, row),
        opened_at=now,
        saved_at=now,
    )
    row.save(update_fields=["draft"])
    return row.draft


def _known(flow: Flow, row: Listed) -> dict[str, list[str]]:
    listing = flow.pathway.entry.lists[row.origin]
    said: Mapping[str, Any] = {
        "origin": row.origin,
        "nhs_number": row.nhs_number,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "birth_date": say.day(row.birth_date) if row.birth_date else "",
        "sex": row.sex,
        listing.since: say.day(row.since),
        **{question: {True: "yes", False: "no"}.get(one, one) for question, one in listing.answers.items()},  # type: ignore[call-overload]
    }
    return {name: [str(value)] for name, value in said.items() if value != ""}


def _ours(actor: Actor) -> Any:
    if actor.organisation:
        return Listed.objects.filter(organisation_id=actor.organisation)
    return Listed.objects.filter(organisation=None, added_by_id=actor.user_id)


def _same(one: Listed, about: About) -> bool:
    if about.person_id or one.person_id:
        return about.person_id == one.person_id
    if about.nhs_number or one.nhs_number:
        return about.nhs_number == one.nhs_number
    name = (about.family_name.lower(), about.given_name.lower(), about.birth_date)
    return name == (one.family_name.lower(), one.given_name.lower(), one.birth_date)


def _line(flow: Flow, row: Listed, open_: tuple[Open, ...], actor: Actor, now: datetime) -> Line:
    by = row.referral.referred_by_id if row.referral else open_[0].referred_by if open_ else None
    until = row.referral.received_at if row.referral else row.off_at or now
    return Line(
        number=row.pk,
        who=say.banner_name(row.given_name, row.family_name),
        born=say.day(row.birth_date) if row.birth_date else "",
        nhs_number=say.nhs_number(row.nhs_number) if row.nhs_number else "",
        place=row.place,
        since=since_words(row.since),
        days=days_between(row.since, until),
        draft=row.draft_id,
        referral=row.referral_id or (open_[0].number if open_ else None),
        own=by == actor.user_id,
        left=flow.pathway.entry.lists[row.origin].otherwise.get(row.off_why, ""),
        left_at=row.off_at,
    )


def since_words(since: datetime) -> str:
    """The local day, and the time where one was said."""
    midnight = since.astimezone(LONDON).time() == time()
    return say.day(since) if midnight else say.day_and_time(since)


def _about(row: Listed) -> About:
    return About(
        person_id=row.person_id,
        nhs_number=row.nhs_number,
        given_name=row.given_name,
        family_name=row.family_name,
        birth_date=row.birth_date,
        sex=row.sex,
    )
