"""Charts of rare events: by formula, at their borders, and refused where they cannot be."""

from decimal import Decimal, localcontext
from fractions import Fraction
from statistics import mean, median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.learn.measure.spc.plain_xmr import chart

from vanguard.errors import BadInput
from vanguard.learn.measure.spc import RULES, g_chart, t_chart

# Montgomery, Introduction to statistical quality control, example on times between valve failures (hours).
VALVES = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]


def one(values):
    return np.array(values, float), np.arange(len(values)) == 0


def test_a_t_chart_of_valve_failures_is_in_control_round_its_published_mean():
    """The book, which rounds the power to 0.2777, has a transformed mean of 5.386, and nothing out of control."""
    found = t_chart(*one(VALVES))
    assert found.mean[0] ** (1 / 3.6) == pytest.approx(5.386, abs=5e-3)
    assert found.lower[0] == 0
    assert not found.rule.any()


@given(st.lists(st.decimals("0.01", 400, places=2), min_size=2, max_size=20))
def test_t_charts_by_formula(times):
    """The plain reading of the rules, of the times to the power 1/3.6 in fifty digits."""
    found = t_chart(*one(times))
    with localcontext(prec=50):
        power = Decimal("3.6")
        plain = chart([str(Fraction(time ** (1 / power))) for time in times])
        lines = [
            [float(max(Decimal(line.numerator) / line.denominator, Decimal(0)) ** power) for line in lines]
            for *lines, _ in plain
        ]
    np.testing.assert_allclose(np.column_stack([found.mean, found.lower, found.upper]), lines, rtol=1e-9, atol=1e-9)
    assert [RULES[rule] for rule in found.rule] == [rule for *_, rule in plain]


@given(st.lists(st.floats(1e-3, 1e5), min_size=1, max_size=4), st.integers(2, 15))
def test_constant_times_have_themselves_for_lines_and_nothing_special(times, often):
    values = np.repeat(times, often)
    found = t_chart(values, np.arange(len(values)) % often == 0)
    for line in (found.mean, found.lower, found.upper):
        assert line.tolist() == values.tolist()
    assert not found.rule.any()


def test_a_long_quiet_time_is_outside():
    found = t_chart(*one([5, 6, 7, 5, 6, 8, 6, 5, 7, 90]))
    assert RULES[found.rule[9]] == "outside"
    assert found.side[9] == 1


@given(st.lists(st.lists(st.integers(0, 300), min_size=1, max_size=20), min_size=1, max_size=4))
def test_g_charts_by_formula(groups):
    values = np.array([value for group in groups for value in group], float)
    found = g_chart(values, np.array([place == 0 for group in groups for place in range(len(group))]))
    expected = []
    for group in groups:
        centre, reach = mean(group), 3 * (mean(group) * (mean(group) + 1)) ** 0.5
        expected += [(median(group), max(0, centre - reach), centre + reach)] * len(group)
    np.testing.assert_allclose(np.column_stack([found.mean, found.lower, found.upper]), expected, rtol=1e-9, atol=1e-9)
    outside = [value > upper for value, (_, _, upper) in zip(values, expected, strict=True)]
    assert [RULES[rule] == "outside" for rule in found.rule] == outside
    assert "two_of_three" not in {RULES[rule] for rule in found.rule}


def test_a_run_in_a_g_chart_is_of_seven_on_one_side_of_the_median():
    found = g_chart(*one([1, 2, 1, 2, 1, 2, 1, 9, 8, 9, 8, 9, 8, 9]))
    assert {RULES[rule] for rule in found.rule} == {"shift"}
    assert np.isnan(g_chart(*one([np.nan, np.nan])).mean).all()


def test_what_cannot_be_time_or_a_count_is_refused():
    with pytest.raises(BadInput, match="A time between events is 0"):
        t_chart(*one([3, 0]))
    for value in (-1, 2.5):
        with pytest.raises(BadInput, match="is not a count"):
            g_chart(*one([3, value]))
