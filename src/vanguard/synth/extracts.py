"""The six extracts in the layouts that the partners send."""

from typing import Any

import numpy as np
import pyarrow as pa

from vanguard.synth.attendances import Attendances
from vanguard.synth.chance import Ints, Stream, pick_many
from vanguard.synth.community import PACKAGES, Contacts, Packages
from vanguard.synth.days import FOREVER
from vanguard.synth.diagnoses import NONE, POSITIONS, Diagnoses, choose
from vanguard.synth.disorder import Records, without_number
from vanguard.synth.lives import Lives, Registrations
from vanguard.synth.margins import localities, practices, small_areas
from vanguard.synth.primary_care import Entries
from vanguard.synth.rates import rates
from vanguard.synth.stays import ELECTIVE, EMERGENCY, KINDS, MATERNITY, TRANSFER, Stays, reasons
from vanguard.synth.write import days, instants, texts

Columns = dict[str, Any]
SEX = ["male", "female"]


def _postcodes(lives: Lives, records: Records, record: Ints, home: Ints) -> Any:
    """The postcode of each row: that of its home, or what the record says instead."""
    known = len(lives.homes.postcode)
    instead = np.array([value is not None for value in records.postcode], dtype=bool)[record]
    both = np.array([*lives.homes.postcode, *records.postcode], dtype=object)
    return texts(both, np.where(instead, known + record, home))


def _numbers(rng: Stream, records: Records, record: Ints) -> Any:
    return texts(records.nhs_number, np.where(without_number(rng, len(record)), -1, record))


def _keys(prefix: str, count: int) -> Any:
    return pa.array([f"{prefix}{number:08d}" for number in range(1, count + 1)])


def gp_registrations(rng: Stream, lives: Lives, records: Records, rows: Registrations) -> Columns:
    """The registrations file. Phones are of the numbers set aside for fiction (01632)."""
    record = records.of(rng, rows.person)
    phone = np.array(
        [f"01632 {number:06d}" for number in rng.integers(0, 1_000_000, int(lives.household.max()) + 1)],
        dtype=object,
    )
    known = rng.random(len(phone)) < rates("disorder")["phone_known"]
    household = lives.household[rows.person]
    return {
        "patient_id": texts(records.id, record),
        "nhs_number": texts(records.nhs_number, record),
        "given_name": texts(records.given, record),
        "family_name": texts(records.family, record),
        "birth_date": texts(records.birth, record),
        "sex": texts(SEX, lives.female[rows.person].astype(np.int64)),
        "address": texts(lives.homes.line, rows.home),
        "postcode": _postcodes(lives, records, record, rows.home),
        "phone": texts(phone, np.where(known[household], household, -1)),
        "death_date": days(lives.died[rows.person]),
        "practice_code": texts([practice.code for practice in practices()], rows.practice),
        "lsoa": texts([area.code for area in small_areas()], lives.homes.area[rows.home]),
        "registered_from": days(rows.start),
        "registered_to": days(rows.end),
    }


