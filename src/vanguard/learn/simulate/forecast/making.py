"""Forecasts of a place: made, kept as rows, scored as the truth arrives, and shown or withdrawn."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from vanguard.clock import LONDON
from vanguard.lake import Lake
from vanguard.learn.simulate.forecast.beds import InBed, beds, stays_of
from vanguard.learn.simulate.forecast.coming import DAY, LEAST_WEEKS, WEEK, coming
from vanguard.learn.simulate.forecast.house import BEDS, House, houses
from vanguard.learn.simulate.forecast.naive import naive
from vanguard.learn.simulate.forecast.scoring import crps, pit
from vanguard.learn.simulate.forecast.standing import EVERY, Standing, standings, trial_ends, truth

HOURS = (6, 12, 24, 48, 72, 120, 168)
DAYS = (1, 2, 3, 5, 7)
BEFORE_MIDNIGHT = 2
"""Windows of what is known by the day end so many hours before midnight: on the days on which the clocks change too,
each holds as many midnights as days."""

TRIALS, TRIAL_DRAWS, DRAWS = 40, 200, 1000
LEVELS = np.arange(1, 100) / 100
KEPT = timedelta(days=400)
OF_LATE = WEEK * 52
Row = dict[str, Any]
FIELDS: list[tuple[str, pa.DataType]] = [
    ("series", pa.string()),
    ("place", pa.string()),
    *((name, pa.timestamp("us")) for name in ("made_at", "known_until", "begins", "ends")),
    ("hours", pa.int64()),
    ("draws", pa.string()),
    ("naive", pa.string()),
    ("shown", pa.bool_()),
    ("why", pa.string()),
    *((name, pa.float64()) for name in ("truth", "crps", "naive_crps", "pit")),
]
COLUMNS = pa.schema(FIELDS)


def make_forecasts(lake: Lake, now: datetime, *, seed: int = 1, done: Callable[[int], object] = lambda _: None) -> int:
    """Score what has come true of earlier forecasts, make those of the next 6 hours to 7 days, and keep both in the
    lake. Returns how many were made. `done` is called with 1 after each series."""
    found = houses(lake, now)
    rows = _kept(lake, now)
    for row in rows:
        _score(row, found)
    made = []
    for house in found:
        made += list(_made(house, now, seed))
        done(1)
    again = {_identity(row) for row in made}
    rows = [row for row in rows if _identity(row) not in again] + made
    with lake.write(now) as batch, lake.connect(only=["forecast"]) as con:
        columns = {name: [row[name] for row in rows] for name in COLUMNS.names}
        con.register("given", pa.table(columns, COLUMNS))
        batch.replace("forecast", con, "SELECT * FROM given ORDER BY series, place, made_at, hours")
    return len(made)


def _identity(row: Row) -> tuple[Any, ...]:
    return row["series"], row["place"], row["begins"], row["hours"]


def _kept(lake: Lake, now: datetime) -> list[Row]:
    with lake.connect(only=["forecast"]) as con:
        since = _plain(now - KEPT)
        rows = con.execute(f"SELECT {', '.join(COLUMNS.names)} FROM forecast WHERE made_at >= $since", {"since": since})
        return [dict(zip(COLUMNS.names, row, strict=True)) for row in rows.fetchall()]


def _score(row: Row, found: list[House]) -> None:
    """Fill in what came true, once everything about the stretch is known."""
    house = next((one for one in found if (one.series, one.place) == (row["series"], row["place"])), None)
    if row["truth"] is not None or house is None or row["ends"] > _plain(house.known_until):
        return
    begins = int((row["begins"] - _plain(house.came.start)).total_seconds() // 3600)
    hours = int((row["ends"] - row["begins"]).total_seconds() // 3600)
    if begins < 0:
        return
    draws, other = np.array(json.loads(row["draws"])), np.array(json.loads(row["naive"]))
    came = truth(_values(house), begins, hours, total=house.series != BEDS)
    row["truth"], row["crps"] = came, crps(draws, came)
    row["naive_crps"] = crps(other, came) if len(other) else None
    # Halfway among equals, so that the same rows give the same figure.
    row["pit"] = pit(draws, came, 0.5)


def _values(house: House) -> np.ndarray:
    return house.taken() if house.series == BEDS else house.came.hourly


def _made(house: House, now: datetime, seed: int) -> Iterator[Row]:
    begins, windows = _windows(house, now)
    ahead = int((begins - house.known_until).total_seconds() // 3600)
    total = house.series != BEDS
    values = _values(house)
    if len(values) < LEAST_WEEKS * WEEK:
        return
    draws = _forecast(house, len(values), ahead, windows, DRAWS, seed)
    if draws is None:
        return

    def tried(end: int, seed: int) -> np.ndarray:
        found = _forecast(house, end, ahead, windows, TRIAL_DRAWS, seed)
        return found if found is not None else np.zeros((TRIAL_DRAWS, len(windows)))

    ends = _trial_ends(house, len(values), ahead + max(windows))
    stand = standings(values, windows, tried, ends=ends, total=total, ahead=ahead, seed=seed)
    named = HOURS if house.timed else tuple(DAY * days for days in DAYS)
    for place, (hours, window, one) in enumerate(zip(named, windows, stand, strict=True)):
        yield _row(
            house, now, begins, hours, window, draws[:, place], naive(values, window, total=total, ahead=ahead), one
        )


def _row(
    house: House,
    now: datetime,
    begins: datetime,
    hours: int,
    window: int,
    draws: np.ndarray,
    other: np.ndarray,
    one: Standing,
) -> Row:
    quantiles = np.quantile(draws, LEVELS, method="inverted_cdf")
    return {
        "series": house.series,
        "place": house.place,
        "made_at": _plain(now),
        "known_until": _plain(house.known_until),
        "begins": _plain(begins),
        "ends": _plain(begins + timedelta(hours=window)),
        "hours": hours,
        "draws": json.dumps([int(value) for value in quantiles]),
        "naive": json.dumps([int(value) for value in other]),
        "shown": one.shown,
        "why": one.why,
        "truth": None,
        "crps": None,
        "naive_crps": None,
        "pit": None,
    }


def _windows(house: House, now: datetime) -> tuple[datetime, list[int]]:
    """From when the windows begin, and how many hours each lasts: from this hour, or from the next midnight where
    nothing but the day is known."""
    if house.timed:
        return max(now.replace(minute=0, second=0, microsecond=0), house.known_until), list(HOURS)
    local = now.astimezone(LONDON)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), LONDON).astimezone(now.tzinfo)
    return midnight, [DAY * days - BEFORE_MIDNIGHT for days in DAYS]


def _trial_ends(house: House, known: int, furthest: int) -> np.ndarray:
    """Every so many hours; every other day or so where nothing but the day is known, from an hour like this one."""
    if house.timed:
        return trial_ends(known, furthest, trials=TRIALS, every=EVERY)
    # Trials begin at a midnight, as this one does.
    ends = trial_ends(known, -(-furthest // DAY) * DAY, trials=TRIALS, every=2 * DAY)
    # The same local hour on both sides of a change of the clocks.
    offset = house.known_until.astimezone(LONDON).utcoffset() or timedelta()
    at = [(house.came.start + timedelta(hours=int(end))).astimezone(LONDON).utcoffset() or timedelta() for end in ends]
    moved = np.array([int((offset - one).total_seconds() // 3600) for one in at], dtype=np.int64)
    return ends + moved if len(ends) else ends


def _forecast(house: House, end: int, ahead: int, windows: list[int], draws: int, seed: int) -> np.ndarray | None:
    """[draws, windows] made with the first `end` hours known; None where nobody knows how long stays last."""
    history = house.came.until(end)
    come = coming(history, ahead + max(windows), draws=draws, seed=seed)
    if house.series != BEDS:
        return np.stack([come[:, ahead : ahead + hours].sum(axis=1) for hours in windows], axis=1)
    over = np.where(house.over <= end, house.over, np.inf)
    known = (house.began < end) & (over > end - OF_LATE)
    began, over = house.began[known], over[known]
    ended = np.isfinite(over)
    if not ended.any():
        return None
    stays = stays_of(over[ended] - began[ended], end - began[~ended])
    return beds(InBed(end - began[~ended]), stays, come, at=[ahead + hours for hours in windows], seed=seed)


def _plain(at: datetime) -> datetime:
    """An instant as the lake has it: UTC without a zone."""
    return (at - (at.utcoffset() or timedelta())).replace(tzinfo=None)
