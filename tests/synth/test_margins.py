"""Every practice and area has its place, and the shipped tables recount to what was published."""

import csv
import gzip
import os
from collections import Counter
from pathlib import Path

import pytest

from vanguard.synth.margins import communities, hospitals, localities, practices, small_areas, streets
from vanguard.synth.rates import rates

OPEN_DATA = Path(os.environ.get("VANGUARD_OPEN_DATA", Path(__file__).parents[2].parent / "shared" / "data" / "open"))


def read_open(name: str) -> list[dict[str, str]]:
    path = OPEN_DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not here; name the open data folder in VANGUARD_OPEN_DATA")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_seven_localities_three_in_aylesbury_vale_and_four_in_chiltern() -> None:
    assert Counter(locality.ccg for locality in localities()) == {"10Y": 3, "10H": 4}


def test_every_practice_is_in_a_locality_of_its_own_ccg() -> None:
    ccg_of = {locality.code: locality.ccg for locality in localities()}
    assert len(practices()) == 56
    assert [p.code for p in practices() if ccg_of[p.locality] != p.ccg] == []
    assert set(ccg_of) == {p.locality for p in practices()} == {area.locality for area in small_areas()}


def test_a_locality_has_about_as_many_residents_as_its_share_of_the_lists() -> None:
    residents, lists = Counter[str](), Counter[str]()
    for area in small_areas():
        residents[area.locality] += sum(area.residents)
    for practice in practices():
        lists[practice.locality] += practice.list_size
    for locality in localities():
        ratio = residents[locality.code] / lists[locality.code]
        assert 0.6 < ratio < 1.2, (locality.code, ratio)


def test_every_postal_district_has_a_town() -> None:
    assert {area.postal_district for area in small_areas()} <= set(streets().towns)


def test_names_are_many_and_shares_sum_to_one() -> None:
    assert sum(community.share for community in communities()) == pytest.approx(1)
    given = {name for c in communities() for lists in c.given.values() for era in lists for name in era}
    family = {name for c in communities() for name in c.family}
    assert len(given) > 400 and len(family) > 400
    assert any(not name.isascii() for name in given) and any("'" in name for name in family)


@pytest.mark.open_data
def test_areas_recount_to_the_published_population() -> None:
    published = [
        row for row in read_open("lsoa_buckinghamshire/bucks_lsoa_population_age_imd.csv.gz") if row["year"] == "2017"
    ]
    assert {a.code: sum(a.residents) for a in small_areas()} == {
        row["lsoa11_code"]: int(row["total"]) for row in published
    }
    by_district = Counter[str]()
    for area in small_areas():
        by_district[area.district] += sum(area.residents)
    assert by_district["Chiltern"] == 95_355 and by_district["South Bucks"] == 69_785
    assert sum(by_district.values()) == 538_438


@pytest.mark.open_data
def test_practices_recount_to_the_code_list_and_the_published_lists() -> None:
    members = {
        row["org_code"]: row["ccg_code"]
        for row in read_open("ods_reference/gp_practices_by_ccg_2015-04-01.csv.gz")
        if row["ccg_code"] in ("10Y", "10H")
    }
    assert {p.code: p.ccg for p in practices()} == members
    published = Counter[str]()
    for practice in practices():
        if not practice.list_size_assumed:
            published[practice.ccg] += practice.list_size
    assert published == {"10Y": 225_015, "10H": 346_882}


def test_every_hospital_that_people_go_to_has_a_name() -> None:
    stated = rates("hospital")
    sites = [pair[:2] for going in stated["sites"].values() for pair in going]
    codes = {code for pair in (*sites, stated["elective_site"], stated["community_hospital_site"]) for code in pair}
    assert codes <= {one.code for one in hospitals()}
