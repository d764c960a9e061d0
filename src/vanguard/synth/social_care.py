"""Social care: packages, and the requests, assessments and reviews around them."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Bools, Ints, Stream, happen, pick, pick_many
from vanguard.synth.columns import Texts
from vanguard.synth.community import after, discharges
from vanguard.synth.days import FOREVER, between
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates
from vanguard.synth.stays import Stays


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
    provider: Texts


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
    provider = np.full(len(person), None, dtype=object)
    which = rng.random(len(person))
    usual = rng.gamma(3, 1 / 3, len(person))
    for number, name in enumerate(PACKAGES):
        here = np.flatnonzero(kind == number)
        one = rule[name]
        if "flat" in one:
            cost[here] = np.round(one["flat"] * (0.85 + 0.3 * which[here]))
            lines = lives.homes.line[lives.care_home[person[here]]]
            provider[here] = [line.split(",")[0] for line in lines]
        else:
            hours[here] = np.maximum(1, np.round(one["hours"] * usual[here]))
            cost[here] = hours[here] * one["per_hour"]
            names = np.array(one["providers"], dtype=object)
            provider[here] = names[(which[here] * len(names)).astype(np.int64)]
    return Packages(person, kind, start, end, hours, cost, provider)


REQUEST, ASSESSMENT, SERVICE, REVIEW = range(4)


@dataclass(frozen=True)
class CareEvents:
    """One row an event at the council, by start: its kind (REQUEST to REVIEW), days (end FOREVER while it goes
    on), the package that it is or leads to (a row of the packages, or -1), the reason of a request (a position
    in `reasons`, or -1), and its outcome (a position in `outcomes`, or -1)."""

    person: Ints
    kind: Ints
    start: Ints
    end: Ints
    package: Ints
    reason: Ints
    outcome: Ints
    reasons: list[str]
    outcomes: list[str]


def ask(rng: Stream, lives: Lives, stays: Stays, packages: Packages, lonely: Bools) -> CareEvents:
    """All events at the council: packages, the requests and assessments before them, yearly reviews, and the
    requests that lead to no package."""
    rule, window = rates("social_care"), lives.window
    reasons = list(rule["reasons"])
    outcomes = [outcome for outcome, _ in rule["outcomes"]] + ["service"]
    package = np.arange(len(packages.person))
    low, high = rule["assessed_days"]
    assessed = packages.start - rng.integers(0, 6, len(package))
    asked = assessed - rng.integers(low, high + 1, len(package))
    due = rule["review_every_days"]
    last = np.minimum(packages.end, np.minimum(window.end, lives.gone[packages.person]))
    reviews = np.maximum((last - packages.start) // due, 0)
    reviewed = np.repeat(package, reviews)
    nth = np.arange(len(reviewed)) - np.repeat(np.cumsum(reviews) - reviews, reviews) + 1
    review = packages.start[reviewed] + nth * due - rng.integers(0, 25, len(reviewed))

    rate = np.array(rule["requests_by_age"])[lives.band] * np.where(lonely, rule["lonely"], 1.0)
    alone = happen(rng, rate * lives.years)
    day = between(rng, lives.first[alone], np.minimum(lives.gone, lives.died)[alone])
    home = discharges(lives, stays)
    home = home.keep(rng.random(len(home)) < rule["from_hospital"])
    vain = np.concatenate([alone, home.person])
    begun = np.concatenate([day, home.out])
    weight = np.array(list(rule["reasons"].values()), dtype=float).T
    reason = pick(rng, weight[lives.band[np.concatenate([packages.person, vain])]])
    company = (rng.random(len(vain)) < 0.5) & lonely[vain]
    reason[len(package) :][company] = reasons.index(rule["lonely_reason"])
    answered = begun + rng.integers(0, high + 1, len(vain))
    outcome = pick_many(rng, [share for _, share in rule["outcomes"]], len(vain))

    none, served = np.full(len(reviewed), -1), np.full(len(package), len(outcomes) - 1)
    bare = np.full(len(package), -1)
    parts = (
        (REQUEST, packages.person, asked, assessed, package, reason[: len(package)], served),
        (ASSESSMENT, packages.person, asked, assessed, package, bare, served),
        (
            SERVICE,
            packages.person,
            packages.start,
            packages.end,
            package,
            np.full(len(package), -1),
            np.full(len(package), -1),
        ),
        (REVIEW, packages.person[reviewed], review, review, reviewed, none, none),
        (REQUEST, vain, begun, answered, np.full(len(vain), -1), reason[len(package) :], outcome),
    )
    kind = np.concatenate([np.full(len(part[1]), part[0]) for part in parts])
    columns = [np.concatenate([part[column] for part in parts]) for column in range(1, 7)]
    person, start, end = columns[:3]
    # What is not a package happens in the window and in life, or is not in the extract.
    until = np.minimum(window.end, np.minimum(lives.gone, lives.died)[person])
    other = kind != SERVICE
    end = np.where(other & (end >= until), np.where(until >= window.end, FOREVER, np.maximum(start, until - 1)), end)
    kept = ~other | ((start >= lives.first[person]) & (start < until))
    order = np.flatnonzero(kept)[np.lexsort((kind[kept], person[kept], start[kept]))]
    of_package, reason, outcome = (column[order] for column in columns[3:])
    return CareEvents(
        person[order], kind[order], start[order], end[order], of_package, reason, outcome, reasons, outcomes
    )
