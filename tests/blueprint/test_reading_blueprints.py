"""Reading a blueprint: the shipped ones are sound, and every mistake is said with its place."""

import re
from pathlib import Path

import pytest

from vanguard.blueprint import BadBlueprint, Blueprint, read, shipped
from vanguard.errors import BadInput
from vanguard.lake.condition import holds, words

MAIN = """\
id: night-owls
label: Night owls
version: 1.2.3
effective: {from: 2026-11-01, to: 2027-10-31}
type: uec
purpose: Care at night.
source: {cites: paper, at: page 3}
sources:
  paper: {title: A paper, publisher: A place, published: 2015 or so}
roles:
  owl: {label: Owl, source: {cites: paper}}
tiers:
  dusk: {label: Dusk, purpose: Early, source: {cites: paper}}
"""
COHORTS = """\
cohorts:
  awake:
    label: Awake at night
    tier: dusk
    source: {cites: paper}
    who: age >= 75 and emergency_admissions_12m > 0
    because:
      - when: emergency_admissions_12m > 0
        say: {count: emergency_admissions_12m, one: Once, many: "{emergency_admissions_12m} times"}
        points: 3
        source: {cites: paper}
    review: {by: [owl], every: P1M}
    order: [{by: age, first: highest}]
"""


@pytest.fixture
def folder(tmp_path):
    def write(main=MAIN, cohorts=COHORTS) -> Path:
        (tmp_path / "blueprint.yaml").write_text(main, "utf-8")
        (tmp_path / "cohorts.yaml").write_text(cohorts, "utf-8")
        return tmp_path

    return write


def mistakes(folder) -> list[str]:
    with pytest.raises(BadBlueprint) as bad:
        read(folder)
    return [str(mistake).replace(f"{folder}/", "") for mistake in bad.value.mistakes]


@pytest.mark.parametrize("name", shipped())
def test_each_shipped_blueprint_is_sound(name):
    blueprint = read(name)
    assert blueprint.id == name
    assert (shipped()[name] / "README.md").read_text("utf-8").startswith("# ")


def test_a_blueprint_is_read_into_typed_objects(folder):
    blueprint = read(folder())
    cohort = blueprint.cohorts["awake"]
    row = {"age": 80, "emergency_admissions_12m": 2}
    assert (blueprint.version, blueprint.effective.to.year, blueprint.roles["owl"].label) == (
        "1.2.3",
        2027,
        "Owl",
    )
    assert (cohort.id, cohort.review.every, cohort.order[0].by) == ("awake", "P1M", "age")
    assert holds(cohort.who, row) is True
    assert words(cohort.because[0].say, row) == "2 times"
    assert words(cohort.because[0].say, row | {"emergency_admissions_12m": 1}) == "Once"


def test_a_blueprint_cannot_be_changed(folder):
    blueprint: Blueprint = read(folder())
    with pytest.raises(ValueError, match="frozen"):
        blueprint.version = "2.0.0"
    with pytest.raises(TypeError):
        blueprint.roles["other"] = blueprint.roles["owl"]


