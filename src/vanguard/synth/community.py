"""Community contacts: spells of care at large and after discharge, each a row of visits."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Floats, Ints, Stream, happen, pick_many, rank_within
from vanguard.synth.days import FOREVER, between, instant, weekday
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


@dataclass(frozen=True)
class Packages:
    """One row a package of social care, by start: type and provider as text, days (end FOREVER while it
    goes on), hours a week and pounds a week."""

    person: Ints
    kind: Ints
    start: Ints
    end: Ints
    hours: Ints
    cost: Ints
    provider: list[str]


PACKAGES = ("reablement", "home_care", "day_care", "residential", "nursing")


def support(rng: Stream, lives: Lives, stays: Stays) -> Packages:
    """All packages that run in the window: reablement after discharge, home care after some of it or at
    large, day care, and places in care homes that the council pays for."""
    table = rates("community")
    rule = table["packages"]
    parts: list[tuple[int, Ints, Ints, Ints]] = []

    home = discharges(lives, stays)
    chance = after(1)[home.reason] * np.clip(0.7 + 0.35 * lives.frailty[home.person], 0.2, 1.6)
    home = home.keep(rng.random(len(home)) < chance)
    start = home.out + rng.integers(0, 4, len(home))
    low, high = rule["reablement"]["days"]
    end = start + rng.integers(low, high + 1, len(home))
    parts.append((0, home.person, start, end))
    stays_on = rng.random(len(home)) < table["home_care_after_reablement"]
    length = np.floor(rng.exponential(rule["home_care"]["mean_years"] * 365, len(home))).astype(np.int64)
    parts.append((1, home.person[stays_on], end[stays_on], (end + 14 + length)[stays_on]))

    slope = table["home_care_frailty"]
    for kind, share, tilt in (
        (1, table["home_care_share"], np.exp(slope * lives.frailty - slope**2 / 2)),
        (2, table["day_care_share"], np.ones(len(lives))),
    ):
        person = np.flatnonzero(rng.random(len(lives)) < np.array(share)[lives.band] * tilt)
        mean = rule[PACKAGES[kind]]["mean_years"] * 365
        ago = np.floor(rng.exponential(mean, len(person))).astype(np.int64)
        begun = np.maximum(lives.gone[person] - 1 - ago, lives.came[person])
        stops = rng.random(len(person)) < 0.15
        ends = between(rng, begun, np.maximum(lives.gone[person], begun + 1))
        parts.append((kind, person, begun, np.where(stops, ends, FOREVER)))

    into = (lives.into_care < lives.gone) & (rng.random(len(lives)) < table["care_home_funded_by_council"])
    nursing = rng.random(len(lives)) < table["care_home_nursing"]
    for kind, those in ((3, into & ~nursing), (4, into & nursing)):
        person = np.flatnonzero(those)
        parts.append((kind, person, lives.into_care[person], np.full(len(person), FOREVER)))
    return _packages(rng, lives, parts)


def _packages(rng: Stream, lives: Lives, parts: list[tuple[int, Ints, Ints, Ints]]) -> Packages:
    """The parts as one table: cut off at death, departure and the move to a care home; only what touches the
    window."""
    rule = rates("community")["packages"]
    kind = np.concatenate([np.full(len(part[1]), part[0]) for part in parts])
    person, start, end = (np.concatenate([part[column] for part in parts]) for column in (1, 2, 3))
    end = np.where(kind < 3, np.minimum(end, lives.into_care[person]), end)
    stays = (lives.gone[person] >= lives.window.end) & (lives.died[person] == FOREVER)
    last = np.where(lives.died[person] < FOREVER, lives.died[person], lives.gone[person])
    end = np.where(stays, np.where(end >= lives.window.end, FOREVER, end), np.minimum(end, last))
    real = (start < np.minimum(end, lives.gone[person])) & (end > lives.window.start)
    person, kind, start, end = person[real], kind[real], start[real], end[real]
    order = np.lexsort((kind, person, start))
    person, kind, start, end = person[order], kind[order], start[order], end[order]

    hours = np.zeros(len(person), dtype=np.int64)
    cost = np.zeros(len(person), dtype=np.int64)
    provider = [""] * len(person)
    which = rng.random(len(person))
    usual = rng.gamma(3, 1 / 3, len(person))
    for number, name in enumerate(PACKAGES):
        here = np.flatnonzero(kind == number)
        one = rule[name]
        if "flat" in one:
            cost[here] = np.round(one["flat"] * (0.85 + 0.3 * which[here]))
            for row in here:
                line = lives.homes.line[lives.care_home[person[row]]]
                provider[row] = line.split(",")[0]
        else:
            hours[here] = np.maximum(1, np.round(one["hours"] * usual[here]))
            cost[here] = hours[here] * one["per_hour"]
            for row in here:
                provider[row] = one["providers"][int(which[row] * len(one["providers"]))]
    return Packages(person, kind, start, end, hours, cost, provider)
