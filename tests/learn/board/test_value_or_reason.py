"""Of every measure that we ship, a card says a value or a reason in words: never nothing, and never a not-a-number."""

import math
from datetime import date
from itertools import product

from vanguard.blueprint import read, shipped
from vanguard.learn.board.cards import card
from vanguard.learn.board.points import Point
from vanguard.learn.measure.intervals import Kind, after, start_of

WHY = "There was nobody, or nothing, that this could be counted out of."


def points_of(interval: Kind, values: list[float | None]) -> list[Point]:
    found, start = [], start_of(interval, date(2024, 1, 1))
    for value in values:
        reason = WHY if value is None else None
        found.append(Point(start, start, value, 1.0, value, None, 1, reason))
        start = after(interval, start)
    return found


def test_every_card_says_a_value_or_why_there_is_none() -> None:
    """Series of nothing, of reasons alone, of one value, of nought, of the same value, and with gaps."""
    some: list[list[float | None]] = [[], [None] * 3, [4.0], [0.0] * 14, [5.0] * 14, [*range(9), None, None, 3.0, None]]
    measures = [(id, one) for name in shipped() for id, one in read(name).measures.items()]
    assert len(measures) > 80
    for (id, measure), values in product(measures, some):
        points = points_of(measure.interval, values)
        found = card(id, measure, points)
        assert found.sentence.strip() and "nan" not in found.sentence.lower() and "None" not in found.sentence, id
        assert found.light.says and len(found.table) == len(values)
        assert all((row["point"].value is None) == bool(row["point"].reason) for row in found.table)
        for row in found.spec_rows:
            assert not any(isinstance(figure, float) and not math.isfinite(figure) for figure in row.values()), id
