"""What everybody may see of a measure's points: nothing under 8, and of a series that is mostly so, nothing."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from vanguard.learn.board.points import FEW, Point, given


def series(*counted: int) -> tuple[Point, ...]:
    """One point a month, of that many events among 1,000 people."""
    return tuple(
        Point(
            start=date(2018, month, 1),
            end=date(2018, month, 28),
            numerator=float(number),
            denominator=1000.0,
            value=float(number),
            standardised=None,
            events=number,
            reason="",
        )
        for month, number in enumerate(counted, 1)
    )


def told(*counted: int) -> tuple[Point, ...]:
    measure = SimpleNamespace(sum=None, per=None)
    blueprint: Any = SimpleNamespace(id="anything", measures={"visits": measure})
    return given(blueprint, {"visits": series(*counted)})["visits"]


def test_a_point_under_8_is_left_out_and_others_are_rounded() -> None:
    points = told(*[42] * 9, 7)
    assert [one.value for one in points] == [40.0] * 9 + [None]
    assert points[-1].reason == FEW and points[-1].numerator is points[-1].events is None


@pytest.mark.parametrize("counted", [(42, 7, 3), (42, 42, 42, 1)])
def test_of_a_series_that_is_often_too_few_nothing_is_told(counted: tuple[int, ...]) -> None:
    """What is left would be the high points alone."""
    for one in told(*counted):
        assert one.reason == FEW
        assert one.value is one.numerator is one.denominator is one.standardised is one.events is None
