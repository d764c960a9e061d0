"""The rules of XmR charts: against a plain reading in exact fractions, and by hand where they are easy to get wrong."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.learn.measure.spc.plain_xmr import chart

from vanguard.learn.measure.spc import RULES, xmr
from vanguard.learn.measure.spc.xmr import BLOCK


def floats(values):
    return np.array([np.nan if value is None else float(value) for value in values])


def rules(values, new=()):
    """The rule of each point; a new group begins at each place of `new`."""
    first = np.zeros(len(values), bool)
    first[list(new)] = True
    return [RULES[rule] for rule in xmr(floats(values), first).rule]


def flagged(values, new=()):
    """The places and rules of the points that are special."""
    return {place: rule for place, rule in enumerate(rules(values, new)) if rule}


# Few different values, so that points fall on lines and on each other; steps that make trends and runs likely.
number = st.decimals(-2, 2, places=1).map(str) | st.integers(-3, 3).map(str)
wandering = st.lists(st.integers(-2, 3), min_size=1, max_size=40).map(
    lambda steps: [str(Decimal(sum(steps[: place + 1])) / 10) for place in range(len(steps))]
)
levels = st.lists(st.tuples(number, st.integers(1, 9)), min_size=1, max_size=6).map(
    lambda parts: [value for value, length in parts for _ in range(length)]
)
free = st.lists(number | st.none(), min_size=1, max_size=30)
far = st.lists(st.decimals(-999, 9999, places=2).map(str), min_size=1, max_size=30)


@given(st.lists(free | wandering | levels | far, min_size=1, max_size=5))
def test_every_point_is_as_the_plain_reading_says(groups):
    values = [value for group in groups for value in group]
    first = [place == 0 for group in groups for place in range(len(group))]
    ours = xmr(floats(values), np.array(first))
    plain = [point for group in groups for point in chart(group)]
    assert [RULES[rule] for rule in ours.rule] == [rule for *_, rule in plain]
    for place, name in enumerate(("mean", "lower", "upper")):
        expected = [np.nan if line[place] is None else float(line[place]) for line in plain]
        np.testing.assert_allclose(getattr(ours, name), expected, rtol=1e-12, atol=1e-9)


def test_many_series_at_once_are_as_each_is_alone():
    """More rows than one block holds, of series of all lengths, some longer than a block, some values missing."""
    chance = np.random.default_rng(1)
    series = [chance.integers(0, 9, length) / 10 for length in (*chance.integers(1, 90, 4000), BLOCK + 5, 7, 1)]
    for values in series[::3]:
        values[chance.random(len(values)) < 0.1] = np.nan
    first = np.concatenate([np.arange(len(values)) == 0 for values in series])
    together = xmr(np.concatenate(series), first)
    assert len(first) > 3 * BLOCK
    alone = [xmr(values, np.zeros(len(values), bool)) for values in series]
    for name in ("mean", "lower", "upper", "rule", "side"):
        np.testing.assert_array_equal(getattr(together, name), np.concatenate([getattr(one, name) for one in alone]))


def test_limits_by_hand():
    """10, 12, 11, 13: mean 11.5, moving ranges 2, 1, 2, average 5/3."""
    found = xmr(floats([10, 12, 11, 13]), np.zeros(4, bool))
    assert found.mean[0] == 11.5
    assert (found.lower[0], found.upper[0]) == pytest.approx((11.5 - 2.66 * 5 / 3, 11.5 + 2.66 * 5 / 3))


def test_screening_happens_once():
    """Ranges of 1 eight times, 40 and 5: 40 is dropped; 5 would be too if one looked again at what is left."""
    values = [10, 11, 10, 11, 10, 11, 10, 11, 10, 50, 55]
    found = xmr(floats(values), np.zeros(11, bool))
    assert found.upper[0] - found.mean[0] == pytest.approx(2.66 * 13 / 9)


@pytest.mark.parametrize("value", ["0.1", "5", "-3.3", "0", "1000000000.7"])
def test_a_constant_series_has_limits_at_its_mean_and_nothing_special(value):
    found = xmr(floats([value] * 13), np.zeros(13, bool))
    for line in (found.mean, found.lower, found.upper):
        assert (line == float(value)).all()
    assert not found.rule.any()


def test_few_points_have_what_can_be_known_of_them():
    one = xmr(floats([4]), np.array([True]))
    assert one.mean[0] == 4
    assert np.isnan([one.lower[0], one.upper[0]]).all()
    none = xmr(floats([None, None]), np.array([True, False]))
    assert np.isnan(none.mean).all()
    assert not none.rule.any()
    assert len(xmr(floats([]), np.zeros(0, bool)).mean) == 0


@pytest.mark.parametrize(
    ("values", "special"),
    [
        ([1, 2, 3, 4, 5, 6, 7], dict.fromkeys(range(1, 6), "trend")),
        ([1, 2, 3, 4, 5, 6, 6], {}),
        ([1, 2, 3, 3, 4, 5, 6, 7], {}),
    ],
    ids=["seven rise", "six rise", "an equal neighbour ends it"],
)
def test_a_trend_is_seven_points_and_six_steps(values, special):
    trend = {place: rule for place, rule in flagged(values).items() if rule == "trend"}
    assert trend == special


def test_a_run_is_seven_points_and_a_point_on_the_mean_ends_it():
    assert rules([1, 3] * 3 + [1] + [4, 6] * 3 + [4]) == ["shift"] * 14
    assert not flagged([3, 1] * 3 + [4, 6] * 3)
    # The mean is 5, and so is the point in the middle of the seven.
    broken = [4, 6, 4, 6, 6, 6, 6, 5, 6, 6, 6, 4, 4, 4, 4, 4]
    assert not flagged(broken)
    assert rules([7 if point == 5 else point for point in broken])[3:11] == ["shift"] * 4 + ["outside"] + ["shift"] * 3


def test_no_rule_looks_over_the_border_of_a_group_or_a_missing_value():
    rising = [1, 2, 3, 4, 5, 6, 7, 8]
    assert "trend" in rules(rising)
    assert "trend" not in rules(rising, new=[4])
    assert "trend" not in rules([1, 2, 3, 4, None, 5, 6, 7, 8])


def test_which_way_a_special_cause_points():
    """A trend points where it goes, whichever side of the mean it is on; any other rule to its side."""
    peak = [0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0]
    assert flagged(peak) == {place: "outside" if place in (0, 6, 12) else "trend" for place in range(13)}
    assert list(xmr(floats(peak), np.zeros(13, bool)).side) == [-1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1]
    assert not xmr(floats([1, 2, 1]), np.zeros(3, bool)).side.any()


def test_the_lines_that_nhsrplotthedots_shows_of_its_own_example() -> None:
    """Twenty normal numbers (R's first after set.seed(123)), with the mean and limits that its tests print of them."""
    values = np.array([
        -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285,
        -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716,
        0.70135590, -0.47279141,
    ])  # fmt: skip
    found = xmr(values, np.arange(20) == 0)
    assert (found.mean[0], found.lower[0], found.upper[0]) == pytest.approx((0.142, -3.01, 3.29), abs=5e-3)
    assert not found.rule.any()
