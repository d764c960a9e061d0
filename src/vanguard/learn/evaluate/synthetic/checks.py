"""Tests that could show a synthetic control to be wrong here."""

from dataclasses import replace

import numpy as np

from vanguard.learn.evaluate.finding import LEVEL, CannotJudge, Check, Table
from vanguard.learn.evaluate.grounds import chance, figure, interval
from vanguard.learn.evaluate.panel import Study
from vanguard.learn.evaluate.synthetic.placebos import Judged, judge
from vanguard.learn.evaluate.synthetic.runs import true_run
from vanguard.learn.evaluate.synthetic.setting import LEAST_BEFORE, Setting, setting

YEARS_EARLIER = 2
WEIGHED = 0.005
"""Comparators of less weight are not left out in turn: it would change nothing that can be seen."""


def placebo_in_space(judged: Judged) -> Check:
    """Passes where gaps of the treated grew more than those of nearly all placebos, or nothing is claimed anyway."""
    estimate, p_value = judged.estimate, judged.p_of_ratio
    claimed = estimate.p_value <= 1 - LEVEL
    number = len(judged.placebos.effects)
    larger = round(p_value * (number + 1)) - 1
    says = (
        f"Given the same start, {larger} of {number} placebos strayed from their synthetic course as much more after "
        f"it than before as the treated did (p = {p_value:.3f}); by the mean effect p = {estimate.p_value:.3f}."
    )
    if claimed and p_value > 1 - LEVEL:
        says += " So the effect on average stands out, but the size of the gaps does not."
    return Check("placebo_in_space", not claimed or p_value <= 1 - LEVEL, says, p_value)


def begun_earlier(given: Study, found: Setting) -> tuple[Setting, str] | None:
    """The study with the start laid YEARS_EARLIER years earlier and nothing after the true one, or half-way where too
    little lies before, and where that is in words; None where there is not enough for either."""
    periods, early, halved = given.panel.periods, [], False
    for window in found.windows:
        start = periods[given.begins[window.unit]]
        wanted = start.replace(year=start.year - YEARS_EARLIER, day=1)
        at = sum(periods[period] < wanted for period in window.before)
        halved |= at < LEAST_BEFORE
        early.append(at if at >= LEAST_BEFORE else len(window.before) // 2)
    if min(early) < LEAST_BEFORE:
        return None
    moved = "half-way through the time before it" if halved else f"{YEARS_EARLIER} years earlier"
    return found.started_earlier(early), moved


def placebo_in_time(given: Study, found: Setting) -> Check:
    """The same design where nothing had begun; passes where it finds no effect there."""
    earlier = begun_earlier(given, found)
    if earlier is None:
        says = (
            f"A start laid earlier could not be tried: fewer than {2 * LEAST_BEFORE} periods lie before the true one."
        )
        return Check("placebo_in_time", None, says)
    placed, moved = earlier
    judged = judge(placed, given.seed).estimate
    passed = judged.p_value > 1 - LEVEL
    says = (
        f"With the start laid {moved}, when nothing had begun, the effect would be {interval(judged)}, "
        f"{chance(judged.p_value)}: "
        f"{'no effect, as it should be' if passed else 'an effect of what had not begun'}."
    )
    return Check("placebo_in_time", passed, says, judged.p_value)


def leave_one_out(given: Study, found: Setting, judged: Judged) -> tuple[Check, Table]:
    """Passes where no single comparator decides: each effect without one lies in the interval, and on the same side of
    nothing where the estimate does."""
    weight = judged.true.weights.mean(axis=0)
    chosen = np.flatnonzero(weight > WEIGHED)
    effects = [float(true_run(found, without=int(one)).effects[0]) for one in chosen]
    estimate = judged.estimate
    aside = not estimate.low <= 0 <= estimate.high
    passed = all(
        estimate.low <= effect <= estimate.high and (not aside or effect * estimate.effect > 0) for effect in effects
    )
    names = [given.panel.units[found.comparators[one]] for one in chosen]
    furthest = int(np.argmax(np.abs(np.array(effects) - estimate.effect)))
    says = (
        f"Without one of the {len(chosen)} comparators that have weight, in turn, the effect lies between "
        f"{figure(min(effects))} and {figure(max(effects))}; {names[furthest]} matters most."
        if len(chosen) > 1
        else f"Without {names[0]}, the only comparator that has weight, the effect is {figure(effects[0])}."
    )
    table: Table = {"comparator": names, "weight": weight[chosen].tolist(), "effect_without": effects}
    return Check("leave_one_out", passed, says), table


def negative_control(given: Study) -> tuple[Check, Table]:
    """The same design on outcomes that the change cannot have touched; passes where none shows an effect at a level
    shared among them (Bonferroni)."""
    names, effects, lows, highs, values, undone = [], [], [], [], [], []
    for name, panel in given.negative_controls.items():
        try:
            # What the plan leaves out stays out; what this outcome does not know, `setting` finds.
            estimate = judge(setting(replace(given, panel=panel)), given.seed).estimate
        except CannotJudge as why:
            undone.append(f"{name} could not be judged: {why}")
            continue
        names.append(name)
        effects.append(estimate.effect)
        lows.append(estimate.low)
        highs.append(estimate.high)
        values.append(estimate.p_value)
    table: Table = {"outcome": names, "effect": effects, "low": lows, "high": highs, "p_value": values}
    if not values:
        return Check("negative_control", None, " ".join(undone) or "The plan names no negative control."), table
    least = min(1.0, min(values) * len(values))
    said = "; ".join(
        f"{name} {figure(effect)} (from {figure(low)} to {figure(high)}), {chance(p)}"
        for name, effect, low, high, p in zip(names, effects, lows, highs, values, strict=True)
    )
    passed = least > 1 - LEVEL
    found = "no effect, as it should be" if passed else "an effect where there can be none"
    says = " ".join([f"On outcomes that the change cannot have touched: {said}: {found}.", *undone])
    return Check("negative_control", passed, says, least), table
