"""What a synthetic control can be made of: the treated units' periods, and comparators known in all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vanguard.learn.evaluate.finding import CannotJudge
from vanguard.learn.evaluate.panel import Floats, Study, Whole, Yes

LEAST_BEFORE = 8
"""Periods before the start: with fewer, any series can be imitated by chance."""
OTHERS = 18
"""Comparators beside the one that plays the treated: 19 placebos are the fewest that can give a p-value of 0.05."""
KNOWN_BY = 0.5
"""A period that fewer than this share of the comparators know is left out for all."""
NAMED = 6
EXACT = 1e-6


@dataclass(frozen=True)
class Window:
    """One treated unit and its periods."""

    unit: int
    before: Whole
    after: Whole

    @property
    def periods(self) -> Whole:
        periods: Whole = np.concatenate([self.before, self.after])
        return periods


@dataclass(frozen=True)
class Setting:
    """Outcomes (U x T), the treated units with their periods, and the comparators, known in all of those."""

    outcomes: Floats
    windows: tuple[Window, ...]
    comparators: Whole
    warnings: tuple[str, ...] = ()

    @cached_property
    def alike(self) -> bool:
        """Whether all treated units began together and are known in the same periods."""
        first, *others = self.windows
        return all(
            np.array_equal(first.before, other.before) and np.array_equal(first.after, other.after) for other in others
        )

    @property
    def least(self) -> float:
        """A gap that is smaller is what a fit leaves that could not be better."""
        return EXACT * float(np.nanmax(np.abs(self.outcomes)))

    @property
    def rows(self) -> int:
        """How many rows `series` has."""
        return len(self.comparators) + (len(self.windows) if self.alike else 1)

    def series(self, window: Window) -> Floats:
        """The outcomes of the N comparators in the window's periods and, after them, of all treated units where these
        are alike, else of the window's own alone."""
        treated = [one.unit for one in self.windows] if self.alike else [window.unit]
        values: Floats = self.outcomes[np.ix_(np.append(self.comparators, treated), window.periods)]
        return values

    def own_row(self, place: int) -> int:
        """The row of the treated unit of a window in its `series`."""
        return len(self.comparators) + (place if self.alike else 0)

    def started_earlier(self, by: Sequence[int]) -> "Setting":
        """The same before the true start alone, as if each window had begun at its period number `by`."""
        windows = tuple(
            replace(window, before=window.before[:early], after=window.before[early:])
            for window, early in zip(self.windows, by, strict=True)
        )
        return replace(self, windows=windows)


def setting(study: Study) -> Setting:
    """The study as the design can use it; raises CannotJudge, with what would help, where it cannot."""
    panel, warnings = study.panel, []
    if not study.treated.any():
        raise CannotJudge("No unit of the panel is treated. Check the codes of the plan against those of the data.")
    known = _known(study)
    if panel.denominator is not None:
        bad: Yes = np.any(study.used & ~(panel.denominator > 0), axis=1)
        if bad.any():
            warnings.append(f"Without a denominator above 0 in some periods, which are not used: {_named(study, bad)}.")
    comparing = ~study.treated
    known &= (known[comparing].mean(axis=0) >= KNOWN_BY) if comparing.any() else True
    with np.errstate(divide="ignore", invalid="ignore"):
        outcomes = np.where(known, panel.outcomes, np.nan)
    windows, left_out = _windows(study, outcomes, known)
    if left_out.any():
        warnings.append(
            f"Left out, with fewer than {LEAST_BEFORE} periods before the start, none after it, or the same value "
            f"throughout: {_named(study, left_out)}."
        )
    if gaps := [panel.units[w.unit] for w in windows if not study.used[w.unit].all()]:
        warnings.append(f"Not known or left out in some periods, so that the others count: {_few(gaps)}.")
    needed = np.zeros(known.shape[1], bool)
    for window in windows:
        needed[window.periods] = True
    whole = comparing & known[:, needed].all(axis=1)
    if (lost := comparing & ~whole).any():
        warnings.append(f"Comparators not known in every period, left out: {_named(study, lost)}.")
    flat = whole & _constant(outcomes[:, needed])
    if flat.any():
        warnings.append(f"Comparators with the same value in every period, left out: {_named(study, flat)}.")
    comparators = np.flatnonzero(whole & ~flat)
    least = OTHERS + len(windows)
    if len(comparators) < least:
        raise CannotJudge(
            f"There {'is 1 comparator' if len(comparators) == 1 else f'are {len(comparators)} comparators'} for "
            f"{len(windows)} treated; with fewer than {least} no effect, "
            f"however large, could be told from chance. A wider panel would help, or an interrupted time series."
        )
    return Setting(outcomes, windows, comparators, tuple(warnings))


def _known(study: Study) -> Yes:
    panel = study.panel
    known: Yes = study.used & np.isfinite(panel.numerator)
    return known if panel.denominator is None else known & (panel.denominator > 0)


def _windows(study: Study, outcomes: Floats, known: Yes) -> tuple[tuple[Window, ...], Yes]:
    """The treated units that can be judged, with their periods, and those that cannot."""
    windows, left_out = [], np.zeros(len(known), bool)
    for unit in np.flatnonzero(study.treated):
        periods = np.flatnonzero(known[unit])
        begins = study.begins[unit]
        before, after = periods[periods < begins], periods[periods >= begins]
        if len(before) < LEAST_BEFORE or len(after) == 0 or np.ptp(outcomes[unit, periods]) == 0:
            left_out[unit] = True
        else:
            windows.append(Window(int(unit), before, after))
    if not windows:
        raise CannotJudge(
            f"None of the treated ({_named(study, left_out)}) has at least {LEAST_BEFORE} known periods before its "
            "start, one after it, and values that differ. Data from earlier periods would help."
        )
    return tuple(windows), left_out


def _constant(values: Floats) -> Yes:
    """U: whether each row is one value throughout, where known."""
    low, high = np.where(np.isnan(values), np.inf, values), np.where(np.isnan(values), -np.inf, values)
    same: Yes = low.min(axis=1) >= high.max(axis=1)
    return same


def _named(study: Study, which: Yes) -> str:
    return _few([study.panel.units[n] for n in np.flatnonzero(which)])


def _few(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
