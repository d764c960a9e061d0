"""Referrals of persons who turn out to be somebody else: they go along, so that open work is never out of reach."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from vanguard.access import Actor, asked_again, may_ask_again, open_rows, part, said_to_be, whose
from vanguard.care.hub.entries import as_entry
from vanguard.care.hub.models import Draft, Listed, Referral
from vanguard.care.hub.pathways import flow_of
from vanguard.errors import BadInput
from vanguard.know.record import take_back_all, tell


def go_along(moved: Mapping[str, str], parted: Collection[str], number: int, **_: Any) -> None:
    """Whose referral it is now; nobody's whom we know where that is open: then its own words say who it is."""
    part(Referral, parted, number)
    for table in (Referral, Draft, Listed):
        for was in table.objects.filter(person_id__in=moved).values_list("person_id", flat=True).distinct():
            table.objects.filter(person_id=was).update(person_id=moved[was])


@transaction.atomic
def settle(number: int, person_id: str, *, by: Actor, now: datetime) -> None:
    """Somebody who knows says whose the referral is: it is in that record at once, and its events follow. On record.

    Raises BadInput where it was said already, or the person is none of those whose it may be.
    """
    from vanguard.care.hub.episodes import episode, report

    row = Referral.objects.select_for_update(no_key=True).get(pk=number)
    if person_id not in whose(row):
        raise BadInput("Whose referral this is was said meanwhile.", do="Look at what stands here now.")
    open_rows(by, "referrals", "referral_whose", [person_id, f"referral {number}"], now=now)
    said_to_be(row, person_id, by=by, now=now)
    row.save()
    take_back_all(f"{_key(row)}-")
    show(row, now)
    report(episode(number), now)


@transaction.atomic
def ask_again(number: int, *, by: Actor, now: datetime) -> None:
    """Whose the referral is was said by mistake: it is open again, and on every record whose it may be. On record.

    Raises BadInput where it was asked meanwhile, or the referral ended.
    """
    row = Referral.objects.select_for_update(no_key=True).get(pk=number)
    if not may_ask_again(row):
        raise BadInput("Whose referral this is was asked meanwhile.", do="Look at what stands here now.")
    open_rows(by, "referrals", "referral_whose_again", [row.person_id, f"referral {number}"], now=now)
    asked_again(row, by=by, now=now)
    row.save()
    show(row, now)


def show(row: Referral, now: datetime) -> None:
    """Have the record show where the referral stands: that of everybody whose it may be, where that is open."""
    from vanguard.care.hub import handing_over
    from vanguard.care.hub.episodes import episode_of

    flow = flow_of(row.blueprint, row.pathway)
    over = handing_over.of(episode_of(row)) if row.end and flow.pathway.ends[row.end].hand_over else None
    entry = as_entry(row, flow, handing_over.in_words(over) if over else "", now)
    if row.person_id:
        tell(row.person_id, _key(row), entry)
    if row.parted_from:
        # Told anew: who was joined with another since is not among them any more.
        take_back_all(f"{_key(row)}-")
    for other in whose(row):
        if other != row.person_id:
            tell(other, _key(row, other), entry)


def after_publication(now: datetime, **_: Any) -> None:
    """The record was published anew: whoever came to be there may be whose a referral is."""
    waiting = Referral.objects.filter(ended_at=None).exclude(parted_from="")
    for number in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            # Settled or ended meanwhile: the record says so already.
            row = waiting.select_for_update(no_key=True).filter(pk=number).first()
            if row is not None:
                show(row, now)


def _key(row: Referral, person_id: str = "") -> str:
    return f"referral-{row.pk}-{person_id}" if person_id else f"referral-{row.pk}"
