"""From a plan and its data to a verdict: the design's finding, the checks, and how much hangs on each choice."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from vanguard.blueprint import Evaluation
from vanguard.errors import BadInput
from vanguard.learn.evaluate import matched
from vanguard.learn.evaluate.finding import CannotJudge, Check, Estimate, Finding
from vanguard.learn.evaluate.matched.cohort import Cohort
from vanguard.learn.evaluate.matched.place import how_matched
from vanguard.learn.evaluate.panel import Study
from vanguard.learn.evaluate.panel_file import Table
from vanguard.learn.evaluate.registering import hash_of
from vanguard.learn.evaluate.scope import Scope, scope_of, scope_of_persons
from vanguard.learn.evaluate.study import prepare
from vanguard.learn.evaluate.verdict import NONE, Verdict, enough_comparators, failed, verdict

DESIGNS = {
    "difference_in_differences": "vanguard.learn.evaluate.did",
    "synthetic_control": "vanguard.learn.evaluate.synthetic",
    "interrupted_time_series": "vanguard.learn.evaluate.interrupted",
}
"""Where each design estimates; imported when it is used."""


OTHER_WAYS = {
    "the same, as matched": ("As matched", "Nothing that is still different after matching is taken out."),
    "difference of the changes of rates": (
        "Held against the time before",
        "What the two groups differed by before anyone entered is taken off.",
    ),
}
"""Rows of the matched cohort's table `sensitivity` that answer the same question, and how they are called."""


@dataclass(frozen=True)
class Variation:
    """The same plan with one choice made otherwise, without its checks. Without an estimate it says why."""

    label: str
    estimate: Estimate | None
    expected: float = float("nan")
    problem: str = ""
    because: str = ""
    """The reason of what is done otherwise here."""


@dataclass(frozen=True)
class Judged:
    """One evaluation, done."""

    plan: Evaluation
    scope: Scope
    finding: Finding
    checks: tuple[Check, ...]
    verdict: Verdict
    warnings: tuple[str, ...]
    """For the first page: of the data, of the design, and the checks that failed or could not be done."""
    sensitivity: tuple[Variation, ...]


def judge(
    plan: Evaluation,
    table: Table,
    controls: Mapping[str, Table] | None = None,
    *,
    otherwise: Sequence[tuple[str, str, Table]] = (),
) -> Judged:
    """Do what the plan says; `otherwise` are the same data made in another way, each with a label and the reason of
    what is not done there. Raises BadInput where the data do not allow it."""
    prepared = prepare(plan, table, controls, seed=seed_of(plan))
    try:
        finding = estimated(plan, prepared.study)
    except CannotJudge as problem:
        raise BadInput(str(problem)) from problem
    checks = _checks(plan, prepared.study, finding)
    told = [check.says for check in failed(checks)]
    undone = [f"Could not be checked: {check.says}" for check in checks if check.passed is None]
    missing = [one for one in plan.negative_controls if one not in prepared.study.negative_controls]
    absent = [f"The data have no {one}, which the plan names as a negative control." for one in missing]
    sensitivity = (
        *_variations(plan, table),
        *(_variation(label, because, plan, other) for label, because, other in otherwise),
    )
    reached = verdict(finding.estimate, checks)
    hangs = hangs_on(reached, sensitivity)
    said = dict.fromkeys((*told, *hangs, *prepared.warnings, *finding.warnings, *absent, *undone))
    return Judged(
        plan=plan,
        scope=scope_of(prepared, table.called, table.per),
        finding=finding,
        checks=checks,
        verdict=reached,
        warnings=tuple(said),
        sensitivity=sensitivity,
    )


