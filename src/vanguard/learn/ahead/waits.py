"""Where waits are short, for everybody: usual times of emergency departments, from enough people and rounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vanguard.clock import LONDON
from vanguard.lake import Lake
from vanguard.learn.simulate.forecast import ATTENDANCES, kept_forecasts

PARTS = {0: "Midnight to 6am", 6: "6am to midday", 12: "Midday to 6pm", 18: "6pm to midnight"}
ROUNDED = 15
"""Minutes to which a time is rounded."""

LEAST = 20
"""Of fewer people nothing is said: a time of few could be told of one of them, and would not help others."""

BUSIER, QUIETER = 1.2, 0.8
USUAL = "SELECT place, from_hour, attendances, median_minutes, minutes_nine_in_ten, until FROM usual_wait"


@dataclass(frozen=True)
class Place:
    """One department. `times` by part of the day: half of people leave within, nine in ten within; None of too few.
    `next_hours` says how busy the next six hours may be, or why nobody can say."""

    code: str
    times: Mapping[int, tuple[str, str] | None]
    minutes_now: int | None
    next_hours: str


def places(place: Path, now: datetime) -> tuple[list[Place], str]:
    """Every department, the shortest usual time at this part of the day first; and up to which day the times go."""
    lake = Lake(place)
    with lake.connect(only=["usual_wait"]) as con:
        rows = con.execute(USUAL).fetchall()
    local = now.astimezone(LONDON)
    part = local.hour // 6 * 6
    held: dict[str, dict[int, tuple[float, float]]] = {}
    for code, hour, attendances, half, most, _ in rows:
        times = held.setdefault(code, {})
        if attendances >= LEAST:
            times[hour] = (half, most)
    ahead = {(one.place, one.hours): one for one in kept_forecasts(lake) if one.series == ATTENDANCES}
    found = []
    for code, times in held.items():
        now_half = times.get(part)
        busy = ""
        six, week = ahead.get((code, 6)), ahead.get((code, 168))
        if six is not None and week is not None and six.shown and week.shown and six.ends > now:
            busy = _busy(six.draws.mean(), week.draws.mean() * 6 / 168)
        shown = {hour: (_time(times[hour][0]), _time(times[hour][1])) if hour in times else None for hour in PARTS}
        found.append(Place(code, shown, _rounded(now_half[0]) if now_half else None, busy))
    until = max((row[5] for row in rows), default=None)
    found.sort(key=lambda one: (one.minutes_now is None, one.minutes_now or 0, one.code))
    return found, f"{until.day} {until:%B %Y}" if until else ""


def _busy(expected: float, usual: float) -> str:
    if expected > BUSIER * usual:
        return "Busier than on average in the next 6 hours"
    if expected < QUIETER * usual:
        return "Quieter than on average in the next 6 hours"
    return "About as busy as on average in the next 6 hours"


def _rounded(minutes: float) -> int:
    return max(ROUNDED, ROUNDED * round(minutes / ROUNDED))


def _time(minutes: float) -> str:
    hours, rest = divmod(_rounded(minutes), 60)
    words = [f"{hours} hour{'s' * (hours != 1)}"] if hours else []
    return " ".join([*words, *([f"{rest} minutes"] if rest else [])])
