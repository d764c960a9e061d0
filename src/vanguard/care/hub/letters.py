"""Letters to the practice and to whoever referred: made when the pathway says to tell them, and kept as they were sent.

Whom a letter reaches follows from what the policy lets the told role see. A role that sees people registered with it is
written to at the person's practice; one that refers on screen, by whoever made the referral. What is written down about
the person is in a letter only where the role sees whole records; another says how far it has come.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string

from vanguard.access import Actor, policy
from vanguard.care.hub import handing_over
from vanguard.care.hub.episodes import Episode
from vanguard.care.hub.models import Letter, LetterRead, Note, Referral
from vanguard.care.hub.pathways import blueprint_of
from vanguard.care.hub.telling import told_so_far, written_down
from vanguard.clock import local_date
from vanguard.flow import Flow

# The items of the policy that a letter quotes, and that whoever opens it must be shown.
WHOLE, WHO = "full", "identity"
UNDER_PRACTICE, UNDER_REFERRER = "registered", "referred"


@dataclass(frozen=True)
class Address:
    """To whom, in words; the practice or the user at whom it arrives, and how much it may quote."""

    to: str
    practice: str | None
    user: int | None
    item: str


def write(row: Referral, one: Episode, happening: int, roles: tuple[str, ...], *, now: datetime) -> None:
    """A letter to each of the roles that gets letters, in the transaction of what happened."""
    addresses = {role: address for role in roles if (address := address_of(row, one, role))}
    practice = any(address.practice for address in addresses.values())
    for role, address in addresses.items():
        # The practice that referred is written to once, in full.
        if address.practice is None and practice and _of_the_practice(row, one.flow):
            continue
        subject = one.flow.pathway.ends[row.end].label if row.end else one.flow.step(row.step).label
        body = render_to_string("hub/letter.html", content(row, one, address, subject, now))
        Letter.objects.create(
            referral=row,
            happening=happening,
            role=role,
            practice_id=address.practice,
            user_id=address.user,
            to=address.to,
            subject=subject,
            item=address.item,
            body=body,
            made_at=now,
        )


def address_of(row: Referral, one: Episode, role: str) -> Address | None:
    """Where a letter to a role goes; None where it gets none, or nobody knows where."""
    known = policy().roles.get(role)
    sights = {sight.relationship: sight.level for sight in known.sights} if known else {}
    most = len(policy().items)
    if UNDER_PRACTICE in sights:
        if row.practice is None:
            return None
        item = WHOLE if sights[UNDER_PRACTICE] == most else WHO
        return Address(row.practice.name, row.practice_id, None, item)
    if role in _referrers(one.flow):
        item = WHOLE if sights.get(UNDER_REFERRER) == most else WHO
        return Address(row.referrer, None, row.referred_by_id, item)
    return None


def _of_the_practice(row: Referral, flow: Flow) -> bool:
    """Whether whoever referred works at the person's practice: by their sign-in, or by what they said on the phone."""
    if row.referred_by is not None:
        return row.practice_id is not None and row.referred_by.practice_id == row.practice_id
    return row.origin in flow.pathway.entry.own_practice


def _referrers(flow: Flow) -> frozenset[str]:
    """The roles of those who write referrals themselves: who takes a call writes down what another says."""
    steps = {step for channel, step in flow.pathway.entry.by.items() if channel != "phone"}
    return frozenset(role for step in steps for role in flow.roles(step))


def content(row: Referral, one: Episode, address: Address, subject: str, now: datetime) -> dict[str, Any]:
    """What the letter's page is made from: who, what was asked, found and done, and what comes next."""
    whole = address.item == WHOLE
    asked = {step.form for id, step in one.flow.pathway.steps.items() if id in one.flow.pathway.entry.by.values()}
    forms = tuple(_written(one)) if whole else ()
    return {
        "to": address.to,
        "subject": subject,
        "service": one.flow.pathway.label,
        "day": local_date(now),
        "about": row,
        "origin": one.flow.pathway.entry.origins[row.origin],
        "whole": whole,
        "asked": [part for form, part in forms if form in asked],
        "found": [part for form, part in forms if form not in asked],
        "history": tuple(reversed(told_so_far(one))),
        "notes": Note.objects.filter(referral=row).select_related("by").order_by("at", "pk") if whole else (),
        "next": [] if row.end else [_open(one, held.step) for held in one.state.open],
        "takes_over": handing_over.in_words(over) if (over := handing_over.of(one)) else "",
    }


def _open(one: Episode, step: str) -> tuple[str, str]:
    return one.flow.step(step).label, one.flow.file.resources[one.flow.step(step).by].label


def _written(one: Episode) -> Iterator[tuple[str, tuple[str, list[tuple[str, str]]]]]:
    """Each part of a form that holds answers, with its form: heading, and each question once with its answer."""
    plans = blueprint_of(one.blueprint).plans
    answers = dict(written_down(one))
    for form in (*plans.forms.values(), *plans.assessments.values()):
        for section in form.sections:
            labels = [plans.questions[id].label for id in section.ask if id in plans.questions]
            if held := [(label, answers.pop(label)) for label in labels if label in answers]:
                yield form.id, (section.label, held)


def mine(actor: Actor) -> Any:
    """The letters that arrive at the actor, or at the practice at which the actor sees people."""
    where = reduce(or_, _arrives(actor))
    return Letter.objects.filter(where).select_related("referral")


def newest(actor: Actor, *, before: int | None, most: int) -> tuple[Letter, ...]:
    """So many of these, the newest first, or from the letter of the number `before` on back in time; without their
    words. However many ever arrived, no more are read."""
    earlier = Q()
    if before is not None and (last := mine(actor).filter(pk=before).first()):
        earlier = Q(made_at__lte=last.made_at) & (Q(made_at__lt=last.made_at) | Q(pk__lt=last.pk))
    rows = Letter.objects.filter(earlier).select_related("referral").defer("body").order_by("-made_at", "-pk")
    # Each by its own index: together the database would read them all to put them in order.
    found = {one.pk: one for where in _arrives(actor) for one in rows.filter(where)[:most]}
    return tuple(sorted(found.values(), key=lambda one: (one.made_at, one.pk), reverse=True)[:most])


def _arrives(actor: Actor) -> list[Q]:
    at_practice = actor.practice and UNDER_PRACTICE in actor.role.related_by
    return [Q(user_id=actor.user_id), *([Q(practice_id=actor.practice)] if at_practice else [])]


def mark_read(actor: Actor, letter: Letter, now: datetime) -> None:
    """Somebody whom it was sent to has read it; the first time counts."""
    LetterRead.objects.get_or_create(letter=letter, user_id=actor.user_id, defaults={"at": now})
