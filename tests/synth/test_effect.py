"""A planted service prevents what it is said to prevent, of those whom it serves, who are in greater need."""

import csv
from datetime import date
from pathlib import Path

import pytest

from vanguard.errors import BadInput
from vanguard.synth import make_place, read_disorder, read_effect

SERVICE = """
service: Rapid response
starts: 2016-08-06
cut: 0.5
localities: [wycombe, aylesbury, north_vale, south_vale]
from_age: 65
share: 0.5
need: 1.0
"""


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_service_prevents_its_share(tmp_path: Path) -> None:
    (tmp_path / "effect.yaml").write_text(SERVICE)
    effect = read_effect(tmp_path / "effect.yaml")
    tidy = read_disorder("none")
    made = {}
    for name, service in (("with", effect), ("without", None)):
        make_place(6_000, 2, date(2018, 8, 6), tmp_path / name, disorder=tidy, effect=service)
        link = {row["source_id"]: row["person"] for row in read(tmp_path / name / "truth" / "links.csv")}
        made[name] = [
            (link[row["LOPATID"]], row["ADMIDATE"])
            for row in read(tmp_path / name / "inpatient_spells_20180806.csv")
            if row["ADMIMETH"].startswith("2")
        ]
    served = {row["person"]: row for row in read(tmp_path / "with" / "truth" / "served.csv")}
    prevented = read(tmp_path / "with" / "truth" / "prevented.csv")
    since = [(who, day) for who, day in made["without"] if who in served and day >= served[who]["from"]]
    still = [(who, day) for who, day in made["with"] if who in served and day >= served[who]["from"]]
    assert len(since) > 100
    # Admissions in which people die or leave for a care home are not prevented, and readmissions go with the rest.
    assert 0.3 < 1 - len(still) / len(since) < 0.6
    assert {row["person"] for row in prevented} <= set(served)
    assert all(row["admission"] >= served[row["person"]]["from"] for row in prevented)
    others = [pair for pair in made["without"] if pair[0] not in served]
    assert abs(len([pair for pair in made["with"] if pair[0] not in served]) / len(others) - 1) < 0.05
    # Confounded by need: the served had more admissions before the service began than others of their age.
    persons = {row["person"]: row for row in read(tmp_path / "with" / "truth" / "persons.csv")}
    old = {who for who, row in persons.items() if row["birth_date"] < "1951-08-06" and not row["death_date"]}
    before = [who for who, day in made["with"] if day < "2016-08-06" and who in old]
    rate = {True: 0.0, False: 0.0}
    for treated in rate:
        group = {who for who in old if (who in served) is treated}
        rate[treated] = sum(who in group for who in before) / len(group)
    assert rate[True] > 1.3 * rate[False]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("cut: 1.5", "`cut`: Input should be less than or equal to 1"),
        ("localities: [atlantis]", "there is no atlantis"),
        ("starts: soon", "`starts`"),
        ("reach: all", "`reach`: Extra inputs"),
    ],
)
def test_a_mistake_in_a_service_is_a_sentence(tmp_path: Path, change: str, says: str) -> None:
    name = change.split(":")[0]
    kept = [line for line in SERVICE.strip().splitlines() if not line.startswith(f"{name}:")]
    (tmp_path / "effect.yaml").write_text("\n".join([*kept, change]))
    with pytest.raises(BadInput, match=says):
        read_effect(tmp_path / "effect.yaml")
