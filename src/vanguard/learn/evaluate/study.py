"""A panel under its plan: the units and periods looked at, what is left out and why, and what a reader must know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from vanguard.blueprint import Evaluation, Exclusion
from vanguard.errors import BadInput
from vanguard.lake.condition import nearest
from vanguard.learn.evaluate.calendar import Every, beginning, first_whole, following, moved, said
from vanguard.learn.evaluate.odd import odd_figures
from vanguard.learn.evaluate.panel import NEVER, Floats, Panel, Study, Whole, Yes
from vanguard.learn.evaluate.panel_file import Table
from vanguard.learn.evaluate.shortcomings import (
    begins_later,
    below_nothing,
    comparators_that_vanished,
    known_cells,
    listed,
    not_known,
    nothing_counted,
    refuse_beyond_reckoning,
    refuse_one_value,
    refuse_without_before_and_after,
    refuse_zero,
    shorter_than_planned,
)

OFTEN = 0.05
"""Where more of those at risk than this have the outcome in a period, it is given per hundred, else per thousand."""


@dataclass(frozen=True)
class Prepared:
    """A study, with the names of what was left out and the sentences for the first page."""

    study: Study
    every: Every
    warnings: tuple[str, ...]
    left_out: tuple[str, ...]
    """Each exclusion in a sentence, with its reason."""


def prepare(
    plan: Evaluation,
    table: Table,
    controls: Mapping[str, Table] | None = None,
    *,
    lifted: Collection[int] = (),
    seed: int = 0,
) -> Prepared:
    """The study of a plan on a table. `controls` are its negative controls by measure.

    `lifted` are the numbers of exclusions that are not kept this time, to see how much hangs on them. Raises BadInput
    where the plan asks for what the data do not have.
    """
    unknown = sorted({unit for one in plan.exclusions for unit in one.units} - {*table.units, *table.gone})
    kept = [exclusion for number, exclusion in enumerate(plan.exclusions) if number not in lifted]
    starts, notes = _starts(plan, table)
    gone = {unit for one in kept if one.start is None and one.to is None for unit in one.units}
    starts = {unit: day for unit, day in starts.items() if unit not in gone}
    if not starts:
        raise BadInput("No treated unit is left.", do="Look at the exclusions of the plan.")
    compared = _compared(plan, table, starts, gone)
    rows = [row for row, unit in enumerate(table.units) if unit in starts or unit in compared]
    table = _rows(table, rows)
    window = _window(plan, table, starts)
    excluded = _excluded(kept, table)
    begins, partly = _begins(table, starts)
    excluded |= partly
    whole = table.periods
    table, excluded, begins = _cut(table, excluded, begins, window)
    if not len(table.periods):
        raise BadInput(
            f"The plan looks at the time round {said('day', min(starts.values()))}; the data run from "
            f"{said(table.every, whole[0])} to {said(table.every, whole[-1])}.",
            do="Compare start, before and after with the data.",
        )
    refuse_zero(table, excluded)
    notes += [*below_nothing(table, excluded), *begins_later(table, starts, begins)]
    table, excluded, begins, more = _without_ragged_ends(table, excluded, begins)
    vanished, told = comparators_that_vanished(table, excluded, begins)
    notes += [*shorter_than_planned(plan, table, starts), *more, *told]
    staying = [row for row in range(len(table.units)) if row not in vanished]
    table, excluded, begins = _rows(table, staying), excluded[staying], begins[staying]
    panel = _panel(table)
    used: Yes = ~excluded & np.isfinite(panel.outcomes)
    refuse_without_before_and_after(plan, table, used, begins)
    refuse_beyond_reckoning(panel, used)
    refuse_one_value(panel, used)
    notes += nothing_counted(table, used, begins)
    notes += not_known(table, used, excluded)
    notes += odd_figures(panel, used, table.every)
    if unknown:
        notes.append(f"The plan leaves out {listed(unknown)}, which the data do not have.")
    if any(one.whom for one in kept):
        notes.append("The plan leaves out certain persons; a panel of units cannot: they are counted here.")
    if plan.clustered_by and not table.clusters:
        notes.append(f"The plan groups units by {plan.clustered_by}, which the data do not name: each stands alone.")
    study = Study(
        panel=panel,
        begins=begins,
        used=used,
        clusters=_clusters(table),
        checks=tuple(plan.checks),
        negative_controls={
            name: _panel(_aligned(other, table)) for name, other in (controls or {}).items() if name != table.outcome
        },
        seed=seed,
    )
    return Prepared(study, table.every, (*table.notes, *notes), tuple(exclusion_words(one) for one in kept))


def _starts(plan: Evaluation, table: Table) -> tuple[dict[str, date], list[str]]:
    """The treated units with the day each began: of the plan, else of the data."""
    told = dict(plan.starts) or {unit: plan.start for unit in plan.treated if plan.start}
    if told:
        absent = [unit for unit in told if unit not in table.units]
        if absent:
            raise _no_unit(table, absent[0], "which the plan says changed")
        others = sorted(set(table.starts) - set(told) - {unit for one in plan.exclusions for unit in one.units})
        note = f"The data say that {listed(others)} changed too; the plan does not: compared as if not."
        return told, [note] if others else []
    if not table.starts:
        if plan.design == "interrupted_time_series" and plan.start and len(table.units) == 1:
            return {table.units[0]: plan.start}, []
        raise BadInput(
            "Neither the plan nor the data say which units changed.",
            do="Name them in the plan under treated, or under starts each with its day; or in the data, in a column "
            "treated or start.",
        )
    starts = {unit: day or plan.start for unit, day in table.starts.items()}
    missing = [unit for unit, day in starts.items() if day is None]
    if missing:
        raise BadInput(f"Nobody says when {missing[0]} began.", do="Give start in the plan.")
    note = f"The data, not the plan, say which units changed: {listed(sorted(starts))}."
    return {unit: day for unit, day in starts.items() if day is not None}, [note]


def _no_unit(table: Table, unit: str, which: str) -> BadInput:
    if unit in table.gone:
        return BadInput(
            f"The data have no unit {unit}, {which}: it {table.gone[unit]}.",
            do="Name what is there instead, or leave it out in the plan, with the reason.",
        )
    do = nearest(unit, table.units, otherwise=f"There are {', '.join(table.units[:10])}.")
    return BadInput(f"The data have no unit {unit}, {which}.", do=do)


def _compared(plan: Evaluation, table: Table, starts: Mapping[str, date], gone: Collection[str]) -> set[str]:
    if plan.design == "interrupted_time_series":
        return set()
    named = plan.comparators.units if plan.comparators else ()
    absent = [unit for unit in named if unit not in table.units]
    if absent:
        raise _no_unit(table, absent[0], "which the plan compares with")
    left = {unit for unit in named or table.units if unit not in gone and unit not in starts}
    staggered = len(set(starts.values())) > 1
    if not left and not staggered:
        raise BadInput("There is no unit to compare with.", do="Add rows of units where nothing changed.")
    return left


def _window(plan: Evaluation, table: Table, starts: Mapping[str, date]) -> tuple[int, int]:
    """The first period looked at and the one after the last."""
    first = moved(min(starts.values()), plan.before, back=True)
    end = moved(max(starts.values()), plan.after)
    periods = table.periods
    return first_whole(periods, first), first_whole(periods, end)


def _excluded(kept: Collection[Exclusion], table: Table) -> Yes:
    """U x T: what is left out for a time."""
    excluded = np.zeros((len(table.units), len(table.periods)), dtype=np.bool_)
    last = [following(table.every, first) - timedelta(days=1) for first in table.periods]
    for one in kept:
        if one.start is None and one.to is None:
            continue
        units = [not one.units or unit in one.units for unit in table.units]
        start, to = one.start or date.min, one.to or date.max
        when = [first <= to and end >= start for first, end in zip(table.periods, last, strict=True)]
        excluded |= np.outer(units, when)
    return excluded


def _begins(table: Table, starts: Mapping[str, date]) -> tuple[Whole, Yes]:
    """The first whole period after each start, and the periods within which one lies."""
    begins = np.full(len(table.units), NEVER, dtype=np.int64)
    partly = np.zeros((len(table.units), len(table.periods)), dtype=np.bool_)
    for row, unit in enumerate(table.units):
        if unit in starts:
            day = starts[unit]
            first = first_whole(table.periods, day)
            begins[row] = first
            if first and beginning(table.every, day, table.periods[0]) == table.periods[first - 1] != day:
                partly[row, first - 1] = True
    return begins, partly


def _cut(table: Table, excluded: Yes, begins: Whole, window: tuple[int, int]) -> tuple[Table, Yes, Whole]:
    """Only the periods of the window. A unit that begins after it has not changed within it."""
    first, end = window
    within = slice(first, end)
    cut = replace(
        table,
        periods=table.periods[within],
        numerator=table.numerator[:, within],
        denominator=None if table.denominator is None else table.denominator[:, within],
    )
    length = len(cut.periods)
    moved_on = np.where(begins == NEVER, NEVER, np.maximum(begins - first, 0))
    return cut, excluded[:, within], np.where(moved_on >= length, NEVER, moved_on)


def _rows(table: Table, rows: list[int]) -> Table:
    return replace(
        table,
        units=tuple(table.units[row] for row in rows),
        numerator=table.numerator[rows],
        denominator=None if table.denominator is None else table.denominator[rows],
    )


def _without_ragged_ends(table: Table, excluded: Yes, begins: Whole) -> tuple[Table, Yes, Whole, list[str]]:
    """Without first and last periods of which fewer than half of the units tell anything."""
    most = (known_cells(table) | excluded).mean(axis=0) >= 0.5
    if most.all() or not most.any():
        return table, excluded, begins, []
    first, end = int(np.argmax(most)), len(most) - int(np.argmax(most[::-1]))
    if (first, end) == (0, len(most)):
        return table, excluded, begins, []
    note = f"{len(most) - end + first} periods at the ends are left out: fewer than half of the units tell anything."
    return *_cut(table, excluded, begins, (first, end)), [note]


def _panel(table: Table) -> Panel:
    per = 1.0
    if table.denominator is not None:
        known = known_cells(table)
        rate = table.numerator[known].sum() / max(table.denominator[known].sum(), 1e-300)
        per = 100.0 if rate > OFTEN else 1000.0
    return Panel(table.outcome, table.units, table.periods, table.numerator, table.denominator, per)


def _aligned(other: Table, table: Table) -> Table:
    """Another outcome over the units and periods of the first; NaN where it has none."""
    rows = {unit: row for row, unit in enumerate(other.units)}
    columns = {day: column for column, day in enumerate(other.periods)}

    def grid(of: Floats) -> Floats:
        filled = np.full((len(table.units), len(table.periods)), np.nan)
        ours = [(row, rows[unit]) for row, unit in enumerate(table.units) if unit in rows]
        when = [(column, columns[day]) for column, day in enumerate(table.periods) if day in columns]
        if ours and when:
            to_rows, from_rows = zip(*ours, strict=True)
            to_columns, from_columns = zip(*when, strict=True)
            filled[np.ix_(to_rows, to_columns)] = of[np.ix_(from_rows, from_columns)]
        return filled

    below = other.denominator
    return replace(
        other,
        units=table.units,
        periods=table.periods,
        numerator=grid(other.numerator),
        denominator=None if below is None else grid(below),
    )


def _clusters(table: Table) -> Whole:
    names = [table.clusters.get(unit, f"unit {unit}") for unit in table.units]
    number = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names], dtype=np.int64)


def exclusion_words(one: Exclusion) -> str:
    """What is left out and why, in a sentence."""
    what = listed(list(one.units)) if one.units else "everyone" if one.whom is None else "certain persons"
    when = "".join(
        f" {word} {said('day', day)}" for word, day in (("from", one.start), ("to", one.to)) if day is not None
    )
    return f"{what[0].upper()}{what[1:]}{when}: {one.because}"
