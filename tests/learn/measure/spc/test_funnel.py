"""Funnels: exact limits against sums of the distribution itself, over-dispersion against its formula."""

import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.errors import BadInput
from vanguard.learn.measure.spc import funnel, funnel_chart

sites = st.lists(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=8)


def columns(pairs):
    top, bottom = zip(*pairs, strict=True)
    return np.array(top, float), np.array(bottom, float)


def plain_limit(tail, chance, size):
    """Spiegelhalter's interpolated quantile, adding up chance(0), chance(1), …"""
    total, count = 0.0, 0
    while (total := total + chance(count)) < tail:
        count += 1
    return max(count - (total - tail) / chance(count), 0) / size


@given(sites)
def test_limits_of_shares_are_quantiles_of_the_binomial(pairs):
    found = funnel(*columns(pairs), rates=False)
    share = Fraction(sum(top for top, _ in pairs), sum(n for _, n in pairs))
    for place, (_, n) in enumerate(pairs):
        if 0 < share < 1:
            chances = [float(math.comb(n, k) * share**k * (1 - share) ** (n - k)) for k in range(n + 1)]
            for limit, tail in ((found.lower, 0.025), (found.upper, 0.975), (found.outer_upper, 0.999)):
                assert limit[place] == pytest.approx(plain_limit(tail, lambda k, c=chances: c[k], n), abs=1e-6)


@given(sites)
def test_limits_of_rates_are_quantiles_of_the_poisson(pairs):
    found = funnel(*columns(pairs), rates=True)
    rate = sum(top for top, _ in pairs) / sum(n for _, n in pairs)
    for place, (_, n) in enumerate(pairs):
        if rate:
            chance = lambda k, m=rate * n: math.exp(-m) * m**k / math.factorial(k)
            for limit, tail in ((found.lower, 0.025), (found.upper, 0.975), (found.outer_lower, 0.001)):
                assert limit[place] == pytest.approx(plain_limit(tail, chance, n), abs=1e-6)


def test_a_site_far_off_is_beyond_and_a_site_without_people_has_no_figure():
    found = funnel(np.array([50.0, 52, 48, 90, 0]), np.array([500.0, 500, 500, 500, 0]), rates=False)
    assert list(found.beyond) == [0, 0, 0, 2, 0]
    assert np.isnan([found.value[4], found.upper[4]]).all()
    assert found.centre == 240 / 2000


@pytest.mark.parametrize("rates", [False, True], ids=["shares", "rates"])
def test_sites_that_differ_by_more_than_chance_widen_the_funnel(rates):
    top, bottom = np.array([30.0, 60, 90, 55, 120, 20, 64, 80, 41, 99]), np.full(10, 400.0)
    exact, wide = funnel(top, bottom, rates=rates), funnel(top, bottom, rates=rates, overdispersed=True)
    assert exact.tau2 == 0 < wide.tau2
    assert (np.abs(exact.beyond) > 0).sum() > (np.abs(wide.beyond) > 0).sum()
    change = math.sqrt if rates else lambda share: math.asin(math.sqrt(share))
    error = 1 / (2 * math.sqrt(400))
    scores = np.array([(change(share) - change(exact.centre)) / error for share in top / 400])
    low, high = np.percentile(scores, [10, 90])
    phi = np.mean(np.clip(scores, low, high) ** 2)
    tau2 = (10 * phi - 9) * error**2 / (10 - 1)
    assert wide.tau2 == pytest.approx(tau2)
    reach = change(exact.centre) + NormalDist().inv_cdf(0.975) * math.sqrt(error**2 + tau2)
    assert wide.upper[0] == pytest.approx(reach**2 if rates else math.sin(reach) ** 2)
    alike = funnel(np.full(10, 40.0), bottom, rates=rates, overdispersed=True)
    assert alike.tau2 == 0


def test_figures_that_cannot_be_are_refused():
    with pytest.raises(BadInput, match="Site 2 has 7 of 5"):
        funnel(np.array([1.0, 7]), np.array([5.0, 5]), rates=False)
    with pytest.raises(BadInput, match="No site has a denominator"):
        funnel(np.array([0.0]), np.array([0.0]), rates=True)


def test_sites_of_one_size_have_an_axis_and_limits_that_can_be_seen():
    def drawn(sizes):
        found = funnel(np.full(3, 4.0), np.array(sizes), rates=True)
        spec = funnel_chart(found, ["Ash", "Elm", "Oak"], sizes, title="Stays")
        *limits, points = spec["layer"]
        return {one["mark"]["type"] for one in limits}, points["encoding"]["x"].get("scale"), limits[0]["encoding"]

    marks, scale, encoding = drawn([1000.0, 1000.0, 1000.0])
    assert (marks, scale, set(encoding)) == ({"rule"}, {"domain": [0, 2000.0]}, {"y"})
    marks, scale, encoding = drawn([1000.0, 1000.0, 1005.0])
    assert (marks, scale, set(encoding)) == ({"line"}, None, {"x", "y"})
