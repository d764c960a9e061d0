"""The extracts of the hospitals, in the words of Hospital Episode Statistics: stays, and attendances."""

import numpy as np
import pyarrow as pa

from vanguard.synth.attendances import Attendances, complaints
from vanguard.synth.chance import Bools, Ints, Stream, pick_many
from vanguard.synth.columns import DAY, Columns, days, instants, texts
from vanguard.synth.days import FOREVER
from vanguard.synth.diagnoses import NONE, POSITIONS, Diagnoses, choose
from vanguard.synth.extracts.layout import Desk, Extract
from vanguard.synth.lives import Lives
from vanguard.synth.margins import localities, small_areas
from vanguard.synth.rates import rates
from vanguard.synth.stays import ELECTIVE, EMERGENCY, KINDS, MATERNITY, TRANSFER, Stays

WHO = ("LOPATID", "NEWNHSNO", "", "", "DOB", "SEX", "HOMEADD_POSTCODE")


def _person(desk: Desk, person: Ints, day: Ints) -> Columns:
    columns = desk.person(person, day, WHO)
    return columns | {"SEX": texts(["1", "2"], desk.lives.female[person].astype(np.int64))}


def _sites(rng: Stream, lives: Lives, home: Ints) -> tuple[list[str], list[str], Ints]:
    """Provider and site codes, and which of them the people of these homes go to."""
    table = rates("hospital")
    pairs = sorted({(p, s) for choices in table["sites"].values() for p, s, _ in choices})
    for more in (table["elective_site"], table["community_hospital_site"]):
        if tuple(more) not in pairs:
            pairs.append(tuple(more))
    locality = np.array([area.locality for area in small_areas()])[lives.homes.area[home]]
    chosen = np.zeros(len(home), dtype=np.int64)
    for one in localities():
        here = np.flatnonzero(locality == one.code)
        choices = table["sites"][one.code]
        numbers = np.array([pairs.index((provider, site)) for provider, site, _ in choices])
        chosen[here] = numbers[pick_many(rng, [weight for *_, weight in choices], len(here))]
    return [provider for provider, _ in pairs], [site for _, site in pairs], chosen


def hospital_sites(rng: Stream, lives: Lives, stays: Stays) -> tuple[list[str], list[str], Ints]:
    """Provider and site codes, and which of them each stay is in."""
    table = rates("hospital")
    providers, sites, chosen = _sites(rng, lives, lives.home_on(stays.person, stays.day))
    chosen = np.where(stays.kind == TRANSFER, sites.index(table["community_hospital_site"][1]), chosen)
    planned = (stays.kind == ELECTIVE) & (rng.random(len(stays)) < 0.4)
    return providers, sites, np.where(planned, sites.index(table["elective_site"][1]), chosen)


def inpatient_spells(
    desk: Desk, stays: Stays, codes: Diagnoses, came_by: Bools, where: tuple[list[str], list[str], Ints]
) -> Extract:
    """The stays file. `came_by` marks the stays that began in the emergency department."""
    rng, lives = desk.rng, desk.lives
    table = rates("hospital")
    methods: list[str] = []
    number: dict[str, tuple[int, list[float]]] = {}
    for name, shares in table["methods"].items():
        number[name] = (len(methods), [share for _, share in shares])
        methods += [method for method, _ in shares]
    method = np.zeros(len(stays), dtype=np.int64)
    for name, those in (
        ("ed", (stays.kind == EMERGENCY) & came_by),
        ("other", (stays.kind == EMERGENCY) & ~came_by),
        *((KINDS[kind], stays.kind == kind) for kind in (ELECTIVE, MATERNITY, TRANSFER)),
    ):
        first, shares = number[name]
        method[those] = first + pick_many(rng, shares, int(those.sum()))
    open_ = stays.out >= FOREVER
    died = ~open_ & (stays.out == lives.died[stays.person])
    itself = rng.random(len(stays)) < 0.015
    dismeth = np.where(open_, -1, np.where(died, 2, np.where(itself, 1, 0)))
    providers, sites, site = where
    columns = {
        **_person(desk, stays.person, stays.day),
        "SPELL_ID": desk.keys("S", len(stays)),
        "ADMIDATE": days(stays.day),
        "DISDATE": days(stays.out),
        "ADMIMETH": texts(methods, method),
        "DISMETH": texts(["1", "2", "4"], dismeth),
        **{f"DIAG_{position + 1:02d}": texts(codes.icd10, codes.codes[:, position]) for position in range(POSITIONS)},
        "PROCODE": texts(providers, site),
        "SITETRET": texts(sites, site),
        "COST_GBP": pa.array(_costs(rng, lives, stays)),
    }
    later = {"DISDATE": stays.out, "DISMETH": stays.out}
    return Extract(columns, stays.day, later | {f"DIAG_{n + 1:02d}": stays.out for n in range(1, POSITIONS)})