def gp_events(rng: Stream, lives: Lives, records: Records, rows: Entries) -> Columns:
    """The entries file."""
    day = np.clip(rows.at // 86_400, lives.came[rows.person], None)
    kinds = sorted({term.kind for term in rows.terms})
    units = [term.unit for term in rows.terms]
    return {
        "patient_id": texts(records.id, records.of(rng, rows.person)),
        "event_id": _keys("E", len(rows.person)),
        "event_at": instants(rows.at),
        "type": texts(kinds, np.array([kinds.index(term.kind) for term in rows.terms])[rows.term]),
        "code": texts([term.code for term in rows.terms], rows.term),
        "term": texts([term.label for term in rows.terms], rows.term),
        "value": pa.array(rows.value, mask=np.isnan(rows.value)),
        "unit": texts(np.array(units, dtype=object), rows.term),
        "end_date": days(rows.end),
        "practice_code": texts([practice.code for practice in practices()], lives.practice_on(rows.person, day)),
    }


def _hospital_person(rng: Stream, lives: Lives, records: Records, person: Ints, day: Ints) -> Columns:
    record = records.of(rng, person)
    return {
        "LOPATID": texts(records.id, record),
        "NEWNHSNO": _numbers(rng, records, record),
        "DOB": texts(records.birth, record),
        "SEX": texts(["1", "2"], lives.female[person].astype(np.int64)),
        "HOMEADD_POSTCODE": _postcodes(lives, records, record, lives.home_on(person, day)),
    }


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
    rng: Stream,
    lives: Lives,
    records: Records,
    stays: Stays,
    codes: Diagnoses,
    came_by: np.ndarray[Any, Any],
    where: tuple[list[str], list[str], Ints],
) -> Columns:
    """The stays file. `came_by` marks the stays that began in the emergency department."""
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
    return {
        **_hospital_person(rng, lives, records, stays.person, stays.day),
        "SPELL_ID": _keys("S", len(stays)),
        "ADMIDATE": days(stays.day),
        "DISDATE": days(stays.out),
        "ADMIMETH": texts(methods, method),
        "DISMETH": texts(["1", "2", "4"], dismeth),
        **{f"DIAG_{position + 1:02d}": texts(codes.icd10, codes.codes[:, position]) for position in range(POSITIONS)},
        "PROCODE": texts(providers, site),
        "SITETRET": texts(sites, site),
        "COST_GBP": pa.array(_costs(rng, lives, stays)),
    }


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
    rng: Stream,
    lives: Lives,
    records: Records,
    rows: Attendances,
    codes: Diagnoses,
    where: tuple[list[str], list[str], Ints],
) -> Columns:
    """The attendances file. An attendance that led to a stay was at the stay's hospital, for its
    diagnosis."""
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
    complaints = [one["complaint"] for one in kinds] + [one["complaint"] for one in reasons("emergency")]
    providers, _, at = _sites(rng, lives, lives.home_on(rows.person, rows.day))
    at[stayed] = where[2][rows.stay[stayed]]
    cost = np.where(stayed, table["cost"]["attendance_admitted"], table["cost"]["attendance"])
    cost = np.round(cost * np.exp(rng.normal(0, table["cost"]["spread"], len(cost)))).astype(np.int64)
    running = rows.departure >= FOREVER * 86_400
    return {
        **_hospital_person(rng, lives, records, rows.person, rows.day),
        "ATTENDANCE_ID": _keys("A", len(rows.person)),
        "ARRIVAL_AT": instants(rows.arrival),
        "DEPARTURE_AT": instants(rows.departure),
        "ARRIVAL_MODE": texts(["2", "1"], rows.ambulance.astype(np.int64)),
        "CHIEF_COMPLAINT": texts(complaints, rows.reason + np.where(stayed, len(kinds), 0)),
        "DIAG_01": texts(icd10, diagnosis),
        "DISPOSAL": texts(rows.disposals, np.where(running, -1, rows.disposal)),
        "PROCODE": texts(providers, at),
        "COST_GBP": pa.array(cost),
    }


def _known_person(
    rng: Stream, lives: Lives, records: Records, person: Ints, day: Ints, id: str, *, address: bool
) -> Columns:
    record = records.of(rng, person)
    home = lives.home_on(person, day)
    return {
        id: texts(records.id, record),
        "nhs_number": _numbers(rng, records, record),
        "given_name": texts(records.given, record),
        "family_name": texts(records.family, record),
        "birth_date": texts(records.birth, record),
        "sex": texts(SEX, lives.female[person].astype(np.int64)),
        **({"address": texts(lives.homes.line, home)} if address else {}),
        "postcode": _postcodes(lives, records, record, home),
    }


def community_contacts(rng: Stream, lives: Lives, records: Records, rows: Contacts) -> Columns:
    """The contacts file. A person's team is that of the locality they live in."""
    table = rates("community")
    kinds = list(table["care"].values())
    home = lives.home_on(rows.person, rows.day)
    names = [locality.code for locality in localities()]
    team = np.array([names.index(area.locality) for area in small_areas()])[lives.homes.area[home]]
    return {
        **_known_person(rng, lives, records, rows.person, rows.day, "client_id", address=False),
        "contact_id": _keys("C", len(rows.person)),
        "contact_at": instants(rows.at),
        "team": texts([f"{table['team']}, {locality.name}" for locality in localities()], team),
        "profession": texts([one["profession"].replace("_", " ") for one in kinds], rows.care),
        "activity": texts([one["activity"] for one in kinds], rows.care),
        "duration_minutes": pa.array(rows.minutes),
    }


def care_packages(rng: Stream, lives: Lives, records: Records, rows: Packages) -> Columns:
    """The packages file. Care homes have no weekly hours."""
    return {
        **_known_person(rng, lives, records, rows.person, rows.start, "person_ref", address=True),
        "package_id": _keys("K", len(rows.person)),
        "package_type": texts(list(PACKAGES), rows.kind),
        "start_date": days(rows.start),
        "end_date": days(rows.end),
        "weekly_hours": pa.array(rows.hours, mask=rows.hours == 0),
        "weekly_cost_gbp": pa.array(rows.cost),
        "provider": texts(rows.provider),
    }
