"""Calls to 111 and ambulance incidents: those behind attendances, and those that end before a hospital."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.attendances import Attendances
from vanguard.synth.chance import Bools, Ints, Stream, happen, lognormal, pick, pick_many
from vanguard.synth.days import between, instant, to_weekday
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates
from vanguard.synth.stays import Stays

MINUTE = 60
DAY = 86_400


@dataclass(frozen=True)
class Incidents:
    """One row an ambulance incident, by call. Times are local seconds; `complaint` is a position in
    `complaints`, or -1 where `attendance` (a row of the attendances, or -1) says it."""

    person: Ints
    call: Ints
    arrived: Ints
    ended: Ints
    category: Ints
    complaint: Ints
    end: Ints
    attendance: Ints
    complaints: list[str]
    ends: list[str]


@dataclass(frozen=True)
class Calls:
    """One row a call to 111, by time: `at` and `ended` in local seconds, positions of symptom and end."""

    person: Ints
    at: Ints
    ended: Ints
    symptom: Ints
    end: Ints
    symptoms: list[str]
    ends: list[str]


def send_ambulances(rng: Stream, lives: Lives, stays: Stays, attendances: Attendances) -> Incidents:
    """All incidents of the window. One that brought a person to the department ends as they arrive."""
    rule = rates("urgent")["ambulance"]
    minutes = rule["minutes"]
    brought = np.flatnonzero(attendances.ambulance)
    rate = np.array(rule["not_conveyed_by_age"])[lives.band] * np.exp(
        rule["frailty"] * lives.frailty - rule["frailty"] ** 2 / 2
    )
    stayed = happen(rng, rate * lives.years)
    day = between(rng, lives.first[stayed], np.minimum(lives.gone, lives.died)[stayed], 0.1)
    fits = _there(lives, stays, stayed, day)
    stayed, day = stayed[fits], day[fits]
    count = len(brought) + len(stayed)
    response, scene, journey = (
        (lognormal(rng, np.full(count, float(minutes[what])), minutes["spread"]) * MINUTE).astype(np.int64)
        for what in ("response", "scene", "journey")
    )
    at = instant(day, pick_many(rng, rates("hospital")["hours"], len(day)) * 3600 + rng.integers(0, 3600, len(day)))
    before = (response + scene + journey)[: len(brought)]
    begun = np.maximum(attendances.arrival[brought] - before, lives.first[attendances.person[brought]] * DAY)
    call = np.concatenate([begun, at])
    ended = np.concatenate(
        [attendances.arrival[brought], np.minimum(at + (response + scene)[len(brought) :], _last(lives, stayed))]
    )
    complaints = list(rule["complaints"])
    weight = np.array(list(rule["complaints"].values()), dtype=float).T[lives.band[stayed]]
    ends = [end for end, _ in rule["ends"]]
    order = np.argsort(call, kind="stable")
    return Incidents(
        person=np.concatenate([attendances.person[brought], stayed])[order],
        call=call[order],
        arrived=np.minimum(call + response, ended)[order],
        ended=ended[order],
        category=pick_many(rng, [share for _, share in rule["categories"]], count)[order],
        complaint=np.concatenate([np.full(len(brought), -1), pick(rng, weight)])[order],
        end=np.concatenate(
            [np.full(len(brought), len(ends)), pick_many(rng, [share for _, share in rule["ends"]], len(stayed))]
        )[order],
        attendance=np.concatenate([brought, np.full(len(stayed), -1)])[order],
        complaints=complaints,
        ends=[*ends, "see_treat_convey"],
    )


def call_111(
    rng: Stream, lives: Lives, stays: Stays, attendances: Attendances, incidents: Incidents, lonely: Bools
) -> Calls:
    """All calls of the window: those that send people to hospital, and the many that do not."""
    rule = rates("urgent")["calls"]
    walked = np.flatnonzero(~attendances.ambulance)
    walked = walked[rng.random(len(walked)) < rule["before_walking_in"]]
    sent = np.flatnonzero(rng.random(len(incidents.person)) < rule["before_ambulance"])
    rate = np.array(rule["by_age"])[lives.band] * np.exp(rule["frailty"] * lives.frailty)
    person = happen(rng, rate * np.where(lonely, rule["lonely"], 1.0) * lives.years)
    low, high = lives.first[person], np.minimum(lives.gone, lives.died)[person]
    day = to_weekday(rng, between(rng, low, high, rule["winter"]), low, high, rule["weekdays"])
    fits = _there(lives, stays, person, day)
    person, day = person[fits], day[fits]
    hour = pick_many(rng, rule["hours"], len(person))
    ends = [end for end, _ in rule["ends"]]
    who = np.concatenate([person, attendances.person[walked], incidents.person[sent]])
    first = lives.first[who] * DAY
    at = np.concatenate(
        [
            instant(day, hour * 3600 + rng.integers(0, 3600, len(person))),
            attendances.arrival[walked] - MINUTE * rng.integers(40, 300, len(walked)),
            incidents.call[sent] - MINUTE * rng.integers(4, 30, len(sent)),
        ]
    )
    at = np.maximum(at, first)
    length = lognormal(rng, np.full(len(who), float(rule["minutes"]["median"])), rule["minutes"]["spread"])
    end = np.concatenate(
        [
            pick_many(rng, [share for _, share in rule["ends"]], len(person)),
            np.full(len(walked), len(ends)),
            np.full(len(sent), len(ends) + 1),
        ]
    )
    weight = np.array(list(rule["symptoms"].values()), dtype=float).T[lives.band[who]]
    order = np.argsort(at, kind="stable")
    return Calls(
        person=who[order],
        at=at[order],
        ended=np.minimum(at + (length * MINUTE).astype(np.int64), _last(lives, who))[order],
        symptom=pick(rng, weight)[order],
        end=end[order],
        symptoms=list(rule["symptoms"]),
        ends=[*ends, rule["emergency_department"], rule["ambulance"]],
    )


def _there(lives: Lives, stays: Stays, person: Ints, day: Ints) -> Bools:
    """Whether these people lived here on these days, and were not in hospital."""
    return (day >= lives.first[person]) & (day < lives.died[person]) & ~stays.cover(person, day)


def _last(lives: Lives, person: Ints) -> Ints:
    """The last second in which something may have happened to each of these people."""
    return np.minimum(lives.window.end, np.minimum(lives.gone, lives.died)[person]) * DAY - 1
