"""Writing down what happens in an episode: one event, all that follows from it, in one transaction."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from itertools import islice
from types import MappingProxyType
from typing import Any

from django.db import transaction

from vanguard.access import Actor
from vanguard.care import beds
from vanguard.care.hub.entries import SOURCE
from vanguard.care.hub.happenings import as_event, as_kept, as_row
from vanguard.care.hub.history import Recorded, recorded
from vanguard.care.hub.letting_go import let_go
from vanguard.care.hub.models import Deadline, Happening, Notice, Referral
from vanguard.care.hub.moving import show
from vanguard.care.hub.notices import notice
from vanguard.care.hub.pathways import blueprint_of, flow_of
from vanguard.care.hub.promises import settle
from vanguard.care.hub.reporting import reported
from vanguard.care.hub.standing import standing
from vanguard.care.outbox import say
from vanguard.errors import BadInput
from vanguard.flow import Event, Flow, Received, State, apply, begin, deadlines, replay, told

NOTHING: Mapping[str, Any] = MappingProxyType({})
log = logging.getLogger(__name__)


class Overtaken(BadInput):
    """Somebody else has changed the episode since it was shown: nothing was written."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} changed this referral meanwhile.", do="Look at what is new, then decide again.")


class NotYours(BadInput):
    """The step belongs to other roles."""


@dataclass(frozen=True)
class About:
    """Who is referred, as it was said; `person_id` is empty for somebody we have never met."""

    person_id: str = ""
    nhs_number: str = ""
    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    sex: str = "unknown"
    address: str = ""
    postcode: str = ""
    phone: str = ""
    practice: str | None = None
    locality: str | None = None


@dataclass(frozen=True)
class Referrer:
    """Who refers, and where they can be reached. `user` is the number of one who signed in."""

    name: str
    phone: str = ""
    user: int | None = None


@dataclass(frozen=True)
class Episode:
    """A referral with everything that has happened, and what it comes to. `happened` counts the events.

    `written` are the answers of all forms that hold now, by question. `parted` says that records were parted since.
    """

    number: int
    blueprint: str
    pathway: str
    person_id: str
    happened: int
    flow: Flow
    state: State
    written: Mapping[str, Any]
    parted: bool = False


@transaction.atomic
def receive(
    blueprint: str,
    pathway: str,
    about: About,
    referrer: Referrer,
    received: Received,
    *,
    by: Actor | None,
    now: datetime,
) -> Episode:
    """A new referral under the pathway of `name@version`. Raises NotAllowed where its entry does not fit."""
    flow = flow_of(blueprint, pathway)
    state = begin(flow, received)
    _not_ahead(received, now)
    row = Referral(
        blueprint=blueprint,
        pathway=pathway,
        **{name: value for name, value in asdict(about).items() if name not in ("practice", "locality")},
        practice_id=about.practice,
        locality_id=about.locality,
        origin=received.origin,
        channel=received.channel,
        referrer=referrer.name,
        referrer_phone=referrer.phone,
        referred_by_id=referrer.user,
        received_at=received.at,
    )
    row.save()
    _write(row, flow, state, received, by, now)
    return _episode(row, flow, state)


@transaction.atomic
def record(
    number: int,
    event: Event,
    *,
    seen: int,
    by: Actor | None,
    now: datetime,
    form: str = "",
    written: Mapping[str, Any] = NOTHING,
) -> Episode:
    """Add an event to a referral, by whoever saw its first `seen` events, and what was `written` in a form with it.

    Raises Overtaken where more has happened since, NotYours where the step is not the actor's, NotAllowed where the
    event does not fit, each with nothing written. The same again by the same person, who had seen the same, changes
    nothing: an answer lost on the way can be sent once more, and a button pressed twice.
    """
    # Locked as a row whose number stays: others may meanwhile say that something is about it.
    row = Referral.objects.select_for_update(no_key=True).get(pk=number)
    flow = flow_of(row.blueprint, row.pathway)
    happened = list(row.happenings.order_by("number").select_related("by"))
    state = replay(flow, (as_event(one.kind, one.at, one.body) for one in happened))
    if row.happened != seen:
        one, last = _episode(row, flow, state), happened[-1].by
        mine = by is not None and last is not None and last.pk == by.user_id
        overtaken = Overtaken("You have" if mine else f"{last.name if last else 'The system'} has")
        if any(one.written.get(question) != answer for question, answer in written.items()):
            raise overtaken
        if seen < len(happened) and _same(happened[seen], event, by):
            return one
        raise overtaken
    _not_ahead(event, now)
    if by is not None:
        _check_whose(flow, event, by)
    before, state = state, apply(flow, state, event := as_kept(event))
    if written:
        who = {"by_id": by.user_id if by else None, "role": by.role.id if by else ""}
        row.writings.create(happening=row.happened, form=form, answers=dict(written), at=event.at, **who)
    _write(row, flow, state, event, by, now)
    let_go(row, flow, before, state, by=by, now=now)
    return _episode(row, flow, state)


def episode(number: int) -> Episode:
    """The episode as it stands. Raises Referral.DoesNotExist."""
    return episode_of(Referral.objects.get(pk=number))


def episode_of(row: Referral, happened: Iterable[Recorded] | None = None) -> Episode:
    """The episode of a referral that was read before, as it stood then; `happened` where that was read as well."""
    flow = flow_of(row.blueprint, row.pathway)
    rows = recorded(row.pk) if happened is None else happened
    events = (as_event(one.kind, one.at, one.body) for one in islice(rows, row.happened))
    return _episode(row, flow, replay(flow, events))


