"""Contacts with mental health, memory and learning disability teams."""

from typing import Any

import numpy as np

from vanguard.synth.attendances import Attendances
from vanguard.synth.chance import Ints, Stream, happen
from vanguard.synth.community import Contacts, visits
from vanguard.synth.conditions import Conditions
from vanguard.synth.days import FOREVER, YEAR, between
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates
from vanguard.synth.stays import EMERGENCY, Stays


def teams() -> list[dict[str, Any]]:
    """The kinds of care, in the order in which contacts number them."""
    table = rates("mental_health")
    return [*table["care"].values(), table["young"], table["crisis"]]


def see_teams(rng: Stream, lives: Lives, conditions: Conditions, stays: Stays, attendances: Attendances) -> Contacts:
    """All contacts of the window: yearly referrals by condition, of young people, and after a crisis."""
    table = rates("mental_health")
    parts: list[tuple[Ints, Ints, Ints]] = []

    def refer(person: Ints, begun: Ints, kind: int) -> None:
        parts.append((person, begun, np.full(len(person), kind, dtype=np.int64)))

    for kind, one in enumerate(table["care"].values()):
        for id, share in one["of"].items():
            since = np.maximum(conditions.of(id), lives.first)
            there = (since < lives.gone) & (lives.age >= one.get("from_age", 0))
            years = np.where(there, lives.gone - since, 0) / YEAR
            person = happen(rng, np.maximum(years, 0) * share)
            refer(person, between(rng, since[person], lives.gone[person]), kind)
    young = table["young"]
    there = (lives.age >= young["from_age"]) & (lives.age <= young["to_age"])
    person = happen(rng, np.where(there, young["of_all"] * lives.years, 0.0))
    refer(person, between(rng, lives.first[person], lives.gone[person]), len(table["care"]))
    refer(*_crises(rng, stays, attendances), len(table["care"]) + 1)
    who, begun, kinds = (np.concatenate(column) for column in zip(*parts, strict=True))
    return visits(rng, lives, stays, table, teams(), who, begun, kinds)


def _crises(rng: Stream, stays: Stays, attendances: Attendances) -> tuple[Ints, Ints]:
    """Who the crisis team sees from which day: after an attendance in distress, or a stay for an overdose."""
    rule, hospital = rates("mental_health"), rates("hospital")
    kinds = [one["complaint"] == rule["crisis"]["complaint"] for one in hospital["attendances"].values()]
    came = (attendances.stay < 0) & np.array(kinds)[np.where(attendances.stay < 0, attendances.reason, 0)]
    reasons = np.array([reason in rule["crisis_after"] for reason in hospital["emergency"]])
    stayed = (stays.kind == EMERGENCY) & reasons[np.where(stays.kind == EMERGENCY, stays.reason, 0)]
    stayed &= stays.out < FOREVER
    person = np.concatenate([attendances.person[came], stays.person[stayed]])
    day = np.concatenate([attendances.day[came], stays.out[stayed]]) + 1
    seen = rng.random(len(person)) < rule["crisis"]["share"]
    return person[seen], day[seen]
