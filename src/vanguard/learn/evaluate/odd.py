"""Figures that do not fit their unit's own course, and codes that differ in spelling alone: often errors of record."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from vanguard.learn.evaluate.calendar import Every, said
from vanguard.learn.evaluate.panel import Floats, Panel, Yes

FAR = np.log(1.5)
DEVIATIONS = 6.0
NAMED = 5


def odd_figures(panel: Panel, used: Yes, every: Every) -> list[str]:
    """A sentence on the figures that differ from what the unit and the period would lead one to expect by more than
    half, and by more than six times the unit's usual deviation (1.4826 times the median absolute one)."""
    found = deviations(panel.outcomes, used)
    with np.errstate(all="ignore"):
        usual = 1.4826 * _median(np.abs(found), 1)
        odd = (np.abs(found) > FAR) & (np.abs(found) > DEVIATIONS * usual)
    if not odd.any():
        return []
    runs = [
        (
            panel.units[row],
            panel.periods[first],
            panel.periods[last],
            float(np.exp(found[row, first : last + 1].mean()) - 1),
        )
        for row in np.flatnonzero(odd.any(axis=1))
        for first, last in _runs(odd[row])
    ]
    runs.sort(key=lambda run: -abs(np.log1p(run[3])))
    more = f", and {len(runs) - NAMED} more" if len(runs) > NAMED else ""
    shown = "; ".join(_run(*run, every=every) for run in runs[:NAMED])
    return [f"Figures that do not fit their unit's own course, perhaps errors of record: {shown}{more}."]


def alike(units: Sequence[str]) -> list[str]:
    """A sentence on the units whose codes are the same but for capitals, blanks and marks."""
    spelled: dict[str, list[str]] = {}
    for unit in units:
        spelled.setdefault("".join(filter(str.isalnum, unit.casefold())), []).append(unit)
    shown = [" and ".join(same) for same in spelled.values() if len(same) > 1]
    more = f", and {len(shown) - NAMED} more" if len(shown) > NAMED else ""
    return [f"Spelled differently, perhaps the same unit: {'; '.join(shown[:NAMED])}{more}."] if shown else []


def deviations(outcomes: Floats, used: Yes) -> Floats:
    """U x T: log of the outcome less the unit's median and the period's median of what is then left; NaN unknown."""
    with np.errstate(all="ignore"):
        logs = np.where(used & (outcomes > 0), np.log(np.where(outcomes > 0, outcomes, 1.0)), np.nan)
        if not np.isfinite(logs).any():
            return logs
        filled = np.where(np.isfinite(logs), logs, np.nan)
        centred = filled - _median(filled, 1)
        left: Floats = centred - _median(centred, 0)
    return left


def _median(values: Floats, axis: int) -> Floats:
    """The median of the known, 0 where none is."""
    known = np.isfinite(values).any(axis=axis, keepdims=True)
    found: Floats = np.nanmedian(np.where(known, values, 0.0), axis=axis, keepdims=True)
    return found


def _runs(odd: Yes) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], odd, [False]]).astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in edges.reshape(-1, 2)]


def _run(unit: str, first: date, last: date, share: float, *, every: Every) -> str:
    when = said(every, first) if first == last else f"{said(every, first)} to {said(every, last)}"
    return f"{unit} in {when} ({abs(share):.0%} {'below' if share < 0 else 'above'})"
