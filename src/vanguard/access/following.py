"""Following the linking of persons: what the service holds by person comes to whoever the person now is.

In the transaction in which the records change, so that nobody is ever open who should not be; once for each linking,
however often it is asked for; and on record.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Max
from django.dispatch import Signal

from vanguard.access.carrying import Change, Chosen, Restriction, carried, linkings, restricting
from vanguard.access.door import note
from vanguard.access.models import Choice, ClosedView, Followed, Invitation, Mark, Opening, Relationship
from vanguard.access.rules import policy
from vanguard.access.standing import in_force
from vanguard.access.terms import OWN

TABLES = (Choice, Mark, Relationship)
CARRIED = "carried over: records were joined or parted"
# Sent in the same transaction, for what other rooms hold by person: `moved` is, of each person of whom nothing is left,
# who they are now; empty where their rows went to several, and somebody has to say which. `parted` are those, and the
# persons who kept some rows and lost others. `number` is the linking's.
persons_moved = Signal()


def followed_up_to() -> int:
    """The number of the last linking that was followed; 0 before the first."""
    return Followed.objects.aggregate(last=Max("number"))["last"] or 0


def who_they_were(person_id: str) -> dict[str, datetime | None]:
    """The ids under which this person stood on record, each until when; the present one until None."""
    found: dict[str, datetime | None] = {person_id: None}
    waiting = [person_id]
    while waiting:
        one = waiting.pop()
        for was, at in Followed.objects.filter(became=one).values_list("was", "at"):
            until = min(at, found[one] or at)
            if was not in found or (found[was] or until) < until:
                found[was] = until
                waiting.append(was)
    return found


def who_they_may_be(person_id: str, parted_in: int) -> tuple[str, ...]:
    """Whose what was held for a person before the linking in which they were parted may be: everybody who has some of
    those rows now. What came to a person in an earlier linking is none of them."""
    from vanguard.know.record.models import PersonIndex

    # From which linking on each had some of the rows; the moves of one linking are made at once.
    found = {person_id: parted_in}
    waiting = [person_id]
    while waiting:
        one = waiting.pop()
        later = Followed.objects.filter(was=one, number__gte=found[one]).values_list("became", "number")
        for became, number in later:
            if became not in found or number + 1 < found[became]:
                found[became] = number + 1
                waiting.append(became)
    return tuple(PersonIndex.objects.filter(pk__in=found).order_by("pk").values_list("pk", flat=True))


def restrictions(changes: Iterable[Change]) -> list[Restriction]:
    """What persons' choices restrict, by who they are after linkings that were not followed yet."""
    last = followed_up_to()
    return restricting(carried(_choices(), [one for one in changes if one.number > last]))


def follow(changes: Iterable[Change], now: datetime) -> int:
    """Carry choices, marks and relationships along; returns how many persons it concerned. Call in a transaction.

    Raises AuditUnavailable if it cannot be put on record.
    """
    last = followed_up_to()
    fresh = [one for one in changes if one.number > last]
    if not fresh:
        return 0
    _alone()
    # What was followed meanwhile by somebody else is not followed again.
    last = followed_up_to()
    fresh = [one for one in fresh if one.number > last]
    for number in sorted({one.number for one in fresh}):
        some = [one for one in fresh if one.number == number]
        [(received, gone)] = linkings(some)
        _follow_choices(some, gone, now)
        _follow_marks(received, gone, now)
        _follow_relationships(some, gone, now)
        moved = _moved(received, gone)
        for was, became in moved.items():
            # Where its rows went to several it stays with the id that was opened: the trail tells the rest.
            Opening.objects.filter(person_id=was).update(person_id=became or was)
        parted = frozenset({one.was for one in some if one.remains} | {was for was in moved if not moved[was]})
        persons_moved.send(None, moved=moved, parted=parted, number=number)
        for became, were in sorted(received.items()):
            joined = were <= gone
            why = f"linking {number}: {'joined' if joined else 'parted'}"
            note(None, now, what="person_change", whom=[became, *sorted(were)], why=why, outcome="followed")
        Followed.objects.bulk_create(Followed(number=number, was=one.was, became=one.became, at=now) for one in some)
    return len({one.became for one in fresh})


def _moved(received: dict[str, set[str]], gone: set[str]) -> dict[str, str]:
    now = {one: [became for became, were in received.items() if one in were] for one in gone}
    return {one: became[0] if len(became) == 1 else "" for one, became in now.items()}


