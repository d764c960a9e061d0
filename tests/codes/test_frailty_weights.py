"""The hospital frailty weights: complete, exact, and equal to the open table where that is at hand."""

import csv
import os
import re
from pathlib import Path

import pytest

from vanguard.codes import band_of, frailty_bands_table, frailty_table, frailty_weights

OPEN_DATA = Path(os.environ.get("VANGUARD_OPEN_DATA", Path(__file__).parents[3] / "shared/data/open"))
PUBLISHED = OPEN_DATA.parent / "clinical/hfrs/hfrs_icd10_weights.csv"


def test_there_are_109_categories_that_add_up_to_173_points_and_two_tenths():
    weights = frailty_weights().tenths
    assert len(weights) == 109 == len(dict(weights))
    assert sum(tenths for _, tenths in weights) == 1732
    assert all(re.fullmatch(r"[A-Z][0-9]{2}", code) and 1 <= tenths <= 71 for code, tenths in weights)


@pytest.mark.parametrize(("code", "tenths"), [("F00", 71), ("R29", 36), ("W19", 32), ("J18", 11), ("R50", 1)])
def test_weights_of_single_categories(code, tenths):
    assert dict(frailty_weights().tenths)[code] == tenths


@pytest.mark.open_data
@pytest.mark.skipif(not PUBLISHED.exists(), reason=f"the published weights are not at {PUBLISHED}")
def test_weights_equal_the_published_table():
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        published = {row["icd10_3char"]: int(row["weight_tenths"]) for row in csv.DictReader(file)}
    assert dict(frailty_weights().tenths) == published


@pytest.mark.parametrize(
    ("tenths", "band"), [(0, "low"), (49, "low"), (50, "intermediate"), (150, "intermediate"), (151, "high")]
)
def test_bands_meet_without_a_gap(tenths, band):
    assert band_of(frailty_weights().bands, tenths).id == band


def test_tables_hold_the_same():
    rows = frailty_table().to_pylist()
    assert [(row["category"], row["tenths"]) for row in rows] == list(frailty_weights().tenths)
    assert [row["first"] for row in frailty_bands_table().to_pylist()] == [0, 50, 151]
    assert frailty_weights().about.licence and frailty_weights().about.caveats
