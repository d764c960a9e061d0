"""What everybody may see of a measure's points: nothing under 8, and of a series that is mostly so, nothing."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from vanguard.lake import LEAST_PEOPLE, Lake, tables
from vanguard.learn.board.points import FEW, Point, given, large_practices


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


def test_practices_are_counted_anew_when_people_have_moved(tmp_path: Path) -> None:
    """They are counted once for each generation of the table, and no longer."""
    lake = Lake(tmp_path)
    live_there(lake, "K82001", LEAST_PEOPLE)
    assert large_practices(lake) == large_practices(lake) == {"K82001"}
    live_there(lake, "K82002", LEAST_PEOPLE)
    assert large_practices(lake) == {"K82002"}
    live_there(lake, "K82002", LEAST_PEOPLE - 1)
    assert large_practices(lake) == set()


def live_there(lake: Lake, practice: str, people: int) -> None:
    told = {"person_id": "'p' || i", "practice": f"'{practice}'", "start": "DATE '2018-01-01'"}
    columns = ", ".join(
        f'CAST({told.get(one.name, "NULL")} AS {one.sql_type}) AS "{one.name}"'
        for one in tables()["person_period"].columns
    )
    with lake.write(datetime(2018, 8, 6, tzinfo=UTC)) as batch, duckdb.connect() as con:
        batch.replace("person_period", con, f"SELECT {columns} FROM range({people}) t(i)")
