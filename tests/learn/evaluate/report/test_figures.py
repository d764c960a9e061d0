"""What a report's figures show beside numbers: the line at the start, and the line where nothing has changed."""

import re
from datetime import date

from vanguard.learn.evaluate.report.cohort_figures import of_persons
from vanguard.learn.evaluate.report.figures import GREY, course, forest, lines, svg


def grey_line(drawn: str) -> tuple[float, float]:
    """How far the one grey line goes across and down."""
    found = re.findall(rf'<line [^>]*x2="(-?[\d.]+)" y2="(-?[\d.]+)"[^>]* stroke="{GREY}"', drawn)
    ((across, down),) = found
    return abs(float(across)), abs(float(down))


def test_an_event_study_shows_where_no_effect_lies() -> None:
    table = {"from": [-3, 0, 3], "effect": [0.1, -0.2, -0.3], "low": [-0.1, -0.4, -0.5], "high": [0.3, 0.0, -0.1]}
    drawn = svg(lines(table, x="from", y="effect", unit="change", x_title="Months since the start", low="low"))
    assert grey_line(drawn) == (560, 0)


def test_a_row_of_results_shows_where_no_effect_lies() -> None:
    rows = [{"label": name, "effect": -0.3, "low": -0.5, "high": 0.1} for name in ("As planned", "With U19")]
    assert grey_line(svg(forest(rows, unit="change"))) == (0, 2 * 19)


def test_a_course_shows_the_start() -> None:
    periods = [date(2015, month, 1) for month in range(1, 7)]
    level: list[object] = [8.1] * 6
    table = {"period": periods, "observed": level, "expected": level, "low": [7.8] * 6, "high": [8.4] * 6}
    assert grey_line(svg(course(table, start=date(2015, 4, 1), unit=["stays", "a month"]))) == (0, 240)


def test_figures_of_persons_show_the_day_of_entering_and_what_counts_as_alike() -> None:
    two: list[object] = [1.0, 2.0]
    tables = {
        "course": {"period": [-1, 0], "observed": two, "expected": two, "low": two, "high": two},
        "survival": {"group": ["entered", "controls"], "day": [0, 0], "without": two, "low": two, "high": two},
        "balance": {"column": ["age", "need"], "difference_before": [0.4, 0.2], "difference_after": [0.05, 0.02]},
    }
    found = of_persons(tables, ("stays", "a year"), "stays")
    assert grey_line(svg(found["course"][1])) == (0, 240)
    assert grey_line(svg(found["balance"][1])) == (0, 2 * 26)
