"""What a forecast is made from, read from the lake: who came in each hour, and who is in a bed now."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np

from vanguard.lake import Lake
from vanguard.learn.simulate.forecast.coming import WEEK, Counts

ALL = "all"
REFERRALS, ATTENDANCES, ADMISSIONS, BEDS = "referrals", "attendances", "admissions", "beds"
LOOKED_BACK = 60
"""Weeks of history that are looked at."""

MOSTLY = 0.95
"""Where so many of a series have no time of day, none of it is taken to have: it is known by the day."""

TABLES = ("event", "care_event", "restriction", "received_file")
# People who want their data used for their own care alone are in no forecast.
WITHOUT = "ANTI JOIN (SELECT person_id FROM restriction WHERE NOT planning) USING (person_id)"
ENCOUNTERS = f"""
SELECT place, start, "end", timed FROM event {WITHOUT}
WHERE kind = 'Encounter' AND setting = $setting AND known_to IS NULL AND start IS NOT NULL
  AND status NOT IN ('planned', 'cancelled', 'entered-in-error') AND ended IS NOT TRUE
  AND ($setting <> 'inpatient' OR "end" IS NULL OR "end" > start)
  AND start < $until AND ("end" IS NULL OR "end" >= $from)
"""
# What the service itself said, within a minute: the last word on each referral.
REQUESTS = f"""
SELECT NULL AS place, start, "end", timed FROM (
  SELECT * FROM care_event WHERE kind = 'ServiceRequest'
  QUALIFY row_number() OVER (PARTITION BY source, key ORDER BY number DESC) = 1
) {WITHOUT} WHERE status <> 'entered-in-error' AND start < $until AND start >= $from
"""
SETTINGS = {ATTENDANCES: "emergency_department", ADMISSIONS: "inpatient", BEDS: "inpatient"}
# The whole history is read once, for the few that any series is made of.
OF_SETTINGS = f"""
CREATE TEMP TABLE event AS
SELECT person_id, feed, kind, setting, status, place, start, "end", date, timed, known_to, ended
FROM memory.main.event WHERE setting IN ({", ".join(f"'{one}'" for one in sorted({*SETTINGS.values()}))})
"""
SECONDS = """SELECT place, epoch(start) AS began, epoch("end") AS over, timed FROM ({query}) ORDER BY began"""
KNOWN = """
SELECT min(latest) FROM (
  SELECT max(extracted_at) AS latest FROM received_file
  WHERE feed IN (SELECT feed FROM event WHERE setting = $setting AND date >= CAST($now AS DATE) - 365) GROUP BY feed)
"""


@dataclass(frozen=True)
class House:
    """One series: how many came in each hour, known until its end; of beds also when each stay began and ended, in
    hours from the first (`over` is infinite while it goes on). `timed`: whether the hour of the day is known."""

    series: str
    place: str
    came: Counts
    timed: bool
    began: np.ndarray = field(repr=False)
    over: np.ndarray = field(repr=False)

    @property
    def known_until(self) -> datetime:
        return self.came.end

    def taken(self) -> np.ndarray:
        """[hours] how many were in at the end of each hour."""
        hours = len(self.came.hourly)
        ends = np.arange(1, hours + 1)
        inside: np.ndarray = np.searchsorted(np.sort(self.began), ends, side="left") - np.searchsorted(
            np.sort(self.over), ends, side="left"
        )
        return inside


def houses(lake: Lake, now: datetime) -> list[House]:
    """Every series of which anything is known: of all places together, and attendances of each place."""
    found = []
    with lake.connect(only=TABLES) as con:
        con.execute(OF_SETTINGS)
        for series in (REFERRALS, ATTENDANCES, ADMISSIONS, BEDS):
            found += _series(con, series, now)
    return found


def _series(con: duckdb.DuckDBPyConnection, series: str, now: datetime) -> list[House]:
    until = now if series == REFERRALS else _known(con, SETTINGS[series], now)
    if until is None:
        return []
    # Only whole hours count.
    until = until.replace(minute=0, second=0, microsecond=0)
    first = until - timedelta(hours=LOOKED_BACK * WEEK)
    bound: dict[str, object] = {"from": _plain(first), "until": _plain(until)}
    if series != REFERRALS:
        bound["setting"] = SETTINGS[series]
    query = REQUESTS if series == REFERRALS else ENCOUNTERS
    rows = con.execute(SECONDS.format(query=query), bound).fetchnumpy()
    if not len(rows["timed"]):
        return []
    places = np.ma.filled(np.ma.asarray(rows["place"]).astype(object), "")
    began = np.ma.filled(np.ma.asarray(rows["began"]).astype(float), np.nan)
    over = np.ma.filled(np.ma.asarray(rows["over"]).astype(float), np.inf)
    timed = np.ma.filled(np.ma.asarray(rows["timed"]).astype(bool), False)
    found = [_house(series, ALL, first, until, began, over, timed)]
    if series == ATTENDANCES:
        for place in sorted({one for one in places.tolist() if one}):
            mine = places == place
            found.append(_house(series, place, first, until, began[mine], over[mine], timed[mine]))
    return found


def _house(
    series: str, place: str, first: datetime, until: datetime, began: np.ndarray, over: np.ndarray, timed: np.ndarray
) -> House:
    zero = first.timestamp()
    # History begins with the first of them: before, nobody told us.
    skip = max(0, int((began.min() - zero) // 3600)) if len(began) else 0
    begins = first + timedelta(hours=skip)
    started, ended = (began - begins.timestamp()) / 3600, (over - begins.timestamp()) / 3600
    hours = int((until - begins).total_seconds() // 3600)
    inside = (started >= 0) & (started < hours)
    hourly = np.bincount(started[inside].astype(np.int64), minlength=hours)[:hours]
    # What ends later than is known goes on.
    return House(
        series,
        place,
        Counts(begins, hourly),
        bool(timed.mean() >= MOSTLY),
        started,
        np.where(ended > hours, np.inf, ended),
    )


def _known(con: duckdb.DuckDBPyConnection, setting: str, now: datetime) -> datetime | None:
    """Until when everything is known: the partner whose latest extract is the oldest says it."""
    [(latest,)] = con.execute(KNOWN, {"setting": setting, "now": _plain(now)}).fetchall()
    return None if latest is None else min(latest.replace(tzinfo=UTC), now)


def _plain(at: datetime) -> datetime:
    """An instant as the lake has it: UTC without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None)
