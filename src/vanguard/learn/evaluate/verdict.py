"""One of three verdicts, never more: a pure function of the estimate and of the checks."""

from collections.abc import Sequence
from math import comb, isfinite
from typing import Literal

from vanguard.learn.evaluate.finding import LEVEL, Check, Estimate

Verdict = Literal["evidence of a fall", "evidence of a rise", "no clear evidence"]
FALL: Verdict = "evidence of a fall"
RISE: Verdict = "evidence of a rise"
NONE: Verdict = "no clear evidence"

INFORMING = ("season", "autocorrelation")
"""Checks that tell what the estimate allows for; all others must not fail."""
FEWEST_ARRANGEMENTS = 20
RULE = (
    "There is evidence of a fall (or of a rise) only where the whole 95% interval lies below (or above) no change, "
    "chance alone would give as much in fewer than 1 of 20 cases, and no check that could show the comparison to be "
    "wrong has failed. In all other cases there is no clear evidence, which is not the same as evidence of no change."
)


def verdict(estimate: Estimate, checks: Sequence[Check]) -> Verdict:
    """What may be said, by RULE. A check that could not be done does not speak against a result: it is told beside
    it."""
    numbers = (estimate.effect, estimate.low, estimate.high, estimate.p_value)
    if not all(map(isfinite, numbers)) or estimate.p_value >= 1 - LEVEL or failed(checks):
        return NONE
    if estimate.low > 0:
        return RISE
    return FALL if estimate.high < 0 else NONE


def failed(checks: Sequence[Check]) -> list[Check]:
    """The checks that speak against the comparison."""
    return [check for check in checks if check.passed is False and check.id not in INFORMING]


def failed_in_words(checks: Sequence[Check]) -> str:
    """Which checks failed, to stand within a sentence; empty where none did."""
    names = [check.id.replace("_", " ") for check in failed(checks)]
    return f"{' and '.join(names)} failed" if names else ""


def enough_comparators(treated: int, compared: int) -> Check:
    """Whether chance can be told from effect at all: in how many ways might others have been the treated ones."""
    ways = comb(treated + compared, treated)
    units = f"{treated} treated and {compared} to compare with"
    if ways >= FEWEST_ARRANGEMENTS:
        return Check("enough_comparators", True, f"There are units enough to tell chance from effect: {units}.")
    return Check(
        "enough_comparators",
        False,
        f"There are too few units to tell chance from effect: {units}. Whichever of them had changed, one in {ways} "
        "would stand out as much by chance alone.",
    )
