"""From partners' extracts with a planted service to a verdict: load, link, refresh, measure, evaluate."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.learn.evaluate.test_published import OPEN_DATA

from vanguard.synth.margins import practices

TREATED = ("aylesbury", "north_vale")
VERDICTS = ("evidence of a fall", "evidence of a rise", "no clear evidence")
SERVICE = """
service: Rapid response
starts: 2016-08-06
cut: 0.5
from_age: 65
share: 0.4
need: 0.5
over_months: 18
"""
PERSONS = """
outcome: emergency_admissions_65
design: matched_cohort
units: person
start: 2016-08-06
received:
  described: Whom the rapid response took on.
  where: "kind = 'Encounter' and setting = 'community' and display = 'Rapid response'"
before: P1Y
after: P1Y
comparators: {described: Others of 65 and over who had not been taken on.}
match: {exactly: [sex], nearest: [age], history: [emergency_admissions_65, gp_contacts_65, emergency_department_65],
  controls: 3, caliper: 1}
exclusions: [{whom: age < 65, because: The service is for people of 65 and over.}]
"""
PLACES = """
outcome: OUTCOME
design: difference_in_differences
units: practice
start: 2016-08-01
treated: TREATED
before: P1Y
after: P18M
comparators: {described: Practices of the localities that the service did not reach.}
exclusions: [{from: 2016-08-01, to: 2017-01-31, because: People were taken on over the first six months.}]
"""


def run(home: Path, *words: str) -> dict[str, Any]:
    """A command of the place, as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "vanguard.cli", *words, "--json"],
        env={"VANGUARD_HOME": str(home), "PYTHONPATH": ":".join(filter(None, sys.path)), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def planted(extracts: Path) -> float:
    """The share of the emergency admissions of those whom the service took on that it prevented, as a fall."""

    def read(name: str) -> list[dict[str, str]]:
        with (extracts / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    since = {row["person"]: row["from"] for row in read("truth/served.csv")}
    who = {row["source_id"]: row["person"] for row in read("truth/links.csv")}
    stays = [
        (who[row["LOPATID"]], row["ADMIDATE"])
        for row in read("inpatient_spells_20180806.csv")
        if row["ADMIMETH"].startswith("2")
    ]
    happened = sum(person in since and day >= since[person] for person, day in stays)
    prevented = len(read("truth/prevented.csv"))
    return -prevented / (prevented + happened)


@pytest.mark.long
def test_what_was_planted_in_persons_is_found(tmp_path: Path) -> None:
    """The same plan for persons; and the same plan for places on the place and on the published figures."""
    home, extracts = tmp_path / "place", tmp_path / "extracts"
    (tmp_path / "effect.yaml").write_text(SERVICE)
    (tmp_path / "persons.yaml").write_text(PERSONS)
    when = ("--until", "2018-08-06", "--months", "48", "--disorder", "none")
    run(home, "synth", "--people", "6000", "--seed", "2", *when, "--effect", str(tmp_path / "effect.yaml"),
        "--out", str(extracts))  # fmt: skip
    for words in (("load", str(extracts)), ("link",), ("refresh",), ("measure",)):
        run(home, *words)
    found = run(home, "evaluate", str(tmp_path / "persons.yaml"), "--out", str(tmp_path / "report"))
    assert found["verdict"] == "evidence of a fall"
    assert found["relative_low"] <= planted(extracts) <= found["relative_high"]
    assert {check["id"]: check["passed"] for check in found["checks"]} == {"balance": True, "pre_trend": True}

    codes = sorted(one.code for one in practices() if one.locality in TREATED)
    plan = tmp_path / "places.yaml"
    plan.write_text(PLACES.replace("OUTCOME", "emergency_admissions_65").replace("TREATED", json.dumps(codes)))
    place = run(home, "evaluate", str(plan), "--out", str(tmp_path / "places"))
    assert place["verdict"] in VERDICTS
    if OPEN_DATA.exists():
        plan.write_text(PLACES.replace("OUTCOME", "nonelective_admissions").replace("TREATED", '["01W"]'))
        real = run(home, "evaluate", str(plan), "--data", str(OPEN_DATA), "--out", str(tmp_path / "real"))
        assert real["verdict"] in VERDICTS
        assert real["treated"] == ["01W"]
        assert real["design"] == place["design"]
