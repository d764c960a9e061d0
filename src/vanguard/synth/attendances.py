"""Emergency department attendances: those that end in admission, and the many that do not."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Bools, Ints, Stream, happen, lognormal, pick, pick_many
from vanguard.synth.days import FOREVER, between, by_month, instant, to_weekday
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates
from vanguard.synth.stays import EMERGENCY, Stays, reasons

ADMITTED = "01"


@dataclass(frozen=True)
class Attendances:
    """One row an attendance, by arrival. `arrival` and `departure` are local seconds (departure FOREVER *
    86,400 while it goes on); `stay` is the stay that it led to, or -1; `reason` a position among the
    reasons of attendances, or of emergency stays for those admitted; `disposal` a position in `disposals`."""

    person: Ints
    day: Ints
    arrival: Ints
    departure: Ints
    stay: Ints
    reason: Ints
    ambulance: Bools
    disposal: Ints
    disposals: list[str]
    fall: Bools

    @property
    def complaint(self) -> Ints:
        """What each person came with: positions in `complaints()`."""
        return self.reason + np.where(self.stay >= 0, len(rates("hospital")["attendances"]), 0)


def complaints() -> list[str]:
    """What people come with, in words: of those who go home, then of those admitted."""
    return [str(one["complaint"]) for one in (*rates("hospital")["attendances"].values(), *reasons("emergency"))]


def attend(rng: Stream, lives: Lives, stays: Stays, through_ed: Bools) -> Attendances:
    """All attendances. `through_ed` marks the stays that began in the department."""
    table = rates("hospital")
    kinds = list(table["attendances"].values())
    admitted = np.flatnonzero(through_ed & (stays.kind == EMERGENCY))
    rate = np.array(table["attendances_by_age"])[lives.band] * np.exp(table["frailty"]["attendances"] * lives.frailty)
    expected = rate * lives.years
    wanted = max(table["attendances_per_head"] * lives.years.sum() - len(admitted), 0)
    person = happen(rng, expected * wanted / max(float(expected.sum()), 1e-9))
    # Nobody comes on the day of their death and goes home.
    low, high = lives.first[person], np.minimum(lives.gone, lives.died)[person]
    day = by_month(rng, between(rng, low, high), low, high, table["attendances_by_month"])
    day = to_weekday(rng, day, low, high, table["weekdays"]["attendances"])
    fits = (day >= lives.first[person]) & (day < lives.died[person]) & ~stays.cover(person, day)
    person, day = person[fits], day[fits]
    weight = np.array([one["weight"] for one in kinds], dtype=float).T[lives.band[person]]
    reason = pick(rng, weight)
    by_ambulance = np.array([one["ambulance"] for one in kinds])[reason, (lives.band[person] >= 6) * 1]

    who = np.concatenate([person, stays.person[admitted]])
    on = np.concatenate([day, stays.day[admitted]])
    is_admitted = np.arange(len(who)) >= len(person)
    minutes = table["minutes"]
    median = np.where(is_admitted, minutes["admitted"], minutes["discharged"]).astype(float)
    length = (np.clip(lognormal(rng, median, minutes["spread"]), 12, 900) * 60).astype(np.int64)
    hour = pick_many(rng, table["hours"], len(who))
    second = hour * 3600 + rng.integers(0, 3600, len(who))
    # The day of admission is the day of leaving the department.
    second = np.where(is_admitted, np.minimum(second, np.maximum(86_340 - length, 0)), second)
    arrival = instant(on, second)
    departure = np.where(is_admitted, np.minimum(arrival + length, on * 86_400 + 86_399), arrival + length)
    departure = np.where(departure >= lives.window.end * 86_400, FOREVER * 86_400, departure)
    ambulance = rng.random(len(who)) < np.concatenate(
        [by_ambulance, np.where(lives.band[stays.person[admitted]] >= 5, 0.72, 0.4)]
    )
    disposals = [code for code, _ in table["disposals"]]
    disposal = pick_many(rng, [share for _, share in table["disposals"]], len(who))
    fall = np.array([bool(one.get("fall")) for one in kinds])
    fall_stay = np.array([bool(one.get("fall")) for one in reasons("emergency")])
    order = np.lexsort((who, arrival))
    return Attendances(
        person=who[order],
        day=on[order],
        arrival=arrival[order],
        departure=departure[order],
        stay=np.concatenate([np.full(len(person), -1), admitted])[order],
        reason=np.concatenate([reason, stays.reason[admitted]])[order],
        ambulance=ambulance[order],
        disposal=np.where(is_admitted, len(disposals), disposal)[order],
        disposals=[*disposals, ADMITTED],
        fall=np.concatenate([fall[reason], fall_stay[stays.reason[admitted]]])[order],
    )
