"""Training where a kind of likeness is shown by no match at all."""

from typing import Any

import pytest

from vanguard.know.identity import estimator

ZERO = "m_probability value 0.0 is below the minimum allowed value of 1e-300."


def test_training_goes_round_less_often_and_at_last_the_fixed_values_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def refuses_zero(con: Any, table: str, settings: dict[str, Any], keys: Any) -> dict[str, Any]:
        tried.append(settings["max_iterations"])
        if len(tried) != 2:
            raise ValueError(ZERO)
        return settings | {"trained": True}

    monkeypatch.setattr(estimator, "_trained", refuses_zero)
    assert estimator._trained_as_far_as_possible(None, "t", {}, {}) == {"max_iterations": 8, "trained": True}  # type: ignore[arg-type]
    assert estimator._trained_as_far_as_possible(None, "t", {"fixed": 1}, {}) == {"fixed": 1}  # type: ignore[arg-type]
    assert tried == [25, 8, 25, 8, 3]


def test_another_fault_of_training_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> dict[str, Any]:
        raise ValueError("something else")

    monkeypatch.setattr(estimator, "_trained", breaks)
    with pytest.raises(ValueError, match="something else"):
        estimator._trained_as_far_as_possible(None, "t", {}, {})  # type: ignore[arg-type]
