"""A cohort: persons as they stood at ends of months, who entered when, and what happened to them on which days."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vanguard.learn.evaluate.panel import Floats, Whole, Yes

Days = NDArray[np.datetime64]
"""datetime64[D]; NaT where there is none."""
Column = NDArray[Any]
NOT_YET = np.iinfo(np.int64).max
YEAR = 365.25


@dataclass(frozen=True)
class Events:
    """E things that happened: to whom, by position in the cohort, and on which day."""

    person: Whole
    day: Days


@dataclass(frozen=True)
class Cohort:
    """P persons, those who entered what is judged and those who may stand beside them; M ends of months."""

    persons: Column
    """P ids."""
    entered: Days
    """P: the day on which the person entered; NaT for who never did."""
    observed_from: Days
    """P: first day on which anything that happens to the person would be known; NaT for always."""
    observed_until: Days
    """P: first day on which it no longer would be (death, moving away); NaT for never."""
    known_until: np.datetime64
    """First day of which nothing is known for anybody yet."""
    month_ends: Days
    """M: the days on which persons are described, in order."""
    columns: Mapping[str, Column]
    """M x P, by name: how persons stood; numbers or words, NaN or None where not known. What never changes may be a
    view of one row."""
    events: Mapping[str, Events]
    """By outcome: the one that is judged, and those that entering cannot have touched."""
    eligible: Yes | None = None
    """M x P: who counts at all, as they stood; None for everybody."""
    choosable: Yes | None = None
    """M x P: who may stand beside others."""

    def day_numbers(self, days: Days, none: int) -> Whole:
        """Days since 1970, with `none` for NaT."""
        return np.where(np.isnat(days), none, days.astype("datetime64[D]").astype(np.int64))


@dataclass(frozen=True)
class Plan:
    """How a cohort is judged; written before the result."""

    outcome: str
    exactly: tuple[str, ...] = ()
    """Columns that must be equal."""
    nearest: tuple[str, ...] = ()
    """Columns of numbers that must be near."""
    distance: Literal["propensity", "mahalanobis"] = "mahalanobis"
    caliper: float | None = None
    """The greatest distance: in standard deviations of the log odds of entering, or as a Mahalanobis distance."""
    controls: int = 1
    """How many others for each person."""
    before: int = 365
    """Days before entering that are looked at."""
    after: int = 365
    """Days after it."""
    per: float = 1.0
    """Rates are of this many person-years."""
    checks: tuple[str, ...] = ("balance", "pre_trend")
    negative_controls: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True)
class Members:
    """S sets of one who entered and k who stand beside them. N rows: the one who entered once beside each control, then
    the controls. A control's time begins on the day on which the one of its set entered, so that nobody has time that
    they had to survive to be chosen."""

    person: Whole
    set: Whole
    """0 .. S - 1."""
    treated: NDArray[np.bool_]
    weight: Floats
    """1 / k."""
    begins: Whole
    """The day (since 1970) from which time runs."""
    ends: Whole
    """The day before which it ends: the plan's, or when the person is no longer observed, or the control enters too."""
    since: Whole
    """The first day before `begins` of which the person's events are known, no earlier than the plan looks."""

    @property
    def sets(self) -> int:
        return int(self.set.max()) + 1


def happened(members: Members, events: Events) -> tuple[Whole, Whole]:
    """Every event of every member, whenever it was: the member's row, and its day less the day from which time runs."""
    order = np.lexsort((events.day, events.person))
    whose = events.person[order]
    days = events.day[order].astype("datetime64[D]").astype(np.int64)
    first, last = np.searchsorted(whose, members.person, "left"), np.searchsorted(whose, members.person, "right")
    counts = last - first
    rows = np.repeat(np.arange(len(members.person)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return rows, days[np.repeat(first, counts) + within] - members.begins[rows]
