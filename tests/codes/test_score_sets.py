"""The code sets behind the scores: complete, without overlap, and equal to the published tables where at hand."""

import csv
import os
import re
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from vanguard.codes import (
    admission_methods_table,
    avoidable_admissions,
    cambridge_score,
    charlson,
    code_sets,
    electronic_frailty_index,
    lace_index,
    sensitive,
)

OPEN_DATA = Path(os.environ.get("VANGUARD_OPEN_DATA", Path(__file__).parents[3] / "shared/data/open"))
CLINICAL = OPEN_DATA.parent / "clinical"
published = [pytest.mark.open_data, pytest.mark.skipif(not CLINICAL.exists(), reason=f"no tables at {CLINICAL}")]

EVERY_CODE = [f"{letter}{number:02d}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for number in range(100)]
EVERY_CODE += [f"{category}{digit}" for category in list(EVERY_CODE) for digit in "0123456789"]

# Our names of the published categories, in the published order.
CATEGORIES = {
    "mi": "myocardial_infarction",
    "chf": "heart_failure",
    "pvd": "peripheral_vascular_disease",
    "cevd": "cerebrovascular_disease",
    "dementia": "dementia",
    "cpd": "chronic_lung_disease",
    "rheumd": "rheumatic_disease",
    "pud": "peptic_ulcer",
    "mld": "mild_liver_disease",
    "diab": "diabetes",
    "diabwc": "diabetes_with_complications",
    "hp": "paralysis",
    "rend": "kidney_disease",
    "canc": "cancer",
    "msld": "severe_liver_disease",
    "metacanc": "metastatic_cancer",
    "aids": "hiv",
}


def table(name: str) -> list[dict[str, str]]:
    with (CLINICAL / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def coding(name: str):
    return next(one for one in charlson() if one.about.id == name)


def variant(name: str):
    return next(v for one in charlson() for v in one.variants if v.id == name)


@pytest.mark.parametrize("name", ["charlson_quan_2005", "charlson_shmi"])
def test_every_code_belongs_to_one_category_at_most(name):
    for code in EVERY_CODE:
        held = [group.id for group in coding(name).categories if group.holds(f"icd10:{code}")]
        assert len(held) <= 1, (code, held)


@pytest.mark.parametrize(
    ("code", "quan", "shmi"),
    [
        ("E112", "diabetes_with_complications", "diabetes_with_complications"),
        ("E110", "diabetes", None),
        ("E115", "diabetes_with_complications", "diabetes"),
        ("M351", "rheumatic_disease", None),
        ("C443", None, "cancer"),
        ("C05", "cancer", "cancer"),
        ("C797", "metastatic_cancer", "metastatic_cancer"),
        ("G301", "dementia", None),
        ("B23", None, "hiv"),
        ("I10", None, None),
    ],
)
def test_the_two_codings_of_a_code(code, quan, shmi):
    for name, expected in (("charlson_quan_2005", quan), ("charlson_shmi", shmi)):
        held = [group.id for group in coding(name).categories if group.holds(f"icd10:{code}")]
        assert held == ([expected] if expected else [])


def test_weights_that_are_often_confused():
    assert dict(variant("charlson_1987").points)["hiv"] == 6
    assert dict(variant("charlson_quan_2011").points)["hiv"] == 4
    assert dict(variant("charlson_shmi_v1_60").points)["diabetes_with_complications"] == -1
    assert variant("charlson_shmi_v1_60").floor == 0
    assert variant("charlson_1987_with_age").points == variant("charlson_1987").points


@published[0]
@published[1]
@pytest.mark.parametrize(
    ("name", "file"),
    [("charlson_quan_2005", "charlson_quan2005_icd10.csv"), ("charlson_shmi", "charlson_shmi_v1_60_icd10.csv")],
)
def test_categories_equal_the_published_table(name, file):
    prefixes = [(CATEGORIES[row["category"]], row["icd10_prefix"]) for row in table(f"charlson/{file}")]
    groups = coding(name).categories
    for code in EVERY_CODE:
        expected = {category for category, prefix in prefixes if code.startswith(prefix)}
        assert {group.id for group in groups if group.holds(f"icd10:{code}")} == expected, code


@published[0]
@published[1]
@pytest.mark.parametrize(
    ("name", "column"),
    [("charlson_1987", "charlson1987"), ("charlson_quan_2011", "quan2011"), ("charlson_shmi_v1_60", "shmi")],
)
def test_weights_and_hierarchy_equal_the_published_tables(name, column):
    weights = {CATEGORIES[row["category"]]: int(row[column]) for row in table("charlson/charlson_weights.csv")}
    assert dict(variant(name).points) == weights
    hierarchy = {
        (CATEGORIES[r["severe"]], CATEGORIES[r["suppresses"]]) for r in table("charlson/charlson_hierarchy.csv")
    }
    assert all(set(one.suppresses) == hierarchy for one in charlson())


@published[0]
@published[1]
def test_avoidable_conditions_equal_the_published_patterns():
    patterns = table("acsc/acsc_icd10_patterns.csv")
    ours = avoidable_admissions().conditions
    assert len(ours) == len(patterns) == 19
    for condition, row in zip(ours, patterns, strict=True):
        assert condition.primary == (row["diagnosis_position"] == "primary"), condition.id
        for code in EVERY_CODE:
            # Hospital extracts pad a category that stands alone with X.
            expected = re.match(row["icd10_regex_prefix"], code.ljust(4, "X")) is not None
            assert condition.holds(f"icd10:{code}") == expected, (condition.id, code)


@published[0]
@published[1]
def test_other_points_equal_the_published_tables():
    weights = {
        r["condition"]: round(float(r["general_outcome_weight"]) * 100)
        for r in table("cambridge_multimorbidity/cms_general_outcome_weights.csv")
    }
    assert {c.id: c.units for c in cambridge_score().conditions} == weights
    deficits = [row["deficit"].replace("-", "_") for row in table("efi/efi_deficits.csv")]
    assert [c.id for c in electronic_frailty_index().conditions] == deficits
    ours = {
        "length_of_stay_days": "length_of_stay",
        "acute_admission": "acute",
        "charlson_lace": "comorbidity",
        "ed_visits_prior_6_months": "emergency_visits",
    }
    for row in table("lace/lace_points.csv"):
        runs = lace_index().points[ours[row["component"]]]
        lower = int(row["lower_inclusive"] or 0)
        assert dict(runs)[lower] == int(row["points"])
    for row in table("efi/efi_bands.csv"):
        band = next(b for b in electronic_frailty_index().bands if b.id == row["band"])
        assert band.first == int(row["min_deficits_of_36"])
        assert (band.last or 36) == int(row["max_deficits_of_36"])


def test_thirteen_deficits_of_36_are_severe():
    bands = electronic_frailty_index().bands
    assert [next(b.id for b in bands if b.first <= n <= (b.last or 36)) for n in (4, 5, 8, 9, 12, 13)] == [
        "fit", "mild", "mild", "moderate", "moderate", "severe"
    ]  # fmt: skip


def test_a_category_that_stands_alone_is_met_padded_or_not_and_not_by_subdivisions():
    cellulitis = avoidable_admissions().conditions[0]
    assert [cellulitis.holds(f"icd10:{code}") for code in ("L88", "L88X", "L881")] == [True, True, False]


@pytest.mark.parametrize(
    ("code", "subject"),
    [
        ("A54", "sexual_health"),
        ("B20", "sexual_health"),
        ("Z21", "sexual_health"),
        ("O04", "termination_of_pregnancy"),
        ("Z312", "assisted_fertility"),
        ("F640", "gender_identity"),
        ("O80", None),
        ("I21", None),
    ],
)
def test_what_is_sensitive(code, subject):
    assert [group.id for group in sensitive() if group.holds(f"icd10:{code}")] == ([subject] if subject else [])


def test_every_set_says_where_it_comes_from_and_under_which_licence():
    sets = code_sets()
    assert len({one.id for one in sets}) == len(sets) >= 14
    assert all(one.label and one.version and one.source and one.licence for one in sets)
    shipped = [file for file in resources.files("vanguard.codes").iterdir() if file.name.endswith(".yaml")]
    assert len(shipped) == len(sets)


def test_no_method_of_admission_is_written_twice():
    written = admission_methods_table()["written"].to_pylist()
    assert len(set(written)) == len(written)


def test_lace_weighs_only_categories_that_there_are():
    known = {group.id for group in charlson()[0].categories}
    assert {category for category, _ in lace_index().comorbidity} <= known
    severe = {one for pair in charlson()[0].suppresses for one in pair}
    assert severe <= known


def test_every_variant_weighs_every_category():
    for one in charlson():
        for chosen in one.variants:
            assert [category for category, _ in chosen.points] == [group.id for group in one.categories]


def test_runs_of_points_begin_with_nothing_for_nothing():
    for component, runs in lace_index().points.items():
        assert runs[0] == (0, 0), component
        assert all(one < other for one, other in pairwise(runs)), component
