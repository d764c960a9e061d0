"""However many days are built one on the other, the tables are those that building everything at once would give."""

import json
import random
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from tests.know.timeline.told import ARROW, NOW, extract, registered, store, told

from vanguard import blueprint
from vanguard.know import population, timeline
from vanguard.know.identity import link
from vanguard.lake import Lake, pseudonymise, tables

FIRST = date(2026, 8, 1)
PEOPLE, DAYS, COMPARED = 150, 8, (3, 7)
MONTH_END = date(2026, 7, 31)
GIVEN, FAMILY = ("Ann", "Olive", "Ruth", "Robert", "Mohammed", "Ivy"), ("Baker", "Stone", "Iqbal", "Harrington")
CODES = ("icd10:J44", "icd10:I10", "icd10:W19", "icd10:F03", "icd10:Z21")
BUILT = ("person", "person_link", "person_period", "event", "person_feature", "cohort_member")
SENSITIVE = pa.table({"code": ["icd10:Z21"], "prefix": [False]})
Rows = list[dict[str, Any]]


def nhs_number(number: int) -> str | None:
    nine = f"{999_000_000 + number:09d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return None if check == 10 else f"{nine}{check % 11}"


@dataclass
class Partners:
    """What the partners say, day by day."""

    rng: random.Random
    people: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    persons: list[str] = field(default_factory=list)

    def says(self, who: tuple[str, str], day: int, **changed: Any) -> dict[str, Any]:
        """A row of source_person."""
        known = self.people.setdefault(who, {}) | changed
        self.people[who] = known
        at = FIRST + timedelta(days=day)
        row = {"feed": f"{who[0]}_people", "source": who[0], "source_id": who[1], "file": f"people_{at}", "line": 2}
        row_id = f"{who}/{day}/{sorted(map(str, changed.items()))}"
        return {**row, "row_id": row_id, "extracted_at": extract(at), "load_id": f"{day}", **known}

    def arrives(self, number: int, day: int) -> Rows:
        rng = self.rng
        who = {
            "given_name": rng.choice(GIVEN),
            "family_name": rng.choice(FAMILY),
            "birth_date": date(1925 + number % 80, 1 + number % 12, 1 + number % 28),
            "nhs_number": nhs_number(number // 2 if number % 7 == 0 else number),
            "practice": rng.choice("AB"),
            "sex": rng.choice(["female", "male"]),
        }
        rows = [self.says(("gp", str(number)), day, **who)]
        if rng.random() < 0.5:
            rows.append(
                self.says(("acute", f"R{number}"), day, **who | {"nhs_number": rng.choice([who["nhs_number"], None])})
            )
        return rows

    def tells(self, key: str, who: tuple[str, str], day: int) -> dict[str, Any]:
        rng, at = self.rng, FIRST + timedelta(days=day)
        when = date(2026, 7, 30) - timedelta(days=rng.randrange(700))
        said = {"key": key, "extracted_at": extract(at), "file": f"events_{at}", "load_id": f"{day}"}
        if key.startswith("reg"):
            return registered(who[1], when, source=who[0], **said | {"place": rng.choice("AB")})
        kind = {"kind": "Encounter", "setting": "inpatient", "method": "emergency"} if rng.random() < 0.5 else {}
        ends = {"end_date": when + timedelta(days=rng.randrange(5))}
        said |= {"source": who[0], "date": when, "codes": [rng.choice(CODES)], **ends, **kind}
        self.things[key] = told(who[1], **said)
        return self.things[key]

    def begin(self) -> dict[str, Rows]:
        persons = [row for number in range(PEOPLE) for row in self.arrives(number, 0)]
        events = [
            self.tells(f"{kind}{number}{who}", who, 0)
            for who in self.people
            for kind, times in (("reg", 1), ("e", 4))
            for number in range(times)
        ]
        return {"source_person": persons, "source_event": events, "received_file": [received(0)]}

    def live(self, day: int) -> dict[str, Rows]:
        """News of one day: of new persons, of persons who turn out to be others, who die, whose events are corrected,
        moved to somebody else, or are no longer there."""
        rng, somebody = self.rng, list(self.people)
        persons = self.arrives(PEOPLE + day, day)
        changes: list[dict[str, Any]] = [
            {"nhs_number": nhs_number(rng.randrange(PEOPLE))},
            {"birth_date": date(1930 + day, 5, 6)},
            {"death_date": date(2026, 7, day)},
            {"family_name": rng.choice(FAMILY), "practice": rng.choice("AB")},
        ]
        persons += [self.says(rng.choice(somebody), day, **some) for some in rng.sample(changes, 2)]
        things = rng.sample(sorted(self.things), 3)
        events = [self.tells(f"new{day}", rng.choice(somebody), day), self.tells(things[0], rng.choice(somebody), day)]
        events.append(self.tells(f"reg{day}", rng.choice(somebody), day))
        gone = self.things[things[1]]
        ended = {"feed": gone["feed"], "source": gone["source"], "key": gone["key"], "load_id": f"{day}"}
        end = {**ended, "extracted_at": extract(FIRST + timedelta(days=day))}
        return {
            "source_person": persons,
            "source_event": events,
            "source_end": [end] if day % 2 else [],
            "received_file": [received(day)],
            "care_event": [self.referred(day, gone["source_id"])],
        }

    def referred(self, day: int, source_id: str) -> dict[str, Any]:
        """What our own service did for somebody: on some days of the same referral for somebody else."""
        said = {
            "row_id": f"own{day}",
            "number": day,
            "source": "hub",
            "source_id": f"R{day // 2}",
            "key": f"K{day // 2}",
        }
        who = {"person_id": self.persons[self.rng.randrange(20)], "linking": 0, "told_at": extract(FIRST)}
        when = {"start": extract(FIRST), "date": FIRST, "timed": True, "codes": [], "display": source_id}
        return {**said, **who, **when, "kind": "ServiceRequest", "status": "active"}


def received(day: int) -> dict[str, Any]:
    counts = dict.fromkeys(("rows", "accepted", "quarantined", "superseded", "duplicate"), 0)
    texts = dict.fromkeys(("load_id", "feed", "file", "sha256", "described_by"), f"{day}")
    return {**texts, **counts, "extracted_at": extract(FIRST + timedelta(days=day))}


def add(lake: Lake, rows: dict[str, Rows]) -> None:
    with lake.write(NOW) as batch, lake.connect() as con:
        for name, listed in rows.items():
            fields = [(column.name, ARROW[column.type]) for column in tables()[name].columns]
            whole = [{column: row.get(column) for column, _ in fields} for row in listed]
            con.register("given", pa.Table.from_pylist(whole, pa.schema(fields)))
            batch.append(name, con, "SELECT * FROM given")
            con.unregister("given")


def build(lake: Lake) -> None:
    link(lake, NOW)
    timeline.build(lake, NOW)
    population.build(lake, blueprint.adopted(lake.folder.parent), MONTH_END, NOW)
    pseudonymise(lake, NOW, key=b"key", localities={"A": "north"}, sensitive=SENSITIVE)


def content(lake: Lake, names: Iterable[str]) -> dict[str, Any]:
    with lake.connect() as con:
        return {name: con.sql(f"FROM {name} ORDER BY ALL").to_arrow_table() for name in names}


def from_nothing(lake: Lake, folder: Path) -> Lake:
    """A copy that has forgotten of what its tables were made, built again."""
    shutil.copytree(lake.folder.parent, folder)
    copy = Lake(folder)
    copy.manifest_path.write_text(json.dumps(json.loads(copy.manifest_path.read_text()) | {"made": {}}))
    build(copy)
    return copy


def test_days_built_one_on_the_other_are_as_if_built_at_once(tmp_path: Path) -> None:
    lake, partners = Lake(tmp_path / "home"), Partners(random.Random(8))
    add(lake, partners.begin())
    build(lake)
    partners.persons = content(lake, ["person"])["person"]["person_id"].to_pylist()
    laid_over: set[str] = set()
    names = [*BUILT, "person_change", *(f"pseudonymised_{name}" for name in BUILT if name != "person_link")]
    for day in range(1, DAYS):
        add(lake, partners.live(day))
        if day in (4, 7):
            person = content(lake, ["person"])["person"]["person_id"][5].as_py()
            choice = {"person_id": person, "sharing": "full", "on_lists": False, "planning": day == 7}
            store(lake, restriction=[choice])
        build(lake)
        manifest = lake.manifest()
        laid_over |= {table for table, files in manifest.tables.items() if any(file.instead for file in files)}
        build(lake)
        assert lake.manifest() == manifest, "nothing is new, so nothing is done"
        if day in COMPARED:
            copy = from_nothing(lake, tmp_path / f"copy {day}")
            ours, theirs = content(lake, names), content(copy, names)
            for name in names:
                assert ours[name].equals(theirs[name]), f"{name} on day {day}"
                assert lake.rows(name) == ours[name].num_rows
    assert laid_over >= {"person", "person_link", "event", "person_period", "person_feature", "pseudonymised_event"}
    assert (content(lake, ["event"])["event"]["feed"].to_pylist()).count("care_event") > 3
    assert content(lake, ["person_change"])["person_change"].num_rows, "persons were joined and parted"
    assert datetime.fromisoformat(lake.manifest().written) == NOW