def judge_persons(plan: Evaluation, cohort: Cohort, called: str = "") -> Judged:
    """Do what the plan of a matched cohort says; `called` is what people call the outcome. Raises BadInput where the
    persons do not allow it."""
    how = how_matched(plan, seed_of(plan))
    try:
        finding = matched.estimate(cohort, how)
    except CannotJudge as problem:
        raise BadInput(str(problem)) from problem
    sensitivity = _other_ways(finding)
    scope = scope_of_persons(plan, cohort, how, finding, called)
    finding = replace(finding, method=finding.method.replace(plan.outcome.replace("_", " "), scope.called))
    reached = verdict(finding.estimate, finding.checks)
    told = [check.says for check in failed(finding.checks)]
    undone = [f"Could not be checked: {check.says}" for check in finding.checks if check.passed is None]
    said = dict.fromkeys((*told, *hangs_on(reached, sensitivity), *finding.warnings, *undone))
    return Judged(
        plan=plan,
        scope=scope,
        finding=finding,
        checks=finding.checks,
        verdict=reached,
        warnings=tuple(said),
        sensitivity=sensitivity,
    )


def _other_ways(finding: Finding) -> tuple[Variation, ...]:
    """The same persons compared in other ways that give a difference of rates."""
    table = finding.tables["sensitivity"]
    found = []
    for number, way in enumerate(map(str, table["way"])):
        if way in OTHER_WAYS:
            values = (float(str(table[name][number])) for name in ("effect", "low", "high", "p_value"))
            label, because = OTHER_WAYS[way]
            found.append(Variation(label, Estimate(*values), finding.expected, because=because))
    return tuple(found)


def hangs_on(reached: Verdict, sensitivity: Sequence[Variation]) -> list[str]:
    """Each choice without which nothing would be clear, in a sentence; nothing where nothing is clear as it is."""
    return [
        f"{one.label}, the same plan shows nothing clear: the verdict hangs on this choice."
        for one in sensitivity
        if reached != NONE and one.estimate is not None and one.estimate.low <= 0 <= one.estimate.high
    ]


def estimated(plan: Evaluation, study: Study) -> Finding:
    """What the design of the plan says about a study. Raises CannotJudge."""
    if plan.design not in DESIGNS:
        raise CannotJudge(
            f"A {plan.design.replace('_', ' ')} compares persons, and these data are of units. Evaluate it in a place, "
            "without --data, or give a folder with persons.csv and events.csv."
        )
    module = importlib.import_module(DESIGNS[plan.design])
    estimate: Callable[[Study], Finding] = module.estimate
    return estimate(study)


def seed_of(plan: Evaluation) -> int:
    """The seed of chance: the same plan gives the same result."""
    return int(hash_of(plan)[:8], 16)


def _checks(plan: Evaluation, study: Study, finding: Finding) -> tuple[Check, ...]:
    if plan.design == "interrupted_time_series":
        return finding.checks
    treated = int(study.treated.sum())
    return (enough_comparators(treated, len(study.panel.units) - treated), *finding.checks)


def _variations(plan: Evaluation, table: Table) -> list[Variation]:
    """Each exclusion lifted in turn, and all of them."""
    found = []
    numbers = range(len(plan.exclusions))
    for number in numbers:
        one = plan.exclusions[number]
        what = f"{', '.join(one.units[:4])}{' …' if len(one.units) > 4 else ''}" or "the days left out"
        found.append(_variation(f"With {what}", one.because, plan, table, lifted=(number,)))
    if len(plan.exclusions) > 1:
        found.append(_variation("With all that the plan leaves out", "", plan, table, lifted=tuple(numbers)))
    return found


def _variation(label: str, because: str, plan: Evaluation, table: Table, *, lifted: tuple[int, ...] = ()) -> Variation:
    try:
        study = prepare(plan, table, lifted=lifted, seed=seed_of(plan)).study
        finding = estimated(plan, replace(study, checks=()))
    except (BadInput, CannotJudge) as problem:
        # What to do about it is for the plan as it is, not for this one.
        what = problem.what if isinstance(problem, BadInput) else str(problem)
        return Variation(label, None, problem=f"Cannot be judged this way: {what}", because=because)
    return Variation(label, finding.estimate, finding.expected, because=because)
