"""Groupings: every code well formed and in one place, and the table says what the objects say."""

import re
from functools import cache

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.codes import (
    alerts,
    conditions,
    conditions_about,
    falls,
    grouping_table,
    primary_care,
)


def test_every_code_of_every_grouping_is_well_formed_and_known():
    known = {term.code for term in primary_care().terms}
    for grouping in (*conditions(), *alerts(), falls()):
        assert grouping.codes, grouping.id
        assert len(set(grouping.codes)) == len(grouping.codes), grouping.id
        for system, code in grouping.codes:
            if system == "vgp":
                assert code in known, (grouping.id, code)
            else:
                assert system == "icd10"
                assert re.fullmatch(r"[A-Z][0-9]{2}[0-9]?", code), (grouping.id, code)


def test_only_heart_failure_from_high_blood_pressure_means_two_conditions():
    codes = [(code, group.id) for group in conditions() for system, code in group.codes if system == "icd10"]
    clashes = {
        (one[1], other[1]) for one in codes for other in codes if one[1] != other[1] and one[0].startswith(other[0])
    }
    assert clashes == {("heart_failure", "hypertension")}


def test_every_problem_and_alert_of_primary_care_is_grouped_under_the_same_words():
    groups = {group.id: group.label for group in (*conditions(), *alerts())}
    grouped = [term for term in primary_care().terms if term.kind in ("condition", "alert")]
    assert {term.kind for term in grouped} == {"condition", "alert"}
    for term in grouped:
        if not falls().holds(f"vgp:{term.code}"):
            assert groups[term.code] == term.label


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("icd10:J441", {"copd"}),
        ("icd10:E119", {"diabetes"}),
        ("icd10:I110", {"hypertension", "heart_failure"}),
        ("icd10:C509", {"cancer"}),
        ("icd10:C443", set()),
        ("icd10:S720", set()),
        ("vgp:dementia", {"dementia"}),
        ("vgp:dement", set()),
        ("snomed:38341003", set()),
        ("icd10:", set()),
    ],
)
def test_what_a_code_means(code, means):
    found = {group.id for group in conditions() if group.holds(code)}
    assert found == means


@cache
def joined():
    con = duckdb.connect()
    con.register("grouping", grouping_table(conditions()))
    return con


@settings(deadline=None)
@given(
    st.from_regex(r"[A-Z][0-9]{2}[0-9]{0,2}", fullmatch=True).map("icd10:{}".format)
    | st.sampled_from([f"vgp:{term.code}" for term in primary_care().terms])
)
def test_the_table_joined_in_sql_finds_what_the_objects_find(code):
    found = (
        joined()
        .execute(
            'SELECT DISTINCT "grouping" FROM grouping g, (SELECT ? AS code) c '
            "WHERE c.code = g.code OR (g.prefix AND starts_with(c.code, g.code))",
            [code],
        )
        .fetchall()
    )
    assert {row[0] for row in found} == {group.id for group in conditions() if group.holds(code)}


def test_the_set_says_where_it_comes_from():
    about = conditions_about()
    assert about.version and "ICD-10" in about.source and about.licence and about.caveats
