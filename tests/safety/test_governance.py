"""The pages for those who answer for a place: whole, made of the living files, and leading somewhere."""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter

import pytest
from scripts.safety import case_page, data_protection_page, retention_page
from scripts.safety.case_page import case
from scripts.safety.governance import Retention, models, retention
from scripts.safety.log import hazard_log, matrix, read
from scripts.safety.picture import risk_picture

from vanguard.access import policy
from vanguard.know.intake.feed_files import feeds
from vanguard.lake import tables

STEPS = ["Why an assessment is needed", "The processing", "Consultation", "Necessity and proportionality",
         "Risks to people", "Measures", "Sign-off"]  # fmt: skip


@pytest.fixture(scope="module")
def safety_case() -> str:
    return case_page.markdown()


def rows(page: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]


def test_every_hazard_control_and_duty_is_in_the_case(safety_case: str) -> None:
    for hazard in hazard_log().hazards:
        assert f"### {hazard.id}: {hazard.hazard}" in safety_case
        for control in hazard.controls:
            assert f"| `{control.test.removeprefix('tests/')}` |" in safety_case
        assert all(one.what in safety_case for one in hazard.place)
        assert " ".join(hazard.open.split()) in safety_case
    argued = {id for claim in case().claims for id in claim.hazards}
    elsewhere = {hazard.id for hazard in hazard_log().hazards} - argued
    assert not elsewhere, "under no claim"


def test_the_picture_says_what_its_table_says(safety_case: str) -> None:
    texts = [one.text or "" for one in ElementTree.fromstring(risk_picture(matrix(), hazard_log().hazards)).iter()]
    bold = re.findall(r'font-size="18" font-weight="bold">(\d+)<', risk_picture(matrix(), hazard_log().hazards))
    assert sum(map(int, bold)) == 2 * len(hazard_log().hazards)
    assert {"Without controls", "With controls", *matrix().severity, *matrix().likelihood} <= set(texts)
    [*counted] = (
        row for row in rows(safety_case) if row[0].startswith(tuple("12345")) and len(row) == 3 and row[1].isdigit()
    )
    after = Counter(matrix().risk(one.after) for one in hazard_log().hazards)
    assert [int(row[2]) for row in counted] == [after[number] for number in sorted(matrix().classes)]


def test_the_assessment_has_its_steps_and_every_data_item() -> None:
    assessment = data_protection_page.markdown()
    heads = re.findall(r"^## \d\. (.*)$", assessment, flags=re.M)
    assert heads == STEPS
    told = rows(assessment)
    for feed in feeds().values():
        section = assessment.partition(f"(feed-{feed.feed.replace('_', '-')})=")[2].partition("\n(feed-")[0]
        assert feed.label in section
        for name, column in feed.columns.items():
            assert [f"`{name}`", column.what] == next(row[:2] for row in rows(section) if row[0] == f"`{name}`")
    for table in tables().values():
        [row] = [row for row in told if row[0] == f"`{table.name}`"]
        assert row[3] == ", ".join(table.column_names)
    assert {f"`{name}`" for name in models()} <= {row[0] for row in told}
    for one in (*policy().roles.values(), *policy().choices.values(), *policy().sensitive_sets.values()):
        assert one.name.casefold() in assessment.casefold()


def test_what_is_kept_names_every_table_and_only_those() -> None:
    page = retention_page.markdown()
    assert {one for kept in retention().kept for one in kept.tables} == set(tables())
    assert "access.Choice" in models() and all(words.endswith(".") for words in models().values())
    lacking = read("retention.yaml")
    lacking["kept"] = [one for one in lacking["kept"] if "quarantine" not in one.get("tables", ())]
    with pytest.raises(ValueError, match="quarantine"):
        Retention.model_validate(lacking)
    assert all(one.gap in page for one in (*retention().kept, *retention().rights))
