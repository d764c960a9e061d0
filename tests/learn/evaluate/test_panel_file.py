"""The reader of panels: whatever it takes in comes out in its place; the calendar of periods."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vanguard.learn.evaluate import read_panel
from vanguard.learn.evaluate.calendar import Every, beginning, following, how_often, moved, unbroken

WRITTEN = {
    "month": ("%Y-%m", "%Y-%m-%d", "%b %Y", "%B %Y", "%Y%m", "%m/%Y", "%b-%y", "%d/%m/%Y"),
    "week": ("%Y-%m-%d", "%G-W%V"),
    "day": ("%Y-%m-%d", "%d %B %Y"),
}


@st.composite
def panels(draw: st.DrawFn) -> tuple[str, str, date, list[tuple[int, int, float]]]:
    """How often, how it is written, the first day, and cells by unit and period, some missing."""
    every = draw(st.sampled_from(sorted(WRITTEN)))
    form = draw(st.sampled_from(WRITTEN[every]))
    year, month = draw(st.integers(2001, 2060)), draw(st.integers(1, 12))
    first = date(year, month, 1)
    if every == "week":
        first -= timedelta(days=first.weekday())
    cells = draw(
        st.dictionaries(
            st.tuples(st.integers(0, 3), st.integers(0, 7)),
            st.floats(-1e6, 1e6).map(lambda x: round(x, 3)),
            max_size=32,
        )
    )
    return every, form, first, [(u, t, value) for (u, t), value in {**cells, (0, 0): 1.0, (0, 1): 2.0}.items()]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(panels(), st.randoms(use_true_random=False))
def test_what_is_written_is_read(
    tmp_path: Path, panel: tuple[str, str, date, list[tuple[int, int, float]]], random: object
) -> None:
    every, form, first, cells = panel
    steps: tuple[Every, ...] = ("day", "week", "month")
    kind = next(one for one in steps if one == every)
    # The units all tell something of the first periods, so that gaps lie between others.
    cells = [*cells, *[(1, t, 3.0) for t in range(8) if not any((u, s) == (1, t) for u, s, _ in cells)]]
    random.shuffle(cells)  # type: ignore[attr-defined]
    lines = [f"U{u},{following(kind, first, t):{form}},{value!r}" for u, t, value in cells]
    file = tmp_path / "panel.csv"
    file.write_text("\n".join(["unit,period,stays", *lines]), "utf-8")
    table = read_panel(file, "stays")
    assert table.every == every
    assert table.units == tuple(sorted({f"U{u}" for u, _, _ in cells}))
    for u, t, value in cells:
        at = table.units.index(f"U{u}"), table.periods.index(following(kind, first, t))
        assert table.numerator[at] == pytest.approx(value)
    assert np.isfinite(table.numerator).sum() == len(cells)


@given(
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.integers(2, 30),
)
def test_periods_follow_each_other_without_a_gap(every: Every, day: date, number: int) -> None:
    first = beginning(every, day, day)
    last = following(every, first, number)
    periods = unbroken(every, first, last)
    assert len(periods) == number + 1
    assert periods[-1] == last
    assert how_often(periods) == every
    assert all(beginning(every, one, first) == one for one in periods)


@pytest.mark.parametrize(
    ("period", "back", "found"),
    [("P2Y", True, date(2014, 2, 28)), ("P1M", False, date(2016, 3, 29)), ("P2W", False, date(2016, 3, 14))],
)
def test_a_day_is_moved_by_the_calendar(period: str, back: bool, found: date) -> None:
    assert moved(date(2016, 2, 29), period, back=back) == found