def _alone() -> None:
    """Nobody records a choice while they are carried over. SQLite lets one write at a time anyway."""
    if connection.vendor == "postgresql":
        names = ", ".join(one._meta.db_table for one in (*TABLES, Followed))
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def _choices() -> dict[str, Chosen]:
    rows = Choice.objects.filter(until=None).values_list("person_id", "sharing", "planning")
    return {person_id: Chosen(sharing, planning) for person_id, sharing, planning in rows}


def _follow_choices(changes: Sequence[Change], gone: set[str], now: datetime) -> None:
    before = _choices()
    after = carried(before, changes)
    changed = {one.became for one in changes if after.get(one.became) != before.get(one.became)}
    Choice.objects.filter(until=None, person_id__in=changed | gone).update(until=now)
    Choice.objects.bulk_create(
        Choice(person_id=one, sharing=after[one].sharing, planning=after[one].planning, start=now, role="")
        for one in sorted(changed)
    )


def _follow_marks(received: dict[str, set[str]], gone: set[str], now: datetime) -> None:
    standing = {one.person_id: one for one in Mark.objects.filter(until=None).order_by("start", "pk")}
    Mark.objects.filter(until=None, person_id__in=gone).update(until=now)
    for became, were in sorted(received.items()):
        marks = sorted((standing[one] for one in were if one in standing), key=lambda one: (one.start, one.pk))
        if marks and became not in standing:
            first = marks[0]
            Mark.objects.create(
                person_id=became, kind=first.kind, reason=first.reason, start=now, made_by_id=first.made_by_id
            )


def _follow_relationships(changes: Sequence[Change], gone: set[str], now: datetime) -> None:
    people = {id_ for one in changes for id_ in (one.was, one.became)}
    _follow_closed_views(changes, gone, now)
    # A record of which it is less sure now whose it is; whoever signs in again is looked up again.
    Relationship.objects.filter(in_force(now), person_id__in=people, kind=OWN).update(until=now)
    standing = list(Relationship.objects.filter(in_force(now), person_id__in=people).order_by("pk"))
    several = Counter(one.was for one in changes)
    for change in changes:
        parted = change.remains or several[change.was] > 1
        there = {_tie(row): row for row in standing if row.person_id == change.became}
        theirs = [row for row in standing if row.person_id == change.was]
        # What a person gave somebody by their own will is of one of the two parts, and nobody knows yet of which.
        given = [row for row in theirs if parted and policy().relationships[row.kind].must_end]
        Relationship.objects.filter(pk__in=[row.pk for row in given]).update(until=now)
        carried_on = [row for row in theirs if row not in given]
        made = Relationship.objects.bulk_create(
            Relationship(
                person_id=change.became,
                kind=row.kind,
                holder_kind=row.holder_kind,
                holder_id=row.holder_id,
                scope=row.scope,
                start=now,
                until=row.until,
                reason=f"{row.reason} ({CARRIED})",
                made_by_id=row.made_by_id,
            )
            for row in carried_on
            if _tie(row) not in there
        )
        there |= {_tie(row): row for row in made}
        _follow_invitations(change, parted, [(row.pk, there[_tie(row)].pk) for row in carried_on], now)
    Relationship.objects.filter(in_force(now), person_id__in=gone).update(until=now)


def _follow_closed_views(changes: Sequence[Change], gone: set[str], now: datetime) -> None:
    """What the practice closed stays closed, for every record that has some of the person's rows."""
    closed = ClosedView.objects.filter(until=None)
    were = set(closed.filter(person_id__in=[one.was for one in changes]).values_list("person_id", flat=True))
    for became in sorted({one.became for one in changes if one.was in were}):
        ClosedView.objects.get_or_create(person_id=became, until=None, defaults={"start": now})
    closed.filter(person_id__in=gone).update(until=now)


def _follow_invitations(change: Change, parted: bool, carried_on: Sequence[tuple[int, int]], now: datetime) -> None:
    """The practice of whom the person is now can still end what was given; `carried_on` are relationships, old, new."""
    theirs = Invitation.objects.filter(person_id=change.was, ended_at=None)
    if parted:
        theirs.update(ended_at=now)
        return
    for old, new in carried_on:
        theirs.filter(relationship_id=old).update(relationship_id=new, person_id=change.became)
    theirs.filter(relationship=None).update(person_id=change.became)


def _tie(row: Relationship) -> tuple[object, ...]:
    return (row.kind, row.holder_kind, row.holder_id, row.scope, row.until)
