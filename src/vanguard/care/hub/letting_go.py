"""What an event of an episode ends beside it: a bed whose step is over, that somebody goes for one, and at the end of
the episode what its referral opened of the record."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from vanguard.access import Actor, Holder, end_relationship, locality_of
from vanguard.access.models import User
from vanguard.care import beds, roster
from vanguard.care.hub.models import Referral
from vanguard.care.roster import Going
from vanguard.directory.models import Team
from vanguard.flow import Flow, State

GOES, REFERRED = "caseload", "referred"
# So long after the end of a referral its team still finishes what it writes about it.
WRITING_UP = timedelta(days=7)


def let_go(row: Referral, flow: Flow, before: State, after: State, *, by: Actor | None, now: datetime) -> None:
    """Let go of whom and what the episode needed before an event and needs no more."""
    follow_beds(row.pk, flow, before, after, by=by, now=now)
    follow_going(row, {held.step for held in after.open}, by=by, now=now)
    if after.finish and not before.finish:
        unrelate(row, by=by, now=now)


def follow_beds(number: int, flow: Flow, before: State, after: State, *, by: Actor | None, now: datetime) -> None:
    """Let go of a bed whose step is over, or to which the pathway leads no more."""
    was, used = (set(uses(flow, {held.step for held in state.open})) for state in (before, after))
    later = set(uses(flow, to_come(flow, after)))
    beds.follow(number, keep=(used | later) - (was - used), by=by, now=now)


def follow_going(row: Referral, open_steps: set[str], *, by: Actor | None, now: datetime) -> None:
    """Nobody goes for a step that is over, nor sees the record for it."""
    for ended in roster.over(row.pk, open_steps, now):
        untie(row, ended, "the step is over", by, now)


def untie(row: Referral, was: Going, why: str, by: Actor | None, now: datetime) -> None:
    """End the tie of who went, unless they still go to the same person for something else."""
    people = Referral.objects.filter(person_id=row.person_id, ended_at=None).values_list("pk", flat=True)
    still = any(each.professional == was.professional for number in people for each in roster.going(number))
    if row.person_id and not still and (holder := holder_of(was)):
        end_relationship(row.person_id, GOES, holder, reason=f"referral {row.pk}: {why}", ended_by=by, now=now)


def unrelate(row: Referral, *, by: Actor | None, now: datetime) -> None:
    """What a referral opened ends soon after it, unless another of the same person is still open."""
    open_still = Referral.objects.filter(person_id=row.person_id, ended_at=None).exclude(pk=row.pk)
    if not row.person_id or open_still.exists():
        return
    localities = {locality_of(row.person_id), row.locality_id} - {None}
    for team in Team.objects.filter(locality_id__in=localities):
        holder = Holder("team", team.code)
        why, until = f"referral {row.pk} ended", now + WRITING_UP
        end_relationship(row.person_id, REFERRED, holder, reason=why, ended_by=by, now=now, at=until)


def holder_of(going: Going) -> Holder | None:
    user = User.objects.filter(username=going.username, is_active=True).first() if going.username else None
    return Holder("user", str(user.pk)) if user else None


def uses(flow: Flow, steps: set[str]) -> Iterator[str]:
    """The beds that steps use, in the pathway's order."""
    for id_, step in flow.pathway.steps.items():
        if id_ in steps and step.uses and flow.file.resources[step.uses].kind == "bed":
            yield step.uses


def to_come(flow: Flow, state: State) -> set[str]:
    """The steps to which those that are open may lead."""
    found: set[str] = set()
    follow = [held.step for held in state.open]
    while follow:
        step = flow.step(follow.pop())
        after = {rule.to for rule in step.next} | {other.step for other in step.alongside}
        fresh = (after & flow.pathway.steps.keys()) - found
        found |= fresh
        follow += fresh
    return found
