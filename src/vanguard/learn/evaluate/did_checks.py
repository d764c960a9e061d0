"""What could show a difference in differences to be wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from vanguard.learn.evaluate import randomisation
from vanguard.learn.evaluate.did_effect import Case, overall, placebos, starts_of
from vanguard.learn.evaluate.event_study import before, blocks
from vanguard.learn.evaluate.finding import LEVEL, CannotJudge, Check, Estimate
from vanguard.learn.evaluate.grounds import chance, figure, significant, stretch
from vanguard.learn.evaluate.panel import NEVER, Floats, Study
from vanguard.learn.evaluate.shared_checks import pretended, untouched


@dataclass(frozen=True)
class Claim:
    """What is to be tested."""

    study: Study
    case: Case
    effect: Estimate


def checks(claim: Claim) -> tuple[Check, ...]:
    """Those that the plan asks for, in its order."""
    return tuple(CHECKS[name](claim) for name in claim.study.checks if name in CHECKS)


def pre_trend(claim: Claim) -> Check:
    """Do the treated already move apart from the others in the time before, half-year by half-year?

    One test of all half-years together: the size of the effects, measured by how they vary when starts are dealt out
    to other units, among those of the deals.
    """
    name = "pre_trend"
    early = before(claim.case, claim.study.panel)
    if early is None:
        return Check(name, None, "The time before the start is too short to compare courses in it.")
    try:
        dealt = early.case.dealt()
    except CannotJudge:
        return Check(name, None, "There are too few places to compare courses before the start.")
    width = max(early.earlier // 4, 1)
    groups = blocks(starts_of(early.case), early.case.used.shape[1], width, width * (early.earlier // width))
    effects, _ = placebos(early.case, dealt, np.ones_like(early.case.outcomes), groups)
    effects = effects[:, np.isfinite(effects).all(axis=0)]
    p_value = randomisation.p_value(_distance(effects))
    passed = p_value > 1 - LEVEL
    moved = "moved alike, as far as can be told" if passed else "already moved apart"
    largest = figure(float(effects[0][np.abs(effects[0]).argmax()]))
    says = (
        f"In the {stretch(claim.study.panel, early.earlier)} before the start, places that changed later and the "
        f"others {moved} ({chance(p_value)}; the largest difference of {effects.shape[1]} stretches was {largest})."
    )
    return Check(name, passed, says, p_value)


def placebo_in_time(claim: Claim) -> Check:
    """Is there an effect of a start that never was, two years earlier, in data that end before the true one?"""
    name = "placebo_in_time"
    early = before(claim.case, claim.study.panel)
    if early is None:
        return Check(name, None, "The time before the start is too short to pretend an earlier one.")
    try:
        found = overall(early.case, np.ones_like(early.case.outcomes)).estimates[0]
    except CannotJudge:
        return Check(name, None, "There are too few places to pretend an earlier start.")
    return pretended(found, stretch(claim.study.panel, early.earlier), early.wished)


def placebo_in_space(claim: Claim) -> Check:
    """Would other places have shown as much, had they been given the starts?"""
    name = "placebo_in_space"
    try:
        dealt = claim.case.dealt()
    except CannotJudge:
        return Check(name, None, "There are too few other places that could have been given the start.")
    starts = starts_of(claim.case)
    groups = np.where(np.arange(claim.case.used.shape[1]) >= starts[:, None], 0, -1)
    effects, _ = placebos(claim.case, dealt, np.ones_like(claim.case.outcomes), groups)
    effects = effects[np.isfinite(effects[:, 0])]
    p_value = randomisation.p_value(effects[:, 0])
    beyond = int((np.abs(effects[1:, 0]) >= abs(effects[0, 0]) - 1e-12).sum())
    passed = not significant(claim.effect) or p_value <= 1 - LEVEL
    says = (
        f"When the starts are given to other places, {beyond:,} of {len(effects) - 1:,} "
        f"{'possible ways' if dealt.exact else 'ways drawn by chance'} show as large a difference "
        f"({chance(p_value)}); {_alone(claim.case, claim.effect)}"
        f"{'' if passed else ' The effect claimed is one that chance could have shown.'}"
    )
    return Check(name, passed, says, p_value)


def _alone(case: Case, effect: Estimate) -> str:
    """Each comparator given the commonest start, the treated left out."""
    others = case.keep(case.begins == NEVER)
    number = len(others.begins)
    starts, counts = np.unique(case.begins[case.begins != NEVER], return_counts=True)
    start = int(starts[counts.argmax()])
    dealt = np.where(np.eye(number, dtype=bool), start, NEVER)
    if number < 2:
        return "there is only one comparator."
    groups = np.where(np.arange(case.used.shape[1]) >= start, 0, -1)[None]
    every = randomisation.Assignments(dealt, exact=True)
    seen = placebos(others, every, np.ones_like(others.outcomes), groups)[0][:, 0]
    larger = int((np.abs(seen[np.isfinite(seen)]) >= abs(effect.effect)).sum())
    return f"given the start alone, {larger} of {number} comparators do."


def leave_one_out(claim: Claim) -> Check:
    """Does the conclusion hang on one place: a treated one, or the comparator with most persons?"""
    name = "leave_one_out"
    results: list[tuple[str, Estimate]] = []
    for row in _those_left_out(claim.study, claim.case):
        rest = claim.case.keep(np.arange(len(claim.case.begins)) != row)
        try:
            found = overall(rest, np.ones_like(rest.outcomes)).estimates[0]
        except CannotJudge:
            continue
        if np.isfinite(found.effect):
            results.append((claim.study.panel.units[row], found))
    if not results:
        return Check(name, None, "There are too few places to leave one out.")
    least = min(results, key=lambda result: result[1].effect)
    most = max(results, key=lambda result: result[1].effect)
    hanging = [unit for unit, found in results if _gone(claim.effect, found)]
    passed = not hanging
    says = (
        f"Leaving out one place at a time, the effect lies between {figure(least[1].effect)} (without {least[0]}) and "
        f"{figure(most[1].effect)} (without {most[0]}); "
        + ("the conclusion stays." if passed else f"the conclusion hangs on {', '.join(hanging)}.")
    )
    return Check(name, passed, says)


def _gone(effect: Estimate, without: Estimate) -> bool:
    """A claim is gone where the effect turns, or chance could show as much in one of ten. Where nothing was claimed,
    an effect that leaving one place out brings about is a claim that this place hid."""
    if significant(effect):
        return without.effect * effect.effect < 0 or without.p_value > 2 * (1 - LEVEL)
    return without.p_value <= (1 - LEVEL) / 2


def _those_left_out(study: Study, case: Case) -> Iterator[int]:
    seen = np.asarray(case.used.any(axis=1))
    treated = np.flatnonzero((case.begins != NEVER) & seen)
    if len(treated) > 1:
        yield from treated.tolist()
    others = np.flatnonzero((case.begins == NEVER) & seen)
    if len(others) > 1:
        size = study.panel.numerator if study.panel.denominator is None else study.panel.denominator
        persons: Floats = np.where(case.used, np.nan_to_num(size), 0.0).sum(axis=1)
        yield int(others[persons[others].argmax()])


def negative_control(claim: Claim) -> Check:
    """Is there an effect on outcomes that the change cannot have touched? One test for all of them (Bonferroni)."""
    results: list[tuple[str, Estimate]] = []
    unjudged = []
    for outcome, panel in claim.study.negative_controls.items():
        try:
            other = Case.of(claim.study, panel)
            results.append((outcome, overall(other, np.ones_like(other.outcomes)).estimates[0]))
        except CannotJudge:
            unjudged.append(outcome)
    return untouched(results, unjudged)


def _distance(effects: Floats) -> Floats:
    """P: how far each row lies from nothing, by how the columns vary together."""
    variation = np.atleast_2d(effects.T @ effects / len(effects))
    far: Floats = np.einsum("pk,kl,pl->p", effects, np.linalg.pinv(variation), effects)
    return far


CHECKS: dict[str, Callable[[Claim], Check]] = {
    "pre_trend": pre_trend,
    "placebo_in_time": placebo_in_time,
    "placebo_in_space": placebo_in_space,
    "leave_one_out": leave_one_out,
    "negative_control": negative_control,
}
