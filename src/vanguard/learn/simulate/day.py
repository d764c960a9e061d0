"""One simulated day as the board would have shown it: who came, who took them up, what was decided."""

from datetime import date, timedelta

from vanguard.clock import LONDON, local_date
from vanguard.errors import BadInput
from vanguard.flow import Answered, Arrived, Began, Changed, Closed, Event, Finished, Flow, Paused, Received, Resumed
from vanguard.learn.simulate.plan import Service
from vanguard.learn.simulate.run import run_once, tally_of
from vanguard.learn.simulate.walk import episodes, flows

LINES_A_PERSON = 200


def need_day(service: Service, on: date) -> None:
    """Raises BadInput for a day that is not simulated."""
    first, last = local_date(service.stretch.start), local_date(service.stretch.end - timedelta(minutes=1))
    if not first <= on <= last:
        do = f"Name one from {first:%Y-%m-%d} to {last:%Y-%m-%d}."
        raise BadInput(f"{on:%Y-%m-%d} is not simulated.", where="--day", do=do)


def day(service: Service, on: date, *, seed: int = 1) -> list[str]:
    """The lines of one local day of the first replication, in order of time."""
    tally = tally_of(service, 1, lines=LINES_A_PERSON * service.plan.people)
    one = type(tally)(*(part[0] for part in tally))
    run_once(service, one, seed, 0)
    ways = flows(service.names)
    found = [
        (event.at, number, _said(ways[episode.pathway], event))
        for number, episode in enumerate(episodes(service.names, one.log[: one.logged[0]]), start=1)
        for event in episode.events
        if local_date(event.at) == on
    ]
    found.sort(key=lambda line: line[0])
    return [f"{at.astimezone(LONDON):%H:%M}  referral {number}: {what}" for at, number, what in found]


def _said(flow: Flow, event: Event) -> str:
    steps, questions = flow.pathway.steps, flow.file.questions
    match event:
        case Received():
            return f"received from {flow.pathway.entry.origins[event.origin]}, by {event.channel}"
        case Began():
            return f"{steps[event.step].label}: begun"
        case Arrived():
            return f"{steps[event.step].label}: arrived"
        case Paused():
            return f"paused: {flow.file.pauses[event.reason].label}"
        case Resumed():
            return f"no longer paused: {flow.file.pauses[event.reason].label}"
        case Closed():
            return f"ended: {flow.pathway.ends[event.end].label}"
        case Answered() | Changed() | Finished():
            given = "; ".join(
                f"{questions[q].label} {questions[q].of.get(str(a), 'yes' if a is True else 'no' if a is False else a)}"
                for q, a in event.answers.items()
            )
            if isinstance(event, Changed):
                return f"changed: {given}"
            done = "answered" if isinstance(event, Answered) else "done"
            return f"{steps[event.step].label}: {done}{'. ' + given if given else ''}"
    raise AssertionError(event)
