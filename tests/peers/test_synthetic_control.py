"""Synthetic control beside pysyncon: the same objective, so the same weights."""

import numpy as np
import pandas as pd
import pytest

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