WRONG_MAIN = [
    (
        "version: 1.2.3",
        "version: 1.2",
        "blueprint.yaml:3:10: 1.2 is not allowed here. It takes a version such as 1.0.0.",
    ),
    ("version: 1.2.3", "version: one", "3:10: one is not allowed here. It takes a version such as 1.0.0."),
    ("from: 2026-11-01", "from: soon", "4:19: A day such as 2026-11-01 is needed here."),
    ("from: 2026-11-01", "from: 2026-02-31", "4:19: There is no day 2026-02-31. Write year-month-day."),
    ("from: 2026-11-01", "form: 2026-11-01", "4:13: We do not know form here. Did you mean from?"),
    ("type: uec", "type: uce", "5:7: uce is not allowed here. Did you mean uec?"),
    ("label: Night owls\n", "", "1:1: label is missing. Add it."),
    ("purpose: Care", "purpos: Care", "6:1: We do not know purpos here. Did you mean purpose?"),
    (
        "roles:\n  owl: {label: Owl, source: {cites: paper}}",
        "roles: owl",
        "10:8: A mapping of names to values",
    ),
    ("owl: {label: Owl", "owl: {lable: Owl", "11:9: We do not know lable here. Did you mean label?"),
    (
        "owl: {label: Owl, source: {cites: paper}}",
        "owl: {label: Owl, source: {cites: papre}}",
        "Did you mean paper?",
    ),
    ("  owl: {label", "  Owl Bird: {label", "Owl Bird is not allowed here. It takes small letters"),
    ("id: night-owls", "id: night-owls\nid: twice", "2:1: id is given twice; first in line 1."),
    (
        "label: Night owls",
        "label: &a Night owls\npurpose: *a",
        "2:8: This is given a name for repeating it (&). Write it out each time.",
    ),
    ("label: Night owls", "\tlabel: Night owls", "2:1: A tab stands here. Indent with spaces."),
    ("label: Night owls", "label: 'Night owls", "2:8: A quote is not closed."),
    ("label: Night owls", "label: 7", "2:8: Text is needed here."),
    ("label: Night owls", "label: ''", "2:8: This is empty."),
    ("label: Night owls", "? [a]\n: b", "2:3: A name is needed here."),
    (MAIN, "- a list", "1:1: A mapping of names to values is needed here."),
    (MAIN, "", "blueprint.yaml:1:1: The file is empty."),
    (MAIN, "a: " + "[" * 10_000, "1:24: This is nested too deeply."),
    (MAIN, "a:\n" + "".join(" " * n + "b:\n" for n in range(1, 400)), "This is nested too deeply."),
    (MAIN, "a:\n " + "- " * 2000, "This is nested too deeply."),
    (MAIN, "a: " + "x" * 300_000, "The file has 300,003 bytes"),
    (MAIN, "a: !!python/object:os.system ls", "blueprint.yaml:1:4"),
]
WRONG_COHORTS = [
    ("who: age", "who: agee", "cohorts.yaml:6:10: There is no column agee. Did you mean age?"),
    ("and emergency_admissions_12m > 0", "and emergency > 0", "6:24: There is no column emergency"),
    ("when: emergency_admissions_12m > 0", "when: emergency_admissions_12m", "8:15: This is a number"),
    ("who: age >=", "who: 'agee >=", "6:10: A quote is not closed."),
    ("who: age >= 75 and", "who: (select 75) and", "may not ask another table"),
    ("tier: dusk", "tier: dsuk", "4:11: There is no tier dsuk. Did you mean dusk?"),
    ("by: [owl]", "by: [owl, owls]", "12:24: There is no role owls. Did you mean owl?"),
    ("by: [owl]", "by: []", "12:18: At least one is needed here."),
    ("by: [owl]", "by: owl", "12:18: A list is needed here."),
    ("every: P1M", "every: monthly", "It takes a period such as P1M (a month)"),
    ("points: 3", "points: three", "10:17: A whole number is needed here."),
    ("points: 3", "points: -3", "10:17: -3 is not allowed here. It must be at least 0."),
    ("        points: 3\n", "", "8:9: points is missing."),
    ("count: emergency_admissions_12m,", "count: sex,", "9:22: sex is no column of whole numbers."),
    (
        'many: "{emergency_admissions_12m}',
        'many: "{emergency_admission_12m}',
        "Did you mean emergency_admissions_12m?",
    ),
    ("one: Once, ", "", "9:14: This cannot be said. Write one text, or count"),
    ("{by: age, first", "{by: sex, first", "13:18: sex is no column to order by."),
    ("first: highest", "first: most", "most is not allowed here. It is one of highest or lowest."),
    (
        "cites: paper}\n    who",
        "cites: piper}\n    who",
        "5:21: There is no source piper. Did you mean paper?",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "says"), WRONG_MAIN)
def test_wrong_main_files(folder, right, wrong, says):
    assert right in MAIN
    found = mistakes(folder(main=MAIN.replace(right, wrong, 1)))
    assert any(says in mistake for mistake in found), found


@pytest.mark.parametrize(("right", "wrong", "says"), WRONG_COHORTS)
def test_wrong_cohorts(folder, right, wrong, says):
    assert right in COHORTS
    found = mistakes(folder(cohorts=COHORTS.replace(right, wrong, 1)))
    assert any(says in mistake for mistake in found), found


def test_all_mistakes_of_all_files_are_said_at_once(folder):
    found = mistakes(
        folder(
            MAIN.replace("type: uec", "type: x").replace("Care at night.", "''"),
            COHORTS.replace("who: age", "who: agee").replace("points: 3", "points: x"),
        )
    )
    assert [re.match(r"\w+\.yaml:\d+", mistake)[0] for mistake in found] == [
        "blueprint.yaml:5",
        "blueprint.yaml:6",
        "cohorts.yaml:6",
        "cohorts.yaml:10",
    ]


def test_a_file_of_another_name_and_a_missing_one(folder):
    place = folder()
    (place / "cohorts.yaml").rename(place / "cohort.yaml")
    (place / "blueprint.yaml").unlink()
    assert mistakes(place) == [
        f"{place}: blueprint.yaml is missing. Every blueprint has one.",
        "cohort.yaml: cohort.yaml is not a file of a blueprint. Did you mean cohorts.yaml?",
    ]


def test_only_the_main_file_is_obligatory(folder):
    place = folder()
    (place / "cohorts.yaml").unlink()
    blueprint = read(place)
    assert (dict(blueprint.cohorts), dict(blueprint.pathways.pathways), blueprint.simulate.scenarios) == ({}, {}, {})


def test_latin_1_is_refused(folder):
    place = folder()
    (place / "blueprint.yaml").write_bytes("id: caf\n# é".encode("latin-1"))
    assert "blueprint.yaml:2: This is not UTF-8. Save the file as UTF-8." in mistakes(place)


def test_a_blueprint_that_is_not_there():
    with pytest.raises(BadInput, match="Did you mean frail-older-people"):
        read("frail-old-people")
