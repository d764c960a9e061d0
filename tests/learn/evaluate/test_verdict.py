"""The verdict: one of three, and what it hangs on."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.learn.evaluate import FALL, NONE, RISE, Check, Estimate, verdict
from vanguard.learn.evaluate.judging import Variation, hangs_on
from vanguard.learn.evaluate.verdict import enough_comparators

PASSED, FAILED, UNDONE = (Check("pre_trend", passed, "So it is.") for passed in (True, False, None))
TOLD = Check("autocorrelation", False, "Months hang together.")


@pytest.mark.parametrize(
    ("low", "high", "p_value", "checks", "found"),
    [
        (-3, -1, 0.001, [PASSED], FALL),
        (1, 3, 0.001, [PASSED], RISE),
        (-3, 1, 0.001, [PASSED], NONE),
        (-1, 3, 0.4, [PASSED], NONE),
        (-3, -1, 0.06, [PASSED], NONE),
        (-3, -1, 0.001, [PASSED, FAILED], NONE),
        (1, 3, 0.001, [FAILED], NONE),
        (-3, -1, 0.001, [UNDONE], FALL),
        (-3, -1, 0.001, [PASSED, TOLD], FALL),
        (-3, 0, 0.04, [PASSED], NONE),
        (-3, -1, math.nan, [PASSED], NONE),
        (-math.inf, -1, 0.01, [PASSED], NONE),
    ],
)
def test_the_rule(low: float, high: float, p_value: float, checks: list[Check], found: str) -> None:
    middle = (low + high) / 2 if math.isfinite(low) else -2
    assert verdict(Estimate(middle, low, high, p_value), checks) == found


@given(st.floats(), st.floats(), st.floats(), st.floats(), st.lists(st.sampled_from([PASSED, FAILED, UNDONE, TOLD])))
def test_nothing_is_claimed_against_the_interval_or_a_check(
    effect: float, low: float, high: float, p_value: float, checks: list[Check]
) -> None:
    found = verdict(Estimate(effect, low, high, p_value), checks)
    if found != NONE:
        assert FAILED not in checks
        assert p_value < 0.05
        assert (high < 0) if found == FALL else (low > 0)


@pytest.mark.parametrize(
    ("treated", "compared", "enough"), [(1, 3, False), (1, 18, False), (1, 19, True), (3, 3, True), (2, 4, False)]
)
def test_chance_can_be_told_from_effect_only_among_enough(treated: int, compared: int, enough: bool) -> None:
    assert enough_comparators(treated, compared).passed is enough


def test_a_verdict_that_one_choice_makes_says_so() -> None:
    clear, unclear = Estimate(-3.0, -5.0, -1.0, 0.01), Estimate(-1.0, -3.0, 1.0, 0.3)
    others = [Variation("With U19", clear), Variation("Without the rule merged", unclear), Variation("With U2", None)]
    (told,) = hangs_on("evidence of a fall", others)
    assert told.startswith("Without the rule merged,")
    assert hangs_on("no clear evidence", others) == []
