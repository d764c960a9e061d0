"""Words for codes: every category of use has its own, every other its chapter's."""

from itertools import pairwise

import duckdb
import pytest

from vanguard.codes import (
    display_words,
    frailty_weights,
    icd10_words,
    primary_care,
    words_key,
    words_table,
)
from vanguard.codes.code_set import load
from vanguard.lake import tables


def test_every_category_of_the_frailty_score_has_words_of_its_own():
    own = load("icd10_words")[1]["words"]
    assert [code for code, _ in frailty_weights().tenths if code not in own] == []


def test_chapters_do_not_overlap():
    ends = [tuple(run.split("-")) for run in load("icd10_words")[1]["chapters"]]
    assert ends == sorted(ends)
    assert all(one[1] < other[0] for one, other in pairwise(ends))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("icd10:J441", "Chronic obstructive pulmonary disease"),
        ("icd10:J44", "Chronic obstructive pulmonary disease"),
        ("icd10:J999", "Lung or breathing disorder"),
        ("vgp:ramipril", "Ramipril 5mg capsules"),
        ("vgp:nothing", None),
        ("icd10:", None),
        ("loinc:4548-4", None),
    ],
)
def test_words_of_a_code(code, words):
    con = duckdb.connect()
    con.register("words", words_table())
    found = con.execute(
        f"SELECT words FROM (SELECT ? AS code) LEFT JOIN words ON key = {words_key('code')}", [code]
    ).fetchone()
    assert found == (words,)


def test_keys_are_unique():
    keys = words_table()["key"].to_pylist()
    assert len(keys) == len(set(keys)) == len(icd10_words()) + len(primary_care().terms)


def test_settings_of_the_shipped_feeds_have_words():
    words = display_words()
    assert words.settings["inpatient"] == "Hospital stay"
    assert words.methods["elective"] == "Planned"
    assert words.kinds["MedicationRequest"] == "Medicine"


def test_every_setting_and_method_that_an_event_can_have_has_words():
    event, words = tables()["event"], display_words()
    assert set(words.settings) == set(event.words("setting"))
    assert set(words.methods) == set(event.words("method"))


def test_measurements_have_units_and_nothing_else_has():
    for term in primary_care().terms:
        assert (term.unit is not None) == (term.kind == "observation")