def sweep(now: datetime, *, most: int = 500) -> int:
    """Act on up to `most` deadlines and holds of beds that have come, each once, and return how many.

    What happens is written with the deadline's row in one transaction: a crash before leaves it for the next sweep,
    and two sweeps at once act on each only once.
    """
    due = Deadline.objects.filter(fired_at=None, at__lte=now).order_by("at").values_list("pk", "referral_id")[:most]
    done = 0
    for number, referral in list(due):
        try:
            done += _fire(number, referral, now)
        except Exception:
            # One referral that cannot be read keeps nobody else waiting; it is tried again in the next round.
            log.exception("A deadline of referral %s could not be acted on", referral)
    return done + beds.sweep(now, most=most)


@transaction.atomic
def _fire(number: int, referral: int, now: datetime) -> bool:
    row = Referral.objects.select_for_update(no_key=True).get(pk=referral)
    deadline = Deadline.objects.select_for_update().filter(pk=number, fired_at=None).first()
    if deadline is None:
        return False
    deadline.fired_at = now
    deadline.save(update_fields=["fired_at"])
    flow = flow_of(row.blueprint, row.pathway)
    if deadline.tell:
        words = _of(flow, deadline)
        notice(row, deadline=deadline, role=deadline.tell, why=deadline.kind, words=words, at=deadline.at).save()
    report(episode_of(row), now)
    return True


def _of(flow: Flow, deadline: Deadline) -> str:
    clocks, steps = flow.pathway.clocks, flow.pathway.steps
    return clocks[deadline.of].label if deadline.of in clocks else steps[deadline.of].label


def _write(row: Referral, flow: Flow, state: State, event: Event, by: Actor | None, now: datetime) -> None:
    """The event and what follows from it: the place on the board, what falls due, whom to tell."""
    kind, body = as_row(event)
    Happening.objects.create(
        referral=row,
        number=row.happened,
        kind=kind,
        at=event.at,
        body=body,
        by_id=by.user_id if by else None,
        role=by.role.id if by else "",
        recorded_at=now,
    )
    row.happened += 1
    before = row.step, row.end
    stands = standing(flow, state, now)
    for one in fields(stands):
        setattr(row, one.name, getattr(stands, one.name))
    row.save()
    _expect(row, flow, state, event.at, now)
    show(row, now)
    one = _episode(row, flow, state)
    if (row.step, row.end) != before:
        _tell(row, flow, state, event)
        # A letter is written from a whole episode, which is made here.
        from vanguard.care.hub.letters import write

        write(row, one, row.happened - 1, told(flow, state), now=now)
    report(one, now)


def report(one: Episode, now: datetime) -> None:
    """Say what is new in an episode to the lake's outbox, in the transaction in which it happened."""
    # Where neither practice nor locality is known, nobody sees a notice, and nobody was told.
    reached = Notice.objects.exclude(referral__practice=None, referral__locality=None)
    notices = reached.filter(referral_id=one.number, why="told").values_list("role", "happening")
    recorded = dict(Happening.objects.filter(referral_id=one.number).values_list("number", "recorded_at"))
    told = [(role, number, recorded[number]) for role, number in notices]
    entries = reported(blueprint_of(one.blueprint), one.flow, one.state, one.written, told, now)
    settle(one.number, entries)
    say(SOURCE, str(one.number), one.person_id, {f"{one.number}/{key}": held for key, held in entries.items()}, now=now)


def _expect(row: Referral, flow: Flow, state: State, happened: datetime, now: datetime) -> None:
    """Make the deadlines' rows what flow says falls due; what was acted on stays for good."""
    wanted = {(one.kind, one.of, one.at): one.tell or "" for one in deadlines(flow, state, now)}
    for old in row.deadlines.all():
        known = wanted.pop((old.kind, old.of, old.at), None)
        # What fell due before the event fell due all the same, however late the sweep comes to it.
        if known is None and old.fired_at is None and old.at > happened:
            old.delete()
    Deadline.objects.bulk_create(
        Deadline(referral=row, kind=kind, of=of, at=at, tell=tell) for (kind, of, at), tell in wanted.items()
    )


def _tell(row: Referral, flow: Flow, state: State, event: Event) -> None:
    ends, steps = flow.pathway.ends, flow.pathway.steps
    words = ends[row.end].label if row.end else steps[row.step].label
    Notice.objects.bulk_create(
        notice(row, happening=row.happened - 1, role=role, why="told", words=words, at=event.at)
        for role in told(flow, state)
    )


def _episode(row: Referral, flow: Flow, state: State) -> Episode:
    written: dict[str, Any] = {}
    for answers in row.writings.order_by("happening").values_list("answers", flat=True):
        written |= answers
    parted = row.parted_in > 0
    return Episode(row.pk, row.blueprint, row.pathway, row.person_id, row.happened, flow, state, written, parted)


def _check_whose(flow: Flow, event: Event, by: Actor) -> None:
    """A step is done by the roles that it is for; what is of no step, by those of any step of the pathway."""
    step = getattr(event, "step", None)
    steps = [step] if step in flow.pathway.steps else list(flow.pathway.steps)
    if not any(by.role.id in flow.roles(one) for one in steps):
        what = flow.step(step).label if step in flow.pathway.steps else flow.pathway.label
        raise NotYours(f"{what}: this is not for a {by.role.name} to do.", do="Somebody of another role does it.")


def _same(one: Happening, event: Event, by: Actor | None) -> bool:
    # Whenever it was sent again: of when it happened, the first sending says the truth.
    return (one.kind, one.body, one.by_id) == (*as_row(event), by.user_id if by else None)


def _not_ahead(event: Event, now: datetime) -> None:
    if event.at > now:
        raise BadInput("This lies in the future.", do="Check the day and the time.")
