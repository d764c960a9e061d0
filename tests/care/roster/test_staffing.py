"""How many were on shift, by hour of the week: the same as counting every minute, also when the clocks change."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from vanguard.care.roster import staffing
from vanguard.care.roster.models import Shift
from vanguard.clock import LONDON
from vanguard.directory.models import Organisation, Professional

MINUTE = timedelta(minutes=1)


def test_it_is_what_counting_every_minute_gives(db: None) -> None:
    # In the night to 25 October 2026 the hour from one to two comes twice.
    friday = datetime(2026, 10, 23, 6, 30, tzinfo=UTC)
    trust = Organisation.objects.create(code="T", name="Trust")
    shifts = (
        (friday, 450, None),
        (friday + timedelta(hours=38), 631, None),
        (friday + timedelta(hours=39), 600, 61),
        (friday + timedelta(days=2), 45, -10),
        (friday + timedelta(days=5), 7, None),
        (friday + timedelta(days=8, minutes=29), 400, None),
    )
    for number, (start, lasts, taken_back) in enumerate(shifts):
        Shift.objects.create(
            professional=Professional.objects.create(code=f"P{number}", name="A", employer=trust),
            pool=f"pool{number % 2}",
            start=start,
            end=start + timedelta(minutes=lasts),
            entered_at=friday,
            withdrawn_at=start + timedelta(minutes=taken_back) if taken_back else None,
        )
    until = friday + timedelta(days=8, hours=3, minutes=50)
    found = staffing(friday - timedelta(weeks=13), until)
    assert found.since == friday.replace(minute=0)
    minutes: Counter[tuple[str, str, str]] = Counter()
    hours: Counter[tuple[str, str]] = Counter()
    last = until.replace(minute=0)
    for number in range(int((last - found.since) / MINUTE)):
        at = found.since + number * MINUTE
        local = at.astimezone(LONDON)
        label = str(local.weekday()), f"{local:%H}"
        hours[label] += not number % 60
        for place, (start, lasts, taken_back) in enumerate(shifts):
            end = start + timedelta(minutes=lasts if taken_back is None else min(lasts, taken_back))
            minutes[*label, f"pool{place % 2}"] += start <= at < end
    assert dict(found.hours) == dict(hours) and hours["6", "01"] == 2
    assert {cell: sum(one.minutes for one in rows) for cell, rows in found.worked.items() if rows} == +minutes
    cell = ("6", "01", "pool1")
    assert found.on_shift(cell) == minutes[cell] / 120
    assert staffing(until, until).worked == {}
