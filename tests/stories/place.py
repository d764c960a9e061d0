"""The place in which stories begin: people whom partners' extracts tell of, practices, users, beds and a rota.

Nobody is referred, nothing is assessed, nothing has happened. Extracts, beds and rota come in by the place's own
commands; users and practices as the demo makes them.
"""

import csv
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import yaml
from tests.small_place import LOCALITIES, PRACTICES, nhs_number

DAY = "20180305"
FIRST, LAST = date(2018, 3, 6), date(2018, 4, 20)
PRACTICE = PRACTICES[0].code
TEAM = "north-team"


@dataclass(frozen=True)
class Teller:
    """Somebody whom a story is about, and who has never been here before."""

    patient_id: str
    nhs_number: str
    given_name: str
    family_name: str
    birth_date: str
    sex: str
    address: str
    postcode: str
    phone: str
    practice_code: str = PRACTICE
    lsoa: str = "E01017600"
    registered_from: str = "2009-04-01"

    @property
    def name(self) -> str:
        return f"{self.family_name.upper()}, {self.given_name}"


ALBERT = Teller(
    "G1", nhs_number(101), "Albert", "Penfold", "1940-05-14", "male", "3 Orchard Row", "HP20 1AA", "01296 555011"
)
MAUD = Teller(
    "G2", nhs_number(102), "Maud", "Ashcombe", "1936-09-02", "female", "17 Mill Lane", "HP20 1AB", "01296 555012"
)
IVY = Teller(
    "G3", nhs_number(103), "Ivy", "Larkin", "1937-01-28", "female", "8 Chapel Walk", "HP20 1AC", "01296 555013"
)
OTHERS = tuple(
    Teller(
        f"G{n}",
        nhs_number(100 + n),
        name,
        "Ashcombe",
        f"19{30 + n}-0{n}-1{n}",
        "male",
        f"{n} Mill Lane",
        "HP20 1AB",
        "",
    )
    for n, name in enumerate(("Ned", "Piers", "Rollo", "Wilf"), start=4)
)
EVENTS = (
    ("G1", "E1", "2012-03-01T10:00:00", "condition", "hypertension", "High blood pressure"),
    ("G1", "E2", "2017-10-01T10:00:00", "alert", "lives_alone", "Lives alone"),
    ("G2", "E3", "2016-10-01T10:00:00", "alert", "lives_alone", "Lives alone"),
    ("G2", "E4", "2010-06-11T09:00:00", "condition", "osteoarthritis", "Osteoarthritis"),
    ("G3", "E5", "2014-02-11T09:00:00", "condition", "dementia", "Dementia"),
    ("G3", "E6", "2011-02-11T09:00:00", "condition", "copd", "Chronic obstructive pulmonary disease"),
    ("G3", "E7", "2017-02-11T09:00:00", "alert", "has_carer", "Has an unpaid carer"),
)
# Albert has been on the ward since the first of March.
SPELL = {"LOPATID": "R1", "NEWNHSNO": ALBERT.nhs_number, "DOB": ALBERT.birth_date, "SEX": "1", "SPELL_ID": "S1",
         "HOMEADD_POSTCODE": ALBERT.postcode, "ADMIDATE": "2018-03-01", "ADMIMETH": "21", "DIAG_01": "J189",
         "PROCODE": "RXQ", "SITETRET": "RXQ02"}  # fmt: skip
# User name, name, role, practice, teams.
USERS = (
    ("surgery", "Dr Nadia Rahman", "general_practitioner", PRACTICE, ()),
    ("ward", "Grace Adeleke", "referring_professional", None, ()),
    ("taker", "Omar Haddad", "referral_point_administrator", None, (TEAM, "south-team")),
    ("triage", "Mary Ward", "triage_clinician", None, (TEAM, "south-team")),
    ("lead", "Bridget Moss", "referral_point_lead", None, (TEAM, "south-team")),
    ("visit", "Tom Baker", "response_nurse", None, (TEAM,)),
    ("therapist", "Asha Nair", "response_therapist", None, (TEAM,)),
    ("embedded", "Rhys Morgan", "response_social_worker", None, (TEAM,)),
    ("reable", "Joyce Tanner", "reablement_worker", None, (TEAM,)),
    ("matron", "Helen Frost", "locality_team_nurse", None, (TEAM,)),
)
BEDS = (
    {"place": "THAME", "place_name": "Thame Community Hospital", "locality": "north", "room": "Room 1", "bed": "A",
     "kind": "short_stay_bed", "sex": "female", "meets": "bed_with_nursing"},
    {"place": "ELMS", "place_name": "The Elms", "locality": "south", "room": "", "bed": "4",
     "kind": "short_stay_bed", "sex": "any", "meets": ""},
)  # fmt: skip
# Code, name, employer, skills, user name: each works every day of the stories.
STAFF = (
    ("N1", "Tom Baker", "TRUST", "nurse_leads", "visit"),
    ("T1", "Asha Nair", "TRUST", "therapist_leads", "therapist"),
    ("W1", "Rhys Morgan", "COUNCIL", "social_care_leads", "embedded"),
    ("R1", "Joyce Tanner", "COUNCIL", "", "reable"),
)


def shifts() -> Iterable[Mapping[str, str]]:
    """Everybody's day from half past seven to nine in the evening."""
    for days in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=days)
        for code, name, employer, skills, username in STAFF:
            yield {"professional": code, "name": name, "employer": employer, "skills": skills, "username": username,
                   "pool": "response_teams", "team": TEAM, "start": f"{day} 07:30", "end": f"{day} 21:00"}  # fmt: skip


def send(folder: Path, feed: str, rows: Iterable[Mapping[str, str]]) -> None:
    """An extract as the partner of a feed sends it: every column, most of them empty."""
    columns = yaml.safe_load(files("vanguard.know.intake").joinpath(f"feeds/{feed}.yaml").read_text())["columns"]
    write(folder / f"{feed}_{DAY}.csv", [dict.fromkeys(columns, "") | dict(row) for row in rows])


def write(file: Path, rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as a CSV file; returns its name."""
    rows = list(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(file)


def make(folder: Path) -> None:
    """Fill the place of this process's VANGUARD_HOME, as those who look after a place do it."""
    from vanguard.web.server import prepare

    prepare()
    from vanguard.access import hashed_password, make_local_account
    from vanguard.cli import cli
    from vanguard.directory import fill
    from vanguard.web.demo_users import DEMO_PASSWORD

    extracts = folder / "extracts"
    people = [asdict(one) for one in (ALBERT, MAUD, IVY, *OTHERS)]
    send(extracts, "gp_registrations", people)
    names = ("patient_id", "event_id", "event_at", "type", "code", "term")
    send(extracts, "gp_events", [dict(zip(names, one, strict=True)) for one in EVENTS])
    send(extracts, "inpatient_spells", [SPELL])
    fill(LOCALITIES, PRACTICES)
    hashed = hashed_password(DEMO_PASSWORD)
    for username, name, role, practice, teams in USERS:
        make_local_account(username, hashed, name=name, role=role, practice=practice, teams=teams)
    for command in (
        ["load", str(extracts)],
        ["link"],
        ["refresh"],
        ["beds", write(folder / "beds.csv", BEDS)],
        ["rota", write(folder / "rota.csv", shifts())],
    ):
        cli(command, standalone_mode=False)


if __name__ == "__main__":
    import tests.stories.at_story_time  # noqa: F401

    make(Path(sys.argv[1]))
