"""Who goes: chosen by a human, kept with what spoke for it, over when the step is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from vanguard.access import Actor
from vanguard.care.roster.choosing import Suggestion
from vanguard.care.roster.models import Allocation
from vanguard.directory.models import Professional
from vanguard.errors import BadInput

LEAST_LETTERS, MOST_LETTERS = 3, 500


@dataclass(frozen=True)
class Going:
    """Somebody chosen to go for a referral, and for which employer; `username` is their sign-in, empty without one."""

    id: int
    referral: int
    step: str
    professional: str
    name: str
    employer: str
    username: str
    reasons: tuple[str, ...]
    why: str
    by: str
    at: datetime
    ended_at: datetime | None


def going(referral: int) -> tuple[Going, ...]:
    """Who goes for the open steps of a referral, the newest first."""
    return _all(Allocation.objects.filter(referral=referral, ended_at=None).order_by("-pk"))


def sent_to(username: str) -> tuple[Going, ...]:
    """To whom a user was chosen to go and has not been yet, the first chosen first."""
    # In order by ourselves: asked for an order, SQLite reads everybody who was ever chosen instead of the open ones.
    return tuple(sorted(_all(Allocation.objects.filter(professional__username=username, ended_at=None)), key=_when))


def allocated(referral: int) -> tuple[Going, ...]:
    """Everybody who was ever chosen for a referral, the newest first."""
    return _all(Allocation.objects.filter(referral=referral).order_by("-pk"))


@transaction.atomic
def allocate(
    referral: int, step: str, chosen: Suggestion, *, instead_of: int, why: str = "", by: Actor, now: datetime
) -> Going:
    """Choose who goes, instead of the allocation that was seen (0: nobody).

    The same choice by the same person again changes nothing. Raises BadInput where somebody has chosen another
    meanwhile, or where one who lacks the skill is sent for no reason.
    """
    why = why.strip()
    if not chosen.suggested and not LEAST_LETTERS <= len(why) <= MOST_LETTERS:
        what = f"{chosen.who.name} is not suggested: {'; '.join(chosen.against)}."
        raise BadInput(what, do=f"Say why they should go, in {LEAST_LETTERS} to {MOST_LETTERS} letters.")
    was = Allocation.objects.select_for_update(of=("self",)).filter(referral=referral, step=step, ended_at=None)
    present = was.select_related("professional", "by").first()
    if (present.pk if present else 0) != instead_of:
        if present and (present.professional_id, present.by_id) == (chosen.who.code, by.user_id):
            return _all(Allocation.objects.filter(pk=present.pk))[0]
        raise _overtaken(present)
    was.update(ended_at=now)
    who = Professional.objects.get(pk=chosen.who.code)
    try:
        with transaction.atomic():
            row = Allocation.objects.create(
                referral=referral,
                step=step,
                professional=who,
                employer_id=who.employer_id,
                reasons=[*chosen.reasons, *chosen.against],
                why=why[:MOST_LETTERS],
                by_id=by.user_id,
                role=by.role.id,
                at=now,
            )
    except IntegrityError as problem:
        raise _overtaken(None) from problem
    return _all(Allocation.objects.filter(pk=row.pk))[0]


@transaction.atomic
def over(referral: int, open_steps: Collection[str], now: datetime) -> Sequence[Going]:
    """End what was for steps that are open no more; returns it."""
    rows = Allocation.objects.select_for_update(of=("self",)).filter(referral=referral, ended_at=None)
    ended = _all(rows.exclude(step__in=list(open_steps)))
    if ended:
        Allocation.objects.filter(pk__in=[one.id for one in ended]).update(ended_at=now)
    return ended


def _when(one: Going) -> int:
    return one.id


def _overtaken(present: Allocation | None) -> BadInput:
    who = present.by.name if present and present.by else "Somebody"
    whom = present.professional.name if present else "another"
    return BadInput(f"{who} has chosen {whom} meanwhile.", do="Look again, then decide.")


def _all(rows: "QuerySet[Allocation]") -> tuple[Going, ...]:
    """By their columns: whole rows of everybody's accounts and employers would take most of the time of a page."""
    return tuple(
        Going(*before, tuple(reasons), why, by or "", at, ended_at)
        for *before, reasons, why, by, at, ended_at in rows.values_list(
            "pk", "referral", "step", "professional_id", "professional__name", "employer__name",
            "professional__username", "reasons", "why", "by__name", "at", "ended_at",
        )
    )  # fmt: skip
