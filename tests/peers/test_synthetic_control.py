"""Synthetic control beside pysyncon (the same objective, so the same weights) and scipy (effect and interval)."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import nnls
from tests.learn.evaluate.known_truth import Kind, panel_of

from vanguard.learn.evaluate.synthetic import estimate
from vanguard.learn.evaluate.synthetic.solver import weigh


def test_pysyncon_finds_the_same_weights_and_none_better() -> None:
    import pysyncon

    chance = np.random.default_rng(4)
    months = np.arange(36)
    series = 8 + chance.normal(size=(15, 1)) + 0.4 * np.cos(months / 6 * np.pi) + 0.3 * chance.normal(size=(15, 36))
    found = weigh(series, np.array([0]), np.arange(15)[None, :] > 0)
    table = pd.DataFrame(series.T, columns=[f"U{n}" for n in range(15)])
    peer = pysyncon.Synth()
    # The peer divides each period by its spread; weights of their squares undo that.
    peer.fit(
        X0=table.drop(columns="U0"),
        X1=table["U0"],
        Z0=table.drop(columns="U0"),
        Z1=table["U0"],
        custom_V=series.var(axis=0, ddof=1),
    )
    theirs = ((series[0] - peer.W @ series[1:]) ** 2).sum()
    assert found.squares[0] <= theirs + 1e-9
    assert theirs == pytest.approx(found.squares[0], rel=1e-4)
    assert np.allclose(found.weights[0, 1:], peer.W, atol=5e-3)


def weights(series: np.ndarray, unit: int) -> np.ndarray:
    """Of all others for one unit, by scipy: least squares above 0, and a sum that may hardly be other than 1."""
    others = np.delete(series, unit, axis=0)
    found = nnls(np.vstack([others.T, np.full(len(others), 1e5)]), np.append(series[unit], 1e5), maxiter=10_000)[0]
    return np.insert(found, unit, 0.0)


def test_effect_chance_and_interval_are_those_of_all_placebos_fitted_by_another_hand() -> None:
    """One of 25 units changes. An effect is refused where, once it is taken out of the treated, no more than one in
    twenty of the runs, each measured by its own fit before and the median of all, show as much as it does."""
    study = panel_of(Kind("", 25, 1, 48, (36,)), -0.1, np.random.default_rng(21), seed=0)
    ours, rates = estimate(study).estimate, study.panel.outcomes
    made = np.array([weights(rates[:, :36], unit) for unit in range(25)])
    errors = np.sqrt(((rates - made @ rates)[:, :36] ** 2).mean(axis=1))

    def effects(taken_out: float) -> np.ndarray:
        left = rates.copy()
        left[0, 36:] -= taken_out
        return (left - made @ left)[:, 36:].mean(axis=1)

    def p_value(effect: float) -> float:
        told = np.abs(effects(effect)) / (errors + np.median(errors))
        return float((told >= told[0] * (1 - 1e-9)).mean())

    assert ours.effect == pytest.approx(effects(0.0)[0], rel=1e-4)
    assert ours.p_value == pytest.approx(p_value(0.0))
    for end, out in ((ours.low, -1), (ours.high, 1)):
        assert p_value(end + out * 1e-3) <= 0.05 < p_value(end - out * 1e-3)
