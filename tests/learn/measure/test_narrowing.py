from datetime import date
from itertools import product

import duckdb

from vanguard.learn.measure.narrowing import _parts


def test_each_event_of_the_days_asked_about_is_read_once() -> None:
    """Of all events that begin and end within a fortnight, or do not end: those that begin or end on one of the days,
    or are going on; beyond these only such as ended before they began."""
    windows = [(date(2026, 1, 3), date(2026, 1, 4)), (date(2026, 1, 8), date(2026, 1, 10))]
    days = [date(2026, 1, day) for day in range(1, 15)]
    events = list(product(days, [None, *days]))

    def asked_about(began: date, ended: date | None) -> bool:
        of = (began, ended or began)
        return any(first <= day <= last for day in of for first, last in windows) or any(
            of[0] < first <= of[1] for first, _ in windows
        )

    with duckdb.connect() as con:
        con.execute("CREATE TABLE event (date DATE, end_date DATE)")
        con.executemany("INSERT INTO event VALUES (?, ?)", events)
        parts = " UNION ALL ".join(f"SELECT date, end_date FROM event WHERE {part}" for part in _parts(windows))
        found = con.execute(parts).fetchall()
    assert len(found) == len(set(found)), "none is read twice"
    missing = {one for one in events if asked_about(*one)} - set(found)
    assert not missing
    assert all(ended is not None and ended < began for began, ended in found if not asked_about(began, ended))
