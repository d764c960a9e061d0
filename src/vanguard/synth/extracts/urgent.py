"""The extracts of the ambulance service and of NHS 111."""

import numpy as np
import pyarrow as pa

from vanguard.synth.attendances import Attendances, complaints
from vanguard.synth.columns import DAY, instants, texts
from vanguard.synth.extracts.layout import Desk, Extract
from vanguard.synth.rates import rates
from vanguard.synth.urgent import Calls, Incidents

WHO = ("nhs_number", "given_name", "family_name", "birth_date", "sex", "postcode")


def ambulance_incidents(desk: Desk, rows: Incidents, attendances: Attendances) -> Extract:
    """The incidents file: one row a response to a call."""
    rule = rates("urgent")["ambulance"]
    count = len(rows.person)
    brought = rows.attendance >= 0
    words = [*rows.complaints, *complaints()]
    of_attendance = attendances.complaint[np.where(brought, rows.attendance, 0)] if brought.any() else rows.complaint
    complaint = np.where(brought, len(rows.complaints) + of_attendance, rows.complaint)
    columns = {
        **desk.person(rows.person, rows.call // DAY, ("patient_ref", *WHO)),
        "incident_id": desk.keys("V", count),
        "call_connected_at": instants(rows.call),
        "arrived_at": instants(rows.arrived),
        "closed_at": instants(rows.ended),
        "category": texts([category for category, _ in rule["categories"]], rows.category),
        "chief_complaint": texts(words, complaint),
        "outcome": texts(rows.ends, rows.end),
        "provider": texts([rule["provider"]], np.zeros(count, dtype=np.int64)),
    }
    return Extract(columns, rows.call // DAY, {"closed_at": rows.ended // DAY})


def calls_111(desk: Desk, rows: Calls) -> Extract:
    """The calls file."""
    count = len(rows.person)
    columns = {
        **desk.person(rows.person, rows.at // DAY, ("caller_ref", *WHO)),
        "call_id": desk.keys("L", count),
        "call_at": instants(rows.at),
        "ended_at": instants(rows.ended),
        "symptom": texts([f"NHS 111: {symptom.lower()}" for symptom in rows.symptoms], rows.symptom),
        "disposition": texts(rows.ends, rows.end),
        "minutes": pa.array((rows.ended - rows.at) // 60),
        "provider": texts([rates("urgent")["calls"]["provider"]], np.zeros(count, dtype=np.int64)),
    }
    return Extract(columns, rows.at // DAY)
