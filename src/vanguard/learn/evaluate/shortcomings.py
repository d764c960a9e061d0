"""What data lack for their plan: refused where nothing could be said without it, told where a reader must know."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from vanguard.blueprint import Evaluation
from vanguard.errors import BadInput
from vanguard.learn.evaluate.calendar import following, moved, said
from vanguard.learn.evaluate.panel import NEVER, Panel, Whole, Yes
from vanguard.learn.evaluate.panel_file import Table

FEWEST_BEFORE = 3
FAR = "P50Y"
"""A plan that looks further than this from its start has set no bound."""
NAMED = 6
LARGEST = 1e100


def refuse_zero(table: Table, excluded: Yes) -> None:
    """Raise BadInput for a denominator of zero or less that is not left out."""
    if table.denominator is None:
        return
    wrong = (table.denominator <= 0) & np.isfinite(table.numerator) & ~excluded
    for row, when in np.argwhere(wrong)[:1]:
        raise BadInput(
            f"The unit {table.units[row]} has {table.denominator[row, when]:g} to divide by in "
            f"{said(table.every, table.periods[when])}.",
            where="column denominator",
            do="Give how many were at risk, or leave the unit out in the plan with a reason.",
        )


def below_nothing(table: Table, excluded: Yes) -> list[str]:
    """A sentence on figures below 0. Raises BadInput where they are events of those at risk, of which there are never
    fewer than none."""
    wrong = (table.numerator < 0) & ~excluded
    if not wrong.any():
        return []
    row, when = np.argwhere(wrong)[0]
    if table.denominator is not None:
        raise BadInput(
            f"The unit {table.units[row]} has {table.numerator[row, when]:g} events in "
            f"{said(table.every, table.periods[when])}, fewer than none.",
            where="column numerator",
            do="Give how many there were, or nothing where it is not known.",
        )
    return [f"{_figures(wrong)} below 0 ({listed(_units(table, wrong))}): right only if the outcome can be."]


def begins_later(table: Table, starts: Mapping[str, date], begins: Whole) -> list[str]:
    """A sentence on the units of the plan that begin after the time looked at."""
    later = [unit for unit, begin in zip(table.units, begins, strict=True) if unit in starts and begin == NEVER]
    if not later or len(later) == len(starts):
        return []
    verb, have = ("begins", "it has") if len(later) == 1 else ("begin", "they have")
    return [f"{listed(later)} {verb} after the last period looked at: {have} not changed in these data."]


def known_cells(table: Table) -> Yes:
    """U x T: whether the table tells the outcome."""
    known: Yes = np.isfinite(table.numerator)
    if table.denominator is not None:
        known &= np.isfinite(table.denominator)
    return known


def comparators_that_vanished(table: Table, excluded: Yes, begins: Whole) -> tuple[set[int], list[str]]:
    """Units that are not there at first, or no longer at last. Raises BadInput where one of them is treated."""
    there = known_cells(table) | excluded
    gone = np.flatnonzero(~there[:, 0] | ~there[:, -1])
    for row in gone:
        if begins[row] != NEVER:
            known = np.flatnonzero(known_cells(table)[row])
            when = "never" if not len(known) else (
                f"only from {said(table.every, table.periods[known[0]])} to "
                f"{said(table.every, table.periods[known[-1]])}"
            )  # fmt: skip
            raise BadInput(
                f"The treated unit {table.units[row]} is {when} in the data.",
                do="If it merged, join it with its successor in every period; else leave it out in the plan, with the "
                "reason.",
            )
    if not len(gone):
        return set(), []
    names = listed([table.units[row] for row in gone])
    note = (
        f"{names} vanish or appear within the time looked at (did they merge?) and are left out of the comparison."
        if len(gone) > 1
        else f"{names} vanishes or appears within the time looked at (did it merge?) and is left out of the comparison."
    )
    return set(map(int, gone)), [note]


def refuse_without_before_and_after(plan: Evaluation, table: Table, used: Yes, begins: Whole) -> None:
    """Raise BadInput without enough periods before the start, any after it, or anyone to compare with."""
    when = np.arange(len(table.periods))
    treated = begins != NEVER
    if not treated.any():
        raise BadInput("There is no period after the start.", do="Wait, or compare the start with the data.")
    before = (used & (when < begins[:, None]))[treated].any(axis=0).sum()
    after = (used & (when >= begins[:, None]))[treated].any(axis=0).sum()
    if before < FEWEST_BEFORE:
        raise BadInput(
            f"There {'is' if before == 1 else 'are'} {before or 'no'} {table.every}{'' if before == 1 else 's'} before "
            "the start, so that nobody can say what would have happened without it.",
            do=f"Give at least {FEWEST_BEFORE}, better two years.",
        )
    if not after:
        raise BadInput("There is no period after the start.", do="Wait, or compare the start with the data.")
    if plan.design != "interrupted_time_series" and not (~treated).any() and len(set(begins.tolist())) < 2:
        raise BadInput("There is no unit left to compare with.", do="Look at the exclusions and at what vanished.")


def refuse_one_value(panel: Panel, used: Yes) -> None:
    """Raise BadInput where all that is looked at is one and the same: not even chance could be told from it."""
    seen = panel.outcomes[used]
    if len(seen) and np.ptp(seen) <= 1e-12 * abs(seen[0]):
        raise BadInput(
            f"The outcome {panel.outcome} is the same in every unit and period looked at ({seen[0]:g}).",
            do="Is it the right column? What never varies cannot be judged.",
        )


def refuse_beyond_reckoning(panel: Panel, used: Yes) -> None:
    """Raise BadInput for figures so large or so small that their squares are no numbers."""
    size = np.abs(panel.outcomes[used]).max(initial=0.0)
    if size > LARGEST or 0 < size < 1 / LARGEST:
        raise BadInput(
            f"The outcome {panel.outcome} is as {'large' if size > 1 else 'small'} as {size:.3g}, which cannot be "
            "reckoned with.",
            do="Give it in other units.",
        )


def nothing_counted(table: Table, used: Yes, begins: Whole) -> list[str]:
    """A sentence on treated units of which nothing but 0 is told on one side of the start: a record that begins or ends
    there looks like an effect."""
    when, changed = np.arange(len(table.periods)), begins != NEVER
    counted = used & (table.numerator != 0)
    notes = []
    for side, word in ((when < begins[:, None], "before"), (when >= begins[:, None], "since")):
        silent = changed & counted.any(axis=1) & (used & side).any(axis=1) & ~(counted & side).any(axis=1)
        if silent.any():
            names = listed([table.units[row] for row in np.flatnonzero(silent)])
            have = "has" if silent.sum() == 1 else "have"
            notes.append(f"{names} {have} nothing but 0 {word} the start: was anything counted then?")
    return notes


def shorter_than_planned(plan: Evaluation, table: Table, starts: Mapping[str, date]) -> list[str]:
    """Where the data hold less time than the plan looks at."""
    first, end = moved(min(starts.values()), plan.before, back=True), moved(max(starts.values()), plan.after)
    notes = []
    unbounded_before = first <= moved(min(starts.values()), FAR, back=True)
    if table.periods[0] > first and not unbounded_before:
        begin = said(table.every, table.periods[0])
        notes.append(f"The plan looks back to {said('day', first)}; the data begin with {begin}.")
    if following(table.every, table.periods[-1]) < end and end < moved(max(starts.values()), FAR):
        last = said(table.every, table.periods[-1])
        notes.append(f"The plan looks forward to {said('day', end)}; the data end with {last}.")
    return notes


def not_known(table: Table, used: Yes, excluded: Yes) -> list[str]:
    """A sentence on what is neither known nor left out."""
    unknown = ~used & ~excluded
    if not unknown.any():
        return []
    return [f"{_figures(unknown)} not known ({listed(_units(table, unknown))}); nothing was put in their place."]


def _figures(which: Yes) -> str:
    number = int(which.sum())
    return "1 figure is" if number == 1 else f"{number:,} figures are"


def _units(table: Table, which: Yes) -> list[str]:
    return [table.units[row] for row in np.flatnonzero(which.any(axis=1))]


def listed(units: list[str]) -> str:
    """Names in a sentence, the first few of many."""
    if len(units) > NAMED:
        return f"{', '.join(units[:NAMED])} and {len(units) - NAMED} more"
    return " and ".join(filter(None, (", ".join(units[:-1]), *units[-1:])))
