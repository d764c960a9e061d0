"""Records opened under watch: by breaking the glass, or marked ones. The privacy officer's queue and what was done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from vanguard.access.door import note, open_list, open_queue
from vanguard.access.entitlement import ListEntitlement, Refused
from vanguard.access.following import who_they_were
from vanguard.access.models import FollowUp, Opening
from vanguard.access.rules import Actor, policy
from vanguard.access.standing import scope
from vanguard.clock import local_date
from vanguard.errors import BadInput

LONGEST_QUEUE = 200


@dataclass(frozen=True)
class Seen:
    """One look: when, and which item of the policy."""

    at: datetime
    item: str
    request: str


@dataclass(frozen=True)
class Done:
    """One follow-up: `outcome` is an id of the policy."""

    at: datetime
    by: str
    outcome: str
    words: str


@dataclass(frozen=True)
class Watched:
    """One opening: who (`user`, in which `role`), whose record, when, until when and why."""

    id: int
    kind: str
    user: str
    role: str
    person_id: str
    at: datetime
    until: datetime
    reason: str
    closed: bool


def open_watched(actor: Actor, person_id: str, kind: str, *, reason: str, now: datetime, until: datetime) -> None:
    """Put an opening on the queue; it is on record already. For this room alone."""
    Opening.objects.create(
        kind=kind,
        user_id=actor.user_id,
        role=actor.role.id,
        person_id=person_id,
        at=now,
        until=until,
        reason=reason,
    )


def queue(actor: Actor, *, closed: bool = False, now: datetime) -> tuple[tuple[Watched, ...], ListEntitlement]:
    """The openings still to follow up (or those done), newest first, and the right to see whose records they were.

    Raises Refused without the right to the queue.
    """
    may = actor.may("privacy_queue")
    rows = Opening.objects.filter(closed=closed).select_related("user").order_by("-at", "-pk") if may else []
    found = tuple(_watched(row) for row in rows[:LONGEST_QUEUE])
    people = list(dict.fromkeys(one.person_id for one in found))
    return found, open_queue(actor, "privacy_queue", "privacy_queue", people, now=now)


def waiting(actor: Actor) -> int:
    """How many openings wait for a follow-up. Raises Refused without the right to the queue."""
    if not actor.may("privacy_queue"):
        raise Refused
    return Opening.objects.filter(closed=False).count()


def one_opening(actor: Actor, number: int, *, now: datetime) -> tuple[Watched, ListEntitlement]:
    """One opening, and the right to see whose record it was. Raises Refused, also where there is none."""
    row = Opening.objects.filter(pk=number).select_related("user").first() if actor.may("privacy_queue") else None
    entitlement = open_queue(actor, "privacy_queue", "opening", [row.person_id] if row else [], now=now)
    if row is None:
        raise Refused
    return _watched(row), entitlement


def follow_ups(entitlement: ListEntitlement, opening: Watched) -> tuple[Done, ...]:
    """What was done about an opening, oldest first."""
    if opening.person_id not in entitlement.person_ids:
        raise Refused
    rows = FollowUp.objects.filter(opening_id=opening.id).select_related("made_by").order_by("at", "pk")
    return tuple(Done(row.at, row.made_by.name, row.outcome, row.words) for row in rows)


@transaction.atomic
def follow_up(actor: Actor, number: int, outcome: str, words: str, *, now: datetime) -> None:
    """Record what was done. Raises Refused without the right, BadInput for an outcome that the policy has not.

    The same said twice in a row, as by a second press of the button, is recorded once.
    """
    row = Opening.objects.select_for_update().filter(pk=number).first() if actor.may("privacy_queue") else None
    if row is None:
        note(actor, now, what="follow_up", whom="", why="privacy_queue", outcome="refused")
        raise Refused
    if outcome not in policy().outcomes:
        raise BadInput("Choose what came of it.")
    tidy = " ".join(words.split())
    if len(tidy) > policy().reasons.most_letters:
        raise BadInput(f"Enter at most {policy().reasons.most_letters} letters.")
    last = row.follow_ups.order_by("-at", "-pk").first()
    if last and (last.outcome, last.words, last.made_by_id) == (outcome, tidy, actor.user_id):
        return
    FollowUp.objects.create(opening=row, at=now, made_by_id=actor.user_id, outcome=outcome, words=tidy)
    row.closed = policy().outcomes[outcome].closes
    row.save(update_fields=["closed"])
    note(actor, now, what="follow_up", whom=row.person_id, why=f"opening {number}: {outcome}", outcome="recorded")


def practice_openings(actor: Actor, *, now: datetime) -> tuple[tuple[Watched, ...], ListEntitlement | None]:
    """Who broke the glass to records of the actor's practice's people, of late, newest first.

    With the right to see who these people are; None where there is nobody to show.
    """
    from vanguard.know.record.models import PersonIndex

    if not (actor.may("practice_notices") and actor.practice):
        return (), None
    since = now - timedelta(days=policy().notice_days)
    theirs = PersonIndex.objects.filter(scope(actor, now=now), practice=actor.practice, pk=OuterRef("person_id"))
    rows = Opening.objects.filter(Exists(theirs), kind=Opening.Kind.BREAK_GLASS, at__gt=since)
    found = tuple(_watched(row) for row in rows.select_related("user").order_by("-at", "-pk")[:LONGEST_QUEUE])
    if not found:
        return (), None
    whom = list(dict.fromkeys(one.person_id for one in found))
    return found, open_list(actor, "practice_notices", whom, now=now)


def what_was_seen(entitlement: ListEntitlement, opening: Watched) -> tuple[Seen, ...]:
    """What the audit trail says that the opener saw of this person while it was open, oldest first."""
    if opening.person_id not in entitlement.person_ids:
        raise Refused
    row = Opening.objects.select_related("user").get(pk=opening.id)
    found = []
    ids = who_they_were(row.person_id)
    for line in _lines(Path(settings.PLACE) / "audit", row.at, row.until, [one.encode() for one in ids]):
        at = datetime.fromisoformat(line["at"])
        whom = line.get("whom")
        theirs = (line.get("who"), line.get("outcome")) == (row.user.username, "shown")
        theirs = theirs and isinstance(whom, str) and whom in ids
        if theirs and row.at <= at < row.until:
            found.append(Seen(at, line["what"], line["request"]))
    return tuple(sorted(found, key=lambda one: one.at))


def _lines(folder: Path, since: datetime, until: datetime, holding: Sequence[bytes]) -> Iterator[dict[str, str]]:
    """The audit's lines of these days that hold one of these; a line that a crash tore is passed over."""
    day, last = local_date(since), local_date(until)
    while day <= last:
        for file in sorted(folder.glob(f"{day.isoformat()}-*.jsonl")):
            for line in file.read_bytes().splitlines():
                if any(one in line for one in holding) and line.endswith(b"}"):
                    yield orjson.loads(line)
        day += timedelta(days=1)


def _watched(row: Opening) -> Watched:
    return Watched(row.pk, row.kind, row.user.name, row.role, row.person_id, row.at, row.until, row.reason, row.closed)
