"""The public scorecard, worked out a second time from the rows: what may be shown, its value and its light."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.learn.board.test_pages import near, plain
from tests.learn.measure.spc.plain_xmr import chart

from vanguard.lake import Lake

pytestmark = pytest.mark.sqlite_in_every_run

INPATIENT, WARD_CLOSED, PEOPLE = "setting = 'inpatient'", date(2025, 3, 1), 3_099
"""Of 3,100 people, all there from the first day, one is not to be counted."""
AGAIN = """EXISTS (SELECT 1 FROM event f WHERE f.person_id = e.person_id AND f.event_id <> e.event_id
                   AND f.setting = 'inpatient' AND f.date BETWEEN e.end_date AND e.end_date + 90)"""
Sums = dict[date, tuple[int, int, float]]
"""By the first day of an interval: what is counted, how many events that is, and what it is out of."""


@dataclass(frozen=True)
class Score:
    """As the page has it: `number` and `unit` of the measure, its sums from the rows, which way is better."""

    sums: Sums
    number: float | None
    unit: str
    period: Callable[[date], str]
    direction: str = "down"
    target: float | None = None
    rebased: date = date.min


def month(start: date) -> str:
    return f"{start:%b %Y}"


def quarter(start: date) -> str:
    return f"{start:%b} to {start.replace(month=start.month + 2):%b %Y}"


def from_rows(lake: Lake) -> dict[str, Score]:
    with lake.connect(only=["event"]) as con:

        def sums(interval: str, day: str, what: str, first: date, last: date, out_of: Any = None) -> Sums:
            rows = con.execute(
                f"SELECT date_trunc('{interval}', {day})::DATE AS began, {what} FROM event e "
                "WHERE person_id <> 'p5' GROUP BY began HAVING began BETWEEN ? AND ? ORDER BY began",
                [first, last],
            ).fetchall()
            return {start: (top, events, out_of(start) if out_of else of) for start, top, events, of in rows}

        def years(start: date) -> float:
            return PEOPLE * monthrange(start.year, start.month)[1] / 365.25

        def count(where: str) -> str:
            return f"count(*) FILTER ({where}), count(*) FILTER ({where}), count(*) FILTER ({INPATIENT})"

        first, last = date(2024, 5, 1), date(2026, 5, 1)
        nights = f"sum(nights) FILTER ({INPATIENT}), count(*) FILTER ({INPATIENT}), 0"
        a_year = "per 1,000 people a year"
        return {
            "Stays": Score(
                sums("month", "date", count(INPATIENT), first, last, years),
                1000, a_year, month, target=20, rebased=WARD_CLOSED,
            ),
            "Stays again": Score(
                sums("month", "date", count("method = 'emergency'"), first, last, years), 1000, a_year, month
            ),
            "Falls": Score(
                sums("month", "date", count("setting = 'emergency_department'"), first, last), None, "", month
            ),
            "Nights": Score(
                sums("quarter", "date", nights, date(2024, 7, 1), date(2026, 1, 1), lambda _: PEOPLE),
                1000, "nights per 1,000 people", quarter, direction="neither",
            ),
            # What ended later than this may still be followed.
            "Back again": Score(
                sums("month", "end_date", count(f"{INPATIENT} AND {AGAIN}"), first, date(2026, 2, 1)),
                100, "of 100", month,
            ),
        }  # fmt: skip


def shown(score: Score) -> dict[date, float]:
    """The values that may be told: none of fewer than 8, of rounded counts alone, and none where few are left."""
    told: dict[date, float] = {}
    few = 0
    for start, (top, events, of) in score.sums.items():
        if 0 < events < 8 or (score.number and 0 < of < 8):
            few += 1
        else:
            counted = 5 * round(top / 5)
            told[start] = score.number * counted / (5 * round(of / 5)) if score.number else counted
    return told if few <= 0.1 * (few + len(told)) else {}


def light(score: Score) -> str:
    values = [str(one) for start, one in shown(score).items() if start >= score.rebased]
    if len(values) < 12:
        return "Cannot say"
    if score.direction == "neither":
        return "Steady"
    mean, lower, upper, rule = chart(values)[-1]
    assert mean is not None and lower is not None and upper is not None
    assert rule != "trend", "then the last step says which way, and not the mean"
    higher_is_worse = score.direction == "down"
    worse, better = (rule and (float(values[-1]) > mean) == way for way in (higher_is_worse, not higher_is_worse))
    target = score.target
    if worse or (target is not None and (target < lower if higher_is_worse else target > upper)):
        return "Act"
    if better or (target is not None and (target > upper if higher_is_worse else target < lower)):
        return "Good"
    return "Watch" if target is not None else "Steady"


def test_what_everybody_sees_follows_from_the_rows(signed_in: Callable[..., Client], moon: Path) -> None:
    page = signed_in().get("/scorecard").content.decode()
    said = {plain(one.split("</h2>")[0]): plain(one) for one in page.split('<h2 class="nhsuk-heading-s">')[1:]}
    scores = from_rows(Lake(moon))
    assert said.keys() == {*scores, "Never told"}
    assert "Cannot say" in said["Never told"] and "·" not in said["Never told"]
    lights = set()
    for label, score in scores.items():
        values = shown(score)
        figure = r"(?: · ([\d,.]+) ?(.*?) ?\((.*?)\))?"
        found = re.match(rf"{label} (Act|Watch|Good|Steady|Cannot say){figure} ", said[label])
        assert found, said[label]
        assert found[1] == light(score), label
        lights.add(found[1])
        if not values:
            assert found[2] is None and "Fewer than 8, which would point at people." in said[label], label
            continue
        start, value = list(values.items())[-1]
        aim = f"; target {score.target:g}" if score.target else ""
        assert near(value, found[2]) and found[3] == score.unit, label
        assert found[4] == score.period(start) + aim
    assert len(lights) > 1
