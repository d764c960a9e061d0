"""How the referrals that somebody made go on: where each stands, without the record and without what others wrote."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from vanguard.access import Actor, open_rows
from vanguard.care.hub import handing_over
from vanguard.care.hub.episodes import episode
from vanguard.care.hub.models import Listed, Referral
from vanguard.care.hub.pathways import flow_of
from vanguard.care.hub.telling import told_so_far
from vanguard.clock import local_date
from vanguard.web import presenters as say

# So long an ended referral is still shown to whoever made it.
ENDED = timedelta(days=30)
MOST = 200


@dataclass(frozen=True)
class Progress:
    """One referral as its referrer follows it. `where` is the step or the end, `waits_for` who is to do the step.

    `advice` is what the referrer must do at once where the referral ended by their own answers. `ready_days` are the
    days from when the person could have been referred, None without a list. `next` says when the next service begins.
    """

    number: int
    pathway: str
    who: str
    born: str
    received_at: datetime
    where: str
    waits_for: str
    advice: str
    due_at: datetime | None
    overdue: bool
    paused: bool
    ended_at: datetime | None
    ready_days: int | None
    next: str = ""
    happened: tuple[tuple[str, datetime], ...] = ()


def my_referrals(actor: Actor, now: datetime) -> tuple[Progress, ...]:
    """Open ones first, then those that ended of late. On record. Raises PermissionDenied without the right."""
    found = list(_own(actor, now).select_related("listed").order_by("-received_at")[:MOST])
    _note(actor, found, now)
    return tuple(sorted((_progress(row, now) for row in found), key=lambda one: one.ended_at is not None))


def my_referral(actor: Actor, number: int, now: datetime) -> Progress | None:
    """One of these with what has happened, the newest first; None for anybody else's. On record."""
    row = _own(actor, now).filter(pk=number).first()
    _note(actor, [row] if row else [], now)
    if row is None:
        return None
    one = episode(number)
    told = tuple((each.what, each.at) for each in told_so_far(one))
    over = handing_over.of(one)
    return _progress(row, now, told, handing_over.in_words(over) if over else "")


def ready_days(row: Referral) -> int | None:
    """Days on a list before the referral, in local days; None for one that was on none."""
    listed: Listed | None = getattr(row, "listed", None)
    return days_between(listed.since, row.received_at) if listed else None


def days_between(since: datetime, until: datetime) -> int:
    """Whole local days from one instant to a later one."""
    return max(0, (local_date(until) - local_date(since)).days)


def _own(actor: Actor, now: datetime) -> QuerySet[Referral]:
    return Referral.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now - ENDED), referred_by_id=actor.user_id)


def _note(actor: Actor, rows: list[Referral], now: datetime) -> None:
    # They are known to the referrer by the referral alone, which quotes them: both are put on record.
    open_rows(actor, "refer", "referral", [f"referral {one.pk}" for one in rows], now=now)
    if persons := sorted({one.person_id for one in rows if one.person_id}):
        open_rows(actor, "refer", "own_referrals", persons, now=now)


def _progress(
    row: Referral, now: datetime, happened: tuple[tuple[str, datetime], ...] = (), comes_next: str = ""
) -> Progress:
    flow = flow_of(row.blueprint, row.pathway)
    end = flow.pathway.ends[row.end] if row.end else None
    step = flow.step(row.step) if row.step else None
    by_answers = end is not None and end.origin != "any" and row.happened <= 2
    return Progress(
        number=row.pk,
        pathway=flow.pathway.label,
        who=say.banner_name(row.given_name, row.family_name),
        born=say.day(row.birth_date) if row.birth_date else "",
        received_at=row.received_at,
        where=end.label if end else step.label if step else "",
        waits_for=flow.file.resources[step.by].label if step else "",
        advice=(end.advice or "") if end and by_answers else "",
        due_at=row.due_at,
        overdue=row.due_at is not None and not row.paused and row.due_at <= now,
        paused=row.paused,
        ended_at=row.ended_at,
        ready_days=ready_days(row),
        next=comes_next,
        happened=happened,
    )
