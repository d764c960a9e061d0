"""The council's client-level extract, and what care homes tell of their residents."""

import numpy as np
import pyarrow as pa

from vanguard.synth.columns import days, texts
from vanguard.synth.days import FOREVER
from vanguard.synth.extracts.layout import Desk, Extract
from vanguard.synth.homes import care_home_ids
from vanguard.synth.rates import rates
from vanguard.synth.social_care import ASSESSMENT, PACKAGES, REQUEST, REVIEW, SERVICE, CareEvents, Packages

EVENTS = {REQUEST: "Request", ASSESSMENT: "Assessment", SERVICE: "Service", REVIEW: "Review"}


def social_care_events(desk: Desk, rows: CareEvents, packages: Packages) -> Extract:
    """The client-level file: requests, assessments, services and reviews. Care homes have no weekly hours."""
    count = len(rows.person)
    service = rows.kind == SERVICE
    package = np.where(rows.package >= 0, rows.package, 0)
    has = (rows.package >= 0) & service

    def of(column: np.ndarray, there: np.ndarray) -> pa.Array:  # type: ignore[type-arg]
        return pa.array(column[package] if len(column) else np.zeros(count), mask=~there)

    who = (
        "LA_Person_Unique_Identifier",
        "NHS_Number",
        "Given_Name",
        "Family_Name",
        "Date_of_Birth",
        "Gender",
        "Postcode",
    )
    labels = rates("community")["packages"]
    described = [f"Request: {reason.lower()}" for reason in rows.reasons]
    described += ["Assessment of needs", "Review of care", *(labels[name]["label"] for name in PACKAGES)]
    kind = packages.kind[package] if len(packages.kind) else np.zeros(count, dtype=np.int64)
    first = len(rows.reasons)
    what = np.select(
        [rows.kind == REQUEST, rows.kind == ASSESSMENT, rows.kind == REVIEW],
        [rows.reason, np.full(count, first), np.full(count, first + 1)],
        first + 2 + kind,
    )
    hours = packages.hours[package] if len(packages.hours) else np.zeros(count, dtype=np.int64)
    columns = {
        "LA_Code": texts([rates("social_care")["authority"]], np.zeros(count, dtype=np.int64)),
        **desk.person(rows.person, rows.start, who),
        "Address": texts(desk.lives.homes.line, desk.lives.home_on(rows.person, rows.start)),
        "Event_Reference": desk.keys("K", count),
        "Event_Type": texts(list(EVENTS.values()), rows.kind),
        "Event_Description": texts(described, what),
        "Event_Start_Date": days(rows.start),
        "Event_End_Date": days(rows.end),
        "Event_Outcome": texts(rows.outcomes, rows.outcome),
        "Service_Component": texts(list(PACKAGES), np.where(has, kind, -1)),
        "Planned_Units_Per_Week": pa.array(hours, mask=~has | (hours == 0)),
        "Unit_Cost_Per_Week": of(packages.cost, has),
        "Provider": texts(packages.provider, np.where(has, package, -1)),
    }
    return Extract(columns, rows.start, {"Event_End_Date": rows.end, "Event_Outcome": rows.end})


def care_home_residents(desk: Desk) -> Extract:
    """The residents file: everyone who lives or lived in a care home in the window, whoever pays."""
    lives = desk.lives
    person = np.flatnonzero((lives.into_care < lives.gone) & (lives.gone > lives.window.start))
    person = person[np.argsort(lives.care_home[person], kind="stable")]
    start = lives.into_care[person]
    stays = (lives.gone[person] >= lives.window.end) & (lives.died[person] == FOREVER)
    left = np.where(stays, FOREVER, np.where(lives.died[person] < FOREVER, lives.died[person], lives.gone[person] - 1))
    home = lives.care_home[person]
    nursing = (home * 2_654_435_761) % 10 < 4
    reason = np.where(left >= FOREVER, -1, np.where(lives.died[person] < FOREVER, 0, 1))
    who = ("resident_ref", "nhs_number", "given_name", "family_name", "birth_date", "sex", "postcode")
    homes = np.unique(home)
    at = np.searchsorted(homes, home)
    columns = {
        **desk.person(person, start, who),
        "stay_ref": desk.keys("H", len(person)),
        "location_id": texts(care_home_ids(lives.homes.line[homes]), at),
        "care_home": texts([line.split(",")[0] for line in lives.homes.line[homes]], at),
        "kind_of_care": texts(["residential", "nursing"], nursing.astype(np.int64)),
        "moved_in": days(start),
        "moved_out": days(left),
        "reason_left": texts(["died", "moved"], reason),
    }
    return Extract(columns, start, {"moved_out": left, "reason_left": left}, snapshot=True, runs="moved_out")
