"""The extracts of general practice: registrations, and what practices wrote down."""

import numpy as np
import pyarrow as pa

from vanguard.synth.columns import DAY, days, instants, texts
from vanguard.synth.extracts.layout import SEX, Desk, Extract
from vanguard.synth.lives import Registrations
from vanguard.synth.margins import practices, small_areas
from vanguard.synth.primary_care import Entries
from vanguard.synth.rates import rates


def gp_registrations(desk: Desk, rows: Registrations) -> Extract:
    """The registrations file. Phones are of the numbers set aside for fiction (01632)."""
    rng, lives, records = desk.rng, desk.lives, desk.records
    record = records.of(rng, rows.person)
    households = int(lives.household.max()) + 1
    phone = np.array([f"01632 {number:06d}" for number in rng.integers(0, 1_000_000, households)], dtype=object)
    known = rng.random(households) < rates("primary_care")["phone_known"]
    household = lives.household[rows.person]
    died = lives.died[rows.person]
    columns = {
        "patient_id": texts(records.id, record),
        "nhs_number": texts(records.nhs_number, record),
        "given_name": texts(records.given, record),
        "family_name": texts(records.family, record),
        "birth_date": texts(records.birth, record),
        "sex": texts(SEX, lives.female[rows.person].astype(np.int64)),
        "address": texts(lives.homes.line, rows.home),
        "postcode": desk.postcodes(record, rows.home),
        "phone": texts(phone, np.where(known[household], household, -1)),
        "death_date": days(died),
        "practice_code": texts([practice.code for practice in practices()], rows.practice),
        "lsoa": texts([area.code for area in small_areas()], lives.homes.area[rows.home]),
        "registered_from": days(rows.start),
        "registered_to": days(rows.end),
    }
    return Extract(columns, rows.start, {"death_date": died, "registered_to": rows.end}, snapshot=True)


def gp_events(desk: Desk, rows: Entries) -> Extract:
    """The entries file."""
    lives = desk.lives
    day = np.clip(rows.at // DAY, lives.came[rows.person], None)
    kinds = sorted({term.kind for term in rows.terms})
    units = [term.unit for term in rows.terms]
    columns = {
        "patient_id": texts(desk.records.id, desk.records.of(desk.rng, rows.person)),
        "event_id": desk.keys("E", len(rows.person)),
        "event_at": instants(rows.at),
        "type": texts(kinds, np.array([kinds.index(term.kind) for term in rows.terms])[rows.term]),
        "code": texts([term.code for term in rows.terms], rows.term),
        "term": texts([term.label for term in rows.terms], rows.term),
        "value": pa.array(rows.value, mask=np.isnan(rows.value)),
        "unit": texts(np.array(units, dtype=object), rows.term),
        "end_date": days(rows.end),
        "practice_code": texts([practice.code for practice in practices()], lives.practice_on(rows.person, day)),
    }
    return Extract(columns, rows.at // DAY, {"end_date": rows.end})
