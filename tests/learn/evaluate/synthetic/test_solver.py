"""Weights are the best there are, and the certificate says so."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from vanguard.learn.evaluate.synthetic.solver import weigh

numbers = st.integers(0, 2**32 - 1)


def squares_by_nnls(series: np.ndarray, unit: int) -> float:
    """The same least sum of squares by another way: the weights' sum as one more, very heavy, period."""
    others = np.delete(series, unit, axis=0)
    heavy = 1e5 * np.abs(series).max()
    weights, _ = nnls(
        np.vstack([others.T, np.full(len(others), heavy)]), np.append(series[unit], heavy), maxiter=10_000
    )
    return float(((series[unit] - weights / weights.sum() @ others) ** 2).sum())


@settings(max_examples=60, deadline=None)
@given(numbers, st.integers(2, 40), st.integers(1, 60), st.sampled_from([0.0, 1.0, 30.0]), st.booleans())
def test_no_weights_are_better(seed: int, units: int, periods: int, spread: float, repeated: bool) -> None:
    chance = np.random.default_rng(seed)
    series = 50 + spread * chance.normal(size=(units, 1)) + chance.normal(size=(units, periods))
    if repeated:
        series[-1] = series[0]
    found = weigh(series, np.arange(units), ~np.eye(units, dtype=bool))
    by_hand = ((series - found.weights @ series) ** 2).sum(axis=1)
    scale = ((series - series.mean(axis=0)) ** 2).sum(axis=1).mean() + 1
    assert found.weights.min() >= 0 and np.allclose(found.weights.sum(axis=1), 1) and not np.diag(found.weights).any()
    assert np.allclose(by_hand, found.squares, atol=1e-9 * scale)
    assert found.certificate.max() <= 1e-9 * scale
    assert by_hand[0] <= squares_by_nnls(series, 0) + 1e-9 * scale


def test_where_it_begins_does_not_matter_and_who_may_not_is_not_weighted() -> None:
    chance = np.random.default_rng(1)
    series = chance.normal(size=(90, 30)) + chance.normal(size=(90, 1))
    units = np.arange(90)
    all_others = ~np.eye(90, dtype=bool)
    some = all_others & (chance.random((90, 90)) < 0.5)
    cold = weigh(series, units, some)
    warm = weigh(series, units, some, weigh(series, units, all_others).weights)
    assert np.allclose(cold.weights, warm.weights, atol=1e-9)
    assert not cold.weights[~some].any()


def test_the_certificate_tells_how_far_other_weights_are() -> None:
    chance = np.random.default_rng(2)
    series = chance.normal(size=(12, 40))
    found = weigh(series, np.array([0]), np.arange(12)[None, :] > 0)
    equal = ((series[0] - series[1:].mean(axis=0)) ** 2).sum()
    assert found.squares[0] < equal
    assert found.squares[0] - found.certificate[0] == pytest.approx(squares_by_nnls(series, 0), rel=1e-7)
