"""How matched cohorts keep their word on persons whose truth was planted, and how often each check refuses what it
should not: rows of docs/evaluations/known-truth-cohorts.csv and the page beside it.

    python -m scripts.known_cohorts [--runs 2000]

The cohorts are those of tests/learn/evaluate/cohorts.py; checks of panels are asked of difference in differences.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tests.learn.evaluate.cohorts import cohort_of
from tests.learn.evaluate.known_truth import KINDS, panels

from vanguard.learn.evaluate.did_checks import Claim, pre_trend
from vanguard.learn.evaluate.did_effect import Case
from vanguard.learn.evaluate.finding import Estimate
from vanguard.learn.evaluate.matched import Plan, estimate

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "evaluations"
PERSONS, ENTERING = 3_000, 240
EFFECTS = (0.0, -0.1, -0.3)
PLAN = Plan(
    "admissions",
    ("sex", "locality"),
    ("age", "frailty", "admissions_12m"),
    caliper=0.4,
    checks=("balance", "pre_trend", "negative_control"),
    negative_controls=("falls",),
)
BLIND = Plan("admissions", ("sex", "locality"), ("age",), caliper=0.4, checks=PLAN.checks, negative_controls=("falls",))
PANELS = ("national", "staggered", "autocorrelated", "few", "trend")
SEED = 20180806


def of_cohorts(plan: Plan, effect: float, runs: int) -> dict[str, object]:
    """One row: what `runs` cohorts with the effect came to. The truth is a share of the rate of those matched."""
    errors, covered, found, claimed = [], [], [], []
    refused: dict[str, list[bool]] = {check: [] for check in plan.checks}
    for run in range(runs):
        done = estimate(cohort_of(PERSONS, ENTERING, effect, SEED + run).cohort, plan)
        one, truth = done.estimate, effect * done.expected
        errors.append((one.effect - truth) / done.expected)
        covered.append(one.low <= truth <= one.high)
        found.append(one.p_value <= 0.05)
        claimed.append(one.p_value <= 0.05 and not any(check.passed is False for check in done.checks))
        for check in done.checks:
            refused[check.id].append(check.passed is False)
    return {
        "what": "cohort" if plan is PLAN else "blind cohort",
        "effect": effect,
        "runs": runs,
        "bias": round(float(np.mean(errors)), 4),
        "error": round(float(np.std(errors)), 4),
        "coverage": round(float(np.mean(covered)), 4),
        "found": round(float(np.mean(found)), 4),
        "claimed": round(float(np.mean(claimed)), 4),
        **{check: round(float(np.mean(said)), 4) for check, said in refused.items()},
    }


def of_panels(kind: str, runs: int) -> dict[str, object]:
    """One row: how often the check of courses before the start refuses panels in which nothing happened."""
    failed = []
    for study in panels(kind, 0.0, runs, SEED):
        claim = Claim(study, Case.of(study, study.panel), Estimate(0.0, 0.0, 0.0, 1.0))
        failed.append(pre_trend(claim).passed is False)
    return {"what": kind, "effect": 0.0, "runs": runs, "pre_trend": round(float(np.mean(failed)), 4)}


def page(rows: Sequence[dict[str, str]]) -> str:
    """The page of all rows."""
    parts = [HEAD]
    parts.append(
        "| cohorts | planted | runs | bias | spread | 95% interval covers | found | found, and no check fails |"
    )
    parts.append("|---|---:|---:|---:|---:|---:|---:|---:|")
    cohorts = [row for row in rows if row["what"] in WORDS]
    for row in cohorts:
        shares = [f"{float(row[name]):.1%}" for name in ("coverage", "found", "claimed")]
        error = f"{float(row['error']):.1%}"
        cells = [WORDS[row["what"]], planted(row), f"{int(row['runs']):,}", f"{float(row['bias']):+.1%}", error]
        parts.append(f"| {' | '.join([*cells, *shares])} |")
    parts += [
        "",
        REFUSED,
        "| cohorts | planted | balance | courses before | negative control |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in cohorts:
        shares = [f"{float(row[name]):.1%}" for name in ("balance", "pre_trend", "negative_control")]
        parts.append(f"| {' | '.join([WORDS[row['what']], planted(row), *shares])} |")
    parts += ["", OF_PANELS, "| panels | runs | courses before |", "|---|---:|---:|"]
    for row in rows:
        if row["what"] in KINDS:
            parts.append(f"| {KINDS[row['what']].says} | {int(row['runs']):,} | {float(row['pre_trend']):.1%} |")
    return "\n".join(parts).replace("| -", "| \N{MINUS SIGN}") + "\n"


def planted(row: dict[str, str]) -> str:
    """The effect in words."""
    return f"{float(row['effect']):.0%}" if float(row["effect"]) else "none"


WORDS = {"cohort": "Matched on all that matters", "blind cohort": "Matched on age alone"}
HEAD = f"""# Known truth of persons, and of the checks

Cohorts of {PERSONS:,} persons of whom {ENTERING} enter, the frailer the sooner, and fare worse anyway; after entering
their rate is multiplied by 1 + the effect. The simulator is `tests/learn/evaluate/cohorts.py`; `python -m
scripts.known_cohorts` remakes this page. *Bias* and *spread* are shares of the rate of the others like them. With 2,000
runs a true 5% is seen as 4.0% to 6.0% in 19 of 20 cases, with 100 as 1% to 10%.
"""
REFUSED = """## How often each check refuses

A check that is a test refuses one in twenty where nothing is wrong: that is its level. Where what matters was not
matched on, it should refuse most.
"""
OF_PANELS = """## The check of courses before the start, over panels

How often difference in differences is told that places moved apart before the start, in panels without any effect. All
but the last are sound; in the last the treated rise by 2% more a year anyway.
"""


def main() -> None:
    reader = argparse.ArgumentParser(description="Ask matched cohorts, and checks, about planted truth.")
    reader.add_argument("--runs", type=int, default=2000)
    runs = reader.parse_args().runs
    rows: list[dict[str, object]] = []
    for asked in (
        *((of_panels, (kind, runs)) for kind in PANELS),
        *((of_cohorts, (PLAN, effect, runs)) for effect in EFFECTS),
        (of_cohorts, (BLIND, 0.0, runs // 4)),
    ):
        work, given = asked
        rows.append(work(*given))  # type: ignore[operator]
        print(*rows[-1].values(), flush=True)
        told = [{name: str(value) for name, value in row.items()} for row in rows]
        names = list(dict.fromkeys(name for row in rows for name in row))
        with (FOLDER / "known-truth-cohorts.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=names)
            writer.writeheader()
            writer.writerows(told)
        (FOLDER / "known-truth-cohorts.md").write_text(page(told))


if __name__ == "__main__":
    main()
