"""Control charts and funnels by other hands: formulas as other packages write them, in SciPy and in many digits.

What NHSRplotthedots, qicharts2 (R) and the funnels of public health in England do is written anew from what they
publish; the examples are theirs. Where we chose otherwise a test says by how much, and docs/spc.md says why.
"""

from decimal import Decimal, localcontext
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from vanguard.learn.measure.spc import RULES, funnel, g_chart, t_chart, xmr
from vanguard.learn.measure.spc.readings import assurance

# Montgomery, Introduction to statistical quality control: hours between failures of a valve.
VALVES = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]


def alone(values: list[float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(values, float), np.arange(len(values)) == 0


def rules(values: list[float]) -> list[str]:
    return [RULES[rule] for rule in xmr(*alone(values)).rule]


def sides(values: list[float]) -> list[int]:
    return [int(side) for side in xmr(*alone(values)).side]


# Each example of NHSRplotthedots' tests of its rules, at a scale at which nothing lies beyond a limit.
@pytest.mark.parametrize(
    ("pattern", "marked"),
    [
        ([1, 2, 3, 4, 5, 6], []),
        ([1, 2, 3, 3, 4, 5, 6], []),
        ([1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5, 6]),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [1, 2, 3, 4, 5, 6, 7]),
        ([7, 6, 5, 4, 3, 2, 1], [0, 1, 2, 3, 4, 5, 6]),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_trends_of_the_examples_of_nhsrplotthedots(pattern: list[int], marked: list[int]) -> None:
    """Beside a restless past, whose limits are so wide that the trend alone is unusual."""
    restless = [-30.0, 40.0] * 12
    found = rules([*restless, *pattern])[len(restless) :]
    assert [place for place, rule in enumerate(found) if rule == "trend"] == marked


def test_where_a_rise_turns_into_a_fall_the_newer_trend_says_which_way() -> None:
    """An example from its issues (0 to 7 and back to 1), before which it was quiet on either side."""
    restless, turning = [-60.0, 80.0] * 12, [0.0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1]
    assert rules(restless + turning)[24:] == ["trend"] * 14
    assert sides(restless + turning)[24:] == [1] * 7 + [-1] * 7


@pytest.mark.parametrize(
    ("near", "side", "marked"),
    [
        ("101", "+++", "101"), ("011", "+++", "011"), ("110", "+++", "110"), ("0010100", "+++++++", "0010100"),
        ("0011000", "+++++++", "0011000"), ("1001", "++++", "0000"), ("10011", "+++++", "00011"),
        ("101", "+-+", "000"), ("011", "+-+", "000"), ("0010100", "+-+-+-+", "0000000"),
    ],
)  # fmt: skip
def test_two_of_three_of_the_examples_of_nhsrplotthedots(near: str, side: str, marked: str) -> None:
    """Near a limit or not, on one side of the mean or the other: the points that are marked."""
    quiet = [-1.0, 1.0] * 40
    reach = 2.66 * 2
    heights = [(0.9 * reach if one == "1" else 0.2 * reach) * (1 if way == "+" else -1)
               for one, way in zip(near, side, strict=True)]  # fmt: skip
    balance = [-height for height in heights]
    chart = [*quiet, *heights, *quiet, -1.0, *balance, 1.0]
    found = xmr(*alone(chart))
    assert found.mean[0] == pytest.approx(0, abs=1e-9)
    assert (found.upper[0] * 2 / 3 < 0.9 * reach < found.upper[0]) and 0.2 * reach < found.upper[0] * 2 / 3
    rule = [RULES[one] == "two_of_three" for one in found.rule[len(quiet) : len(quiet) + len(heights)]]
    assert rule == [one == "1" for one in marked]


def test_what_screening_changes_in_the_example_of_nhsrplotthedots() -> None:
    """The package screens moving ranges as we do; the spreadsheet of Making Data Count does not, and is wider."""
    values = [1.0, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    found, mean = xmr(*alone(values)), sum(values) / 18
    assert (found.lower[0], found.upper[0]) == pytest.approx((mean - 2.66, mean + 2.66))
    assert mean + 2.66 * (15 + 8 + 9) / 17 == pytest.approx(found.upper[0] + 2.347, abs=1e-3)
    assert [place for place, rule in enumerate(found.rule) if RULES[rule] == "outside"] == [4]


def test_assurance_of_the_examples_of_nhsrplotthedots() -> None:
    limits = [(1.0, 3.0), (5.0, 7.0), (1.0, 5.0)]
    assert [assurance(*one, 4.0, "up") for one in limits] == ["misses", "meets", "either"]
    assert [assurance(*one, 4.0, "down") for one in limits] == ["meets", "misses", "either"]
    assert [assurance(*one, 4.0, "neither") for one in limits] == [None] * 3


def test_a_t_chart_in_fifty_digits() -> None:
    """As qicharts2 writes it, with 2.66 for its 3 / 1.128 (a difference of 2 in 10,000 of the reach)."""
    with localcontext(prec=50):
        power = Decimal("3.6")
        times = [Decimal(one) ** (1 / power) for one in VALVES]
        mean = sum(times) / len(times)
        ranges = [abs(b - a) for a, b in pairwise(times)]
        kept = [one for one in ranges if one < Decimal("3.267") * sum(ranges) / len(ranges)]
        reach = sum(kept) / Decimal(len(kept))
        upper, theirs = ((mean + k * reach) ** power for k in (Decimal("2.66"), 3 / Decimal("1.128")))
        centre = mean**power
    found = t_chart(*alone([float(one) for one in VALVES]))
    assert found.mean[0] == pytest.approx(float(centre), rel=1e-12)
    assert found.upper[0] == pytest.approx(float(upper), rel=1e-12)
    assert found.upper[0] == pytest.approx(float(theirs), rel=1e-3)
    assert found.lower[0] == 0


def test_the_limits_of_a_g_chart_are_three_deviations_of_the_geometric_distribution() -> None:
    """SciPy's, of as many failures before an event; at 3 deviations 98.2% of its points lie within."""
    counts = [0.0, 3, 12, 1, 7, 2, 0, 25, 4, 6, 9, 1]
    found, mean = g_chart(*alone(counts)), sum(counts) / len(counts)
    chances = stats.geom(1 / (mean + 1), loc=-1)
    assert chances.mean() == pytest.approx(mean)
    assert found.upper[0] == pytest.approx(mean + 3 * chances.std())
    assert chances.cdf(found.upper[0]) == pytest.approx(0.982, abs=0.003)
    assert (found.lower[0], found.mean[0]) == (0, np.median(counts))
    # Others draw the median of the distribution for the centre, some 0.693 of the mean.
    assert chances.median() == pytest.approx(0.693 * mean, abs=1)


def tails(found: object) -> list[np.ndarray]:
    return [getattr(found, name) for name in ("outer_lower", "lower", "upper", "outer_upper")]


SIZES = np.array([20.0, 57, 140, 400, 2500])
COUNTS = np.array([9.0, 15, 22, 152, 700])


def test_funnel_limits_lie_between_the_whole_quantiles_of_scipy() -> None:
    """SciPy's quantile is the whole count that reaches the tail; ours lies in proportion between it and the one below,
    where the chance of so many crosses it."""
    share = COUNTS.sum() / SIZES.sum()
    for rates, chances in ((False, stats.binom(SIZES, share)), (True, stats.poisson(SIZES * share))):
        found = funnel(COUNTS, SIZES, rates=rates)
        for tail, limit in zip((0.001, 0.025, 0.975, 0.999), tails(found), strict=True):
            whole = chances.ppf(tail)
            assert ((whole - 1 <= limit * SIZES) & (limit * SIZES <= whole)).all()
            below = chances.cdf(whole - 1)
            between = whole - 1 + (tail - below) / (chances.cdf(whole) - below)
            assert limit * SIZES == pytest.approx(np.maximum(between, 0), abs=1e-6)


def test_funnel_limits_come_near_the_normal_ones_that_public_health_in_england_draws() -> None:
    """A published table of PHEindicatormethods (share 80.642448%): normal limits, which pass 100% where sites are small
    and are ours to a tenth of a point from some thousand people on."""
    published = {
        3175: (78.475610, 79.268142, 82.016753, 82.809285),
        31477: (79.954269, 80.205974, 81.078922, 81.330627),
        110000: (80.274317, 80.408963, 80.875933, 81.010578),
    }
    sizes = np.array([*published, 50.0, 1e9])
    found = funnel(sizes * 0.80642448, sizes, rates=False)
    for place, wanted in enumerate(published.values()):
        assert [100 * limit[place] for limit in tails(found)] == pytest.approx(wanted, abs=0.1)
    assert [limit[3] < 1 for limit in tails(found)] == [True] * 4


def test_a_wide_funnel_has_the_variance_of_spiegelhalters_formulas() -> None:
    """Additive over-dispersion from winsorised z-scores, worked out again step by step in 30 digits."""
    found = funnel(COUNTS, SIZES, rates=True, overdispersed=True)
    with localcontext(prec=30):
        counts, sizes = ([Decimal(str(one)) for one in column] for column in (COUNTS, SIZES))
        centre = (sum(counts) / sum(sizes)).sqrt()
        weights = [4 * size for size in sizes]
        scores = [((n / size).sqrt() - centre) * w.sqrt() for n, size, w in zip(counts, sizes, weights, strict=True)]
        low, high = (Decimal(one) for one in np.quantile(np.array(scores, float), [0.1, 0.9]))
        kept = [min(max(one, low), high) for one in scores]
        phi = sum(one**2 for one in kept) / len(kept)
        spare = sum(weights) - sum(one**2 for one in weights) / sum(weights)
        tau2 = max(Decimal(0), (len(kept) * phi - (len(kept) - 1)) / spare)
    assert tau2 > 0
    assert found.tau2 == pytest.approx(float(tau2), rel=1e-9)
