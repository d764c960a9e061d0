"""The extracts of teams that visit: community health, and mental health in the words of its national data set."""

import numpy as np
import pyarrow as pa

from vanguard.synth.chance import pick_many
from vanguard.synth.columns import instants, texts
from vanguard.synth.community import Contacts
from vanguard.synth.extracts.layout import Desk, Extract
from vanguard.synth.margins import localities, small_areas
from vanguard.synth.mental_health import teams
from vanguard.synth.rates import rates


def community_contacts(desk: Desk, rows: Contacts, service: str | None = None) -> Extract:
    """The contacts file. A person's team is that of the locality they live in. `service` is what the beginning of
    care is called for those whom a planted service takes on."""
    table = rates("community")
    kinds = [*table["care"].values(), *([{"profession": "nurse", "activity": service}] if service else [])]
    home = desk.lives.home_on(rows.person, rows.day)
    names = [locality.code for locality in localities()]
    team = np.array([names.index(area.locality) for area in small_areas()])[desk.lives.homes.area[home]]
    who = ("client_id", "nhs_number", "given_name", "family_name", "birth_date", "sex", "postcode")
    columns = {
        **desk.person(rows.person, rows.day, who),
        "contact_id": desk.keys("C", len(rows.person)),
        "contact_at": instants(rows.at),
        "team": texts([f"{table['team']}, {locality.name}" for locality in localities()], team),
        "profession": texts([one["profession"].replace("_", " ") for one in kinds], rows.care),
        "activity": texts([one["activity"] for one in kinds], rows.care),
        "duration_minutes": pa.array(rows.minutes),
    }
    return Extract(columns, rows.day)


def mental_health_contacts(desk: Desk, rows: Contacts) -> Extract:
    """The care contacts of the mental health services data set, with the person of each beside."""
    table, kinds, rng, count = rates("mental_health"), teams(), desk.rng, len(rows.person)
    who = ("LocalPatientId", "NHSNumber", "GivenName", "FamilyName", "PersonBirthDate", "Gender", "Postcode")
    columns = desk.person(rows.person, rows.day, who)
    columns["Gender"] = texts(["1", "2"], desk.lives.female[rows.person].astype(np.int64))
    attended = [code for code, _ in table["missed"]]
    medium = [code for code, _ in table["medium"]]
    columns |= {
        "CareContactId": desk.keys("M", count),
        "CareContactAt": instants(rows.at),
        "ClinContDurOfCareCont": pa.array(rows.minutes),
        "CareProfTeamType": texts([one["team"] for one in kinds], rows.care),
        "Activity": texts([one["activity"] for one in kinds], rows.care),
        "ConsMediumUsed": texts(medium, pick_many(rng, [share for _, share in table["medium"]], count)),
        "AttendOrDNACode": texts(attended, pick_many(rng, [share for _, share in table["missed"]], count)),
        "OrgIDProv": texts([table["provider"]], np.zeros(count, dtype=np.int64)),
    }
    return Extract(columns, rows.day)
