"""An episode in the words of the lake's `event`, as measures count them. Pure.

A referral is a ServiceRequest; a date that was asked for an Observation; one run of a clock whose promise is settled a
Task, and so is a hand-over; a step, and the whole, an EpisodeOfCare; someone told a Communication.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from vanguard.blueprint import Blueprint
from vanguard.care.outbox import Entry
from vanguard.flow import Flow, Reading, State, handed_over, readings

SETTING = "community"


def reported(
    blueprint: Blueprint,
    flow: Flow,
    state: State,
    written: Mapping[str, Any],
    notices: Iterable[tuple[str, int, datetime]],
    now: datetime,
) -> dict[str, Entry]:
    """Everything that can be said of an episode at an instant, by a key that stays.

    `written` are the answers of its forms; `notices` who was told: role, number of the happening, and when.
    """
    whole = f"pathway:{flow.pathway.id}"
    ended = flow.pathway.ends[state.finish.end] if state.finish else None
    end = state.finish.at if state.finish else None
    origin = flow.pathway.entry.origins[state.received.origin]
    entries = {
        "request": Entry(
            "ServiceRequest",
            "completed" if ended else "active",
            flow.pathway.label,
            (f"origin:{state.received.origin}", whole),
            start=state.received.at,
            text=origin,
        ),
        "whole": Entry(
            "EpisodeOfCare",
            "finished" if ended else "active",
            flow.pathway.label,
            (*([f"end:{ended.id}"] if ended else []), whole),
            start=state.received.at,
            end=end,
            setting=SETTING,
            text=ended.label if ended else None,
        ),
    }
    entries |= _steps(flow, state)
    entries |= _promises(flow, state, now)
    entries |= _days(blueprint, written)
    entries |= _handed_over(flow, state, written)
    for role, number, at in notices:
        words = blueprint.roles[role].label if role in blueprint.roles else role
        told = Entry("Communication", "completed", f"Told: {words}", (f"told:{role}",), start=at)
        entries[f"told/{role}/{number}"] = told
    return entries


def _steps(flow: Flow, state: State) -> Iterator[tuple[str, Entry]]:
    """Each time that a step was entered. One that the end of the episode cut short was cancelled."""
    ends: dict[str, list[datetime]] = {}
    for moment in state.moments:
        step, _, what = moment.name.partition(".")
        if what == "finished":
            ends.setdefault(step, []).append(moment.at)
    count: dict[str, int] = {}
    for moment in state.moments:
        step, _, what = moment.name.partition(".")
        if what != "entered":
            continue
        turn = count[step] = count.get(step, -1) + 1
        done = ends.get(step, [])[turn : turn + 1]
        closed = [state.finish.at] if state.finish else []
        status = "finished" if done else "cancelled" if closed else "active"
        yield (
            f"step/{step}/{turn}",
            Entry(
                "EpisodeOfCare",
                status,
                flow.step(step).label,
                (f"step:{step}",),
                start=moment.at,
                end=next(iter([*done, *closed]), None),
                setting=SETTING,
            ),
        )


def _promises(flow: Flow, state: State, now: datetime) -> Iterator[tuple[str, Entry]]:
    """Each run of a clock of which it is known whether the promise was kept. One that was dropped in time is none."""
    turns: dict[str, int] = {}
    for reading in readings(flow, state, now):
        turn = turns[reading.clock.id] = turns.get(reading.clock.id, -1) + 1
        broken = _broken(reading, now)
        if broken or reading.status == "stopped":
            yield (
                f"clock/{reading.clock.id}/{turn}",
                Entry(
                    "Task",
                    "failed" if broken else "completed",
                    reading.clock.label,
                    (f"clock:{reading.clock.id}",),
                    start=reading.started,
                    end=reading.until,
                ),
            )


def _broken(reading: Reading, now: datetime) -> bool:
    """Whether more time went by than was promised; a clock that runs out this instant without a stop is too late."""
    return reading.breached or (reading.until is None and reading.due is not None and reading.due <= now)


def _handed_over(flow: Flow, state: State, written: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    """The hand-over of an episode that asks on which day the next service begins; without a gap it is completed."""
    over = handed_over(flow, state, written)
    if over and over.asked and state.finish:
        status = "completed" if over.gap == 0 else "failed"
        label = f"{flow.pathway.ends[over.end].label}: handed over"
        yield "hand_over", Entry("Task", status, label, (f"hand_over:{over.end}",), start=state.finish.at)


def _days(blueprint: Blueprint, written: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    """The dates among the answers, each on its own day."""
    for id, asked in blueprint.plans.questions.items():
        if asked.kind == "date" and id in written:
            day = date.fromisoformat(written[id])
            yield f"answer/{id}", Entry("Observation", "final", asked.label, (f"answer:{id}",), day=day)