def _costs(rng: Stream, lives: Lives, stays: Stays) -> Ints:
    cost = rates("hospital")["cost"]
    nights = np.minimum(stays.out, lives.window.end) - stays.day
    emergency = cost["emergency"] + cost["night"] * nights
    day_case = np.where(nights == 0, cost["elective_day"], cost["elective"] + cost["night"] * nights)
    pounds = np.select(
        [stays.kind == ELECTIVE, stays.kind == MATERNITY, stays.kind == TRANSFER],
        [day_case, np.full(len(stays), cost["maternity"]), cost["night"] * nights],
        emergency,
    )
    return np.asarray(np.round(pounds * np.exp(rng.normal(0, cost["spread"], len(stays)))), dtype=np.int64)


def emergency_attendances(
    desk: Desk, rows: Attendances, codes: Diagnoses, where: tuple[list[str], list[str], Ints]
) -> Extract:
    """The attendances file. An attendance that led to a stay was at the stay's hospital, for its
    diagnosis."""
    rng, lives = desk.rng, desk.lives
    table = rates("hospital")
    kinds = list(table["attendances"].values())
    icd10 = list(codes.icd10)
    lists = []
    for one in kinds:
        icd10 += one["icd10"]
        lists.append(list(range(len(icd10) - len(one["icd10"]), len(icd10))))
    stayed = rows.stay >= 0
    diagnosis = np.full(len(rows.person), NONE, dtype=np.int64)
    diagnosis[~stayed] = choose(rng, lists, rows.reason[~stayed])
    diagnosis[stayed] = codes.codes[rows.stay[stayed], 0]
    providers, _, at = _sites(rng, lives, lives.home_on(rows.person, rows.day))
    at[stayed] = where[2][rows.stay[stayed]]
    cost = np.where(stayed, table["cost"]["attendance_admitted"], table["cost"]["attendance"])
    cost = np.round(cost * np.exp(rng.normal(0, table["cost"]["spread"], len(cost)))).astype(np.int64)
    running = rows.departure >= FOREVER * DAY
    columns = {
        **_person(desk, rows.person, rows.day),
        "ATTENDANCE_ID": desk.keys("A", len(rows.person)),
        "ARRIVAL_AT": instants(rows.arrival),
        "DEPARTURE_AT": instants(rows.departure),
        "ARRIVAL_MODE": texts(["2", "1"], rows.ambulance.astype(np.int64)),
        "CHIEF_COMPLAINT": texts(complaints(), rows.complaint),
        "DIAG_01": texts(icd10, diagnosis),
        "DISPOSAL": texts(rows.disposals, np.where(running, -1, rows.disposal)),
        "PROCODE": texts(providers, at),
        "COST_GBP": pa.array(cost),
    }
    left = rows.departure // DAY
    return Extract(columns, rows.day, {"DEPARTURE_AT": left, "DISPOSAL": left})
