"""A place at work: people with records, professionals with sign-ins, a rota for weeks, and beds. Nobody is referred."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

LOCALITIES, PRACTICES = 7, 56
PASSWORD = "only-for-measuring"
BORN = date(1928, 1, 1)
FAMILY = ("Abbott", "Begum", "Clarke", "Davies", "Evans", "Fletcher", "Green", "Hughes", "Iqbal", "Jones", "Kaur")
GIVEN = {"female": ("Ann", "Edith", "Grace", "Irene", "Maud"), "male": ("Brian", "Chidi", "Frank", "Leonard", "Ned")}
# User name, role and how many of 200; whom each works for follows from the role.
STAFF = (
    ("taker", "referral_point_administrator", 30),
    ("triage", "triage_clinician", 50),
    ("nurse", "response_nurse", 70),
    ("gp", "general_practitioner", 40),
    ("lead", "referral_point_lead", 10),
)
SKILLS = ("nurse_leads", "therapist_leads", "social_care_leads")
NEEDS = ["plain_bed", "bed_with_nursing", "bed_with_company"]
BEDS = 40
KIND = "short_stay_bed"
WEEKS_OF_ROTA = 10
HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Area:
    """A locality or a practice, as the directory takes them."""

    code: str
    name: str
    locality: str = ""
    postcode: str = ""
    ccg: str = ""


@dataclass(frozen=True)
class Person:
    """One person, by their number; everything else about them follows from it."""

    number: int

    @property
    def id(self) -> str:
        return f"p{self.number:09d}"

    @property
    def sex(self) -> str:
        return ("female", "male")[self.number % 2]

    @property
    def practice(self) -> str:
        return f"K{self.number // 2 % PRACTICES:05d}"

    @property
    def locality(self) -> str:
        return f"L{self.number // 2 % PRACTICES % LOCALITIES}"

    def columns(self) -> dict[str, Any]:
        """As the lake's `person` has them."""
        number = self.number
        return {
            "person_id": self.id,
            "nhs_number": nhs_number(number),
            "given_name": GIVEN[self.sex][number // 2 % 5],
            "family_name": FAMILY[number // 10 % len(FAMILY)],
            "birth_date": BORN + timedelta(days=number * 37 % 11_000),
            "sex": self.sex,
            "address": f"{number + 1} Mill Lane",
            "postcode": "HP20 1AA",
            "phone": "01296 555019",
            "death_date": None,
            "practice": self.practice,
            "area": "E01017600",
        }


def nhs_number(number: int) -> str:
    """The valid NHS number of a person, from the range that nobody real has; another one for each below 100,000."""
    for stem in (f"999{number:06d}", f"999{number + 500_000:06d}", f"999{number + 300_000:06d}"):
        check = -sum(int(digit) * weight for digit, weight in zip(stem, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return f"{stem}{check}"
    raise ValueError(f"no NHS number for {number}")


def staff(professionals: int = 200) -> Iterator[tuple[str, str, int]]:
    """User name, role and number within the role of each professional; of fewer than 200 every role has its share."""
    for name, role, count in STAFF:
        for number in range(-(-count * professionals // 200)):
            yield f"{name}{number}", role, number


def fill_place(home: Path, people: int, now: datetime, *, professionals: int = 200) -> None:
    """Write the place in `home`: so many people, everybody who works there, shifts until tomorrow, open beds."""
    from vanguard.care import hub
    from vanguard.directory import fill
    from vanguard.know.record import publish
    from vanguard.lake import Lake

    lake = Lake(home)
    rows = [Person(number).columns() for number in range(people)]
    with lake.write(now) as batch, lake.connect() as con:
        con.register("given", pa.Table.from_pylist(rows))
        batch.replace("person", con, "SELECT * FROM given")
    fill(
        [Area(f"L{one}", f"Locality {one}") for one in range(LOCALITIES)],
        [Area(f"K{one:05d}", f"Practice {one}", f"L{one % LOCALITIES}") for one in range(PRACTICES)],
    )
    bodies = {"person_id": [one["person_id"] for one in rows], "body": [_record(one) for one in rows]}
    publish(lake, now, [pa.record_batch(bodies)])
    _users(professionals)
    _rota(now)
    _beds(home, now)
    hub.running(home)


def _record(columns: dict[str, Any]) -> bytes:
    """A record of 40 entries."""
    chance = random.Random(columns["person_id"])
    person = {name: str(value) for name, value in columns.items() if value is not None}
    entries = [
        {
            "id": f"{columns['person_id']}-{number}",
            "kind": "Encounter",
            "setting": chance.choice(("primary_care", "inpatient", "community")),
            "status": "finished",
            "start": f"2018-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}T09:00:00Z",
            "date": f"2018-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
            "timed": True,
            "codes": [],
            "display": "Chronic obstructive pulmonary disease with acute exacerbation",
            "source": "acute",
            "known_from": "2018-10-01T00:00:00Z",
        }
        for number in range(40)
    ]
    return orjson.dumps({"person": person, "conditions": [], "medicines": [], "alerts": [], "entries": entries})


def _users(professionals: int) -> None:
    from vanguard.access import hashed_password, make_local_account

    hashed = hashed_password(PASSWORD)
    every = [f"L{one}-team" for one in range(LOCALITIES)]
    for username, role, number in staff(professionals):
        here = f"K{number % PRACTICES:05d}" if role == "general_practitioner" else None
        teams = [] if here else [every[number % LOCALITIES]] if role == "response_nurse" else every
        make_local_account(username, hashed, name=f"{username} of the place", role=role, practice=here, teams=teams)


def _rota(now: datetime) -> None:
    """In each locality somebody of each skill and somebody by night, in shifts without a gap until tomorrow."""
    from vanguard.care.roster.models import Shift
    from vanguard.directory.models import Organisation, Professional

    Organisation.objects.create(code="TRUST", name="The Trust")
    groups = [("response_teams", [skill]) for skill in SKILLS] + [("night_teams", [])]
    who = [
        (Professional(code=f"{pool}-{one}-{number}", name=f"Professional {number} of {one}", employer_id="TRUST",
                      username=f"nurse{one}" if number == 0 else ""), pool, skills, f"L{one}-team")
        for one in range(LOCALITIES)
        for number, (pool, skills) in enumerate(groups)
    ]  # fmt: skip
    Professional.objects.bulk_create([one for one, *_ in who])
    first = now - timedelta(weeks=WEEKS_OF_ROTA)
    Shift.objects.bulk_create(
        Shift(professional=one, pool=pool, skills=skills, team_id=team, start=start, end=start + HALF_A_DAY,
              entered_at=first)
        for one, pool, skills, team in who
        for start in (first + HALF_A_DAY * turn for turn in range(14 * WEEKS_OF_ROTA + 2))
    )  # fmt: skip


def _beds(home: Path, now: datetime) -> None:
    from vanguard.care.beds import import_beds

    header = "place,place_name,locality,bed,kind,sex,meets"
    lines = [f"H{n % 4},House {n % 4},L{n % 4},{n},{KIND},any,{';'.join(NEEDS)}" for n in range(BEDS)]
    (home / "beds.csv").write_text("\n".join([header, *lines]))
    import_beds(home / "beds.csv", now)
