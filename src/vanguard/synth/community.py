"""Contacts with community teams: spells of care at large and after discharge, each a row of visits."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from vanguard.synth.chance import Floats, Ints, Stream, happen, pick_many, rank_within
from vanguard.synth.days import between, instant, weekday
from vanguard.synth.effect import Served
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates
from vanguard.synth.stays import EMERGENCY, Stays, reasons


@dataclass(frozen=True)
class Contacts:
    """One row a contact, by time: `at` in local seconds, `care` a position in the kinds of care, minutes."""

    person: Ints
    day: Ints
    at: Ints
    care: Ints
    minutes: Ints


def begun(contacts: Contacts, served: Served, end: int) -> Contacts:
    """The contacts and, in a kind of care of its own after the others, the first of everybody whom a service takes on
    before the day `end`: at nine on the first day."""
    person, day = served.person[served.start < end], served.start[served.start < end]
    number = len(person)
    care = np.full(number, len(rates("community")["care"]))
    who = np.concatenate([contacts.person, person])
    at = np.concatenate([contacts.at, instant(day, np.full(number, 9 * 3600))])
    kind = np.concatenate([contacts.care, care])
    order = np.lexsort((kind, who, at))
    return Contacts(
        who[order],
        np.concatenate([contacts.day, day])[order],
        at[order],
        kind[order],
        np.concatenate([contacts.minutes, np.full(number, 60)])[order],
    )


def after(kind: int) -> Floats:
    """For each reason of an emergency stay, the chance of community contacts (0) or reablement (1) after
    it."""
    pairs = []
    for one in reasons("emergency"):
        pair = one["after"]
        assert isinstance(pair, list)
        pairs.append(float(pair[kind]))
    return np.array(pairs)


def discharges(lives: Lives, stays: Stays) -> Stays:
    """Emergency stays from which a person over 65 went home."""
    going = (stays.kind == EMERGENCY) & (lives.band[stays.person] >= 5)
    home = (stays.out < lives.died[stays.person]) & (stays.out < lives.into_care[stays.person])
    return stays.keep(going & home & (stays.out < lives.window.end))


def visit(rng: Stream, lives: Lives, stays: Stays) -> Contacts:
    """All community contacts of the window."""
    table = rates("community")
    kinds = list(table["care"].values())
    rate = np.array(table["referrals_per_year"])[lives.band]
    slope = table["referrals_frailty"]
    rate = rate * np.exp(slope * lives.frailty - slope**2 / 2)
    at_large = happen(rng, rate * lives.years)
    begun = between(rng, lives.first[at_large], lives.gone[at_large])
    kind = pick_many(rng, [one["weight"] for one in kinds], len(at_large))

    home = discharges(lives, stays)
    home = home.keep(rng.random(len(home)) < after(0)[home.reason])
    soon = home.out + rng.poisson(table["after_discharge_days"], len(home))
    person = np.concatenate([at_large, home.person])
    begun = np.concatenate([begun, soon])
    kind = np.concatenate([kind, pick_many(rng, [one["after"] for one in kinds], len(home))])

    return visits(rng, lives, stays, table, kinds, person, begun, kind)


def visits(
    rng: Stream,
    lives: Lives,
    stays: Stays,
    table: dict[str, Any],
    kinds: list[dict[str, Any]],
    person: Ints,
    begun: Ints,
    kind: Ints,
) -> Contacts:
    """A row of contacts for each spell of care: so many of its kind, so many days apart, while the person
    lives here and is not in hospital. `table` has the hours, and the share of weekends."""
    mean = np.array([one["contacts"] for one in kinds])[kind]
    times = 1 + rng.poisson(np.maximum(rng.gamma(2, mean / 2) - 1, 0))
    spell = np.repeat(np.arange(len(person)), np.minimum(times, 90))
    every = np.array([one["every"] for one in kinds])[kind]
    step = rank_within(spell) * every[spell] + rng.random(len(spell)) * np.minimum(every[spell], 2) / 2
    who, day = person[spell], begun[spell] + np.floor(step).astype(np.int64)
    care = kind[spell]
    keeps = (weekday(day) < 5) | (rng.random(len(day)) < table["weekend"]) | (every[spell] <= 1)
    keeps &= (day >= lives.first[who]) & (day < lives.gone[who]) & (day != lives.died[who])
    keeps &= ~stays.cover(who, day)
    who, day, care = who[keeps], day[keeps], care[keeps]
    first, last = table["hours"]
    at = instant(day, (first * 12 + rng.integers(0, (last - first) * 12, len(day))) * 300)
    usual = np.array([one["minutes"] for one in kinds])[care]
    minutes = np.maximum(5, 5 * np.round(usual * rng.uniform(0.6, 1.5, len(day)) / 5)).astype(np.int64)
    order = np.lexsort((care, who, at))
    return Contacts(who[order], day[order], at[order], care[order], minutes[order])
