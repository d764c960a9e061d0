"""Code sets that a place supplies: read, checked, and added to the groupings that they name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.codes import conditions, extended, is_sctid, supplied_sets
from vanguard.errors import BadInput

ABOUT = "id: our_diabetes\nversion: 2026-04\nsource: Our licence\nlicence: SNOMED CT affiliate\n"
HEADER = "set,system,code,term\n"
REFSET = "id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId\n"


def place(folder: Path, codes: str, about: str = ABOUT, name: str = "own.csv") -> Path:
    inside = folder / "codes"
    inside.mkdir(exist_ok=True)
    (inside / name).write_text(codes, encoding="utf-8")
    if about:
        (inside / name).with_suffix(".yaml").write_text(about, encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(BadInput) as problem:
        supplied_sets(folder)
    return str(problem.value)


@pytest.mark.parametrize("sctid", ["22298006", "73211009", "38341003", "999000011000001104", "1104051000000101"])
def test_identifiers_with_their_check_digit(sctid):
    assert is_sctid(sctid)


@given(st.sampled_from(["22298006", "73211009", "999000011000001104"]), st.data())
def test_one_wrong_digit_or_two_neighbours_swapped_is_noticed(sctid, data):
    at = data.draw(st.integers(1, len(sctid) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    wrong = sctid[:at] + digit + sctid[at + 1 :]
    assert is_sctid(wrong) == (wrong == sctid)
    swapped = sctid[: at - 1] + sctid[at] + sctid[at - 1] + sctid[at + 1 :]
    assert is_sctid(swapped) == (swapped == sctid)


@pytest.mark.parametrize("written", ["", "12345", "2229800", "022298006", "1" * 19, "٢٢٢٩٨٠٠٦", "22298006 "])
def test_what_has_not_the_form_of_an_identifier(written):
    assert not is_sctid(written)


def test_a_place_without_sets_has_none(tmp_path):
    assert supplied_sets(tmp_path) == ()


def test_a_set_adds_to_a_condition_and_leaves_ours_alone(tmp_path):
    home = place(
        tmp_path,
        "\ufeff" + HEADER + 'diabetes,snomed,73211009,"Diabetes\nmellitus"\n',
        ABOUT + "extends: long_term_conditions\n",
    )
    own = supplied_sets(home)
    assert (own[0].about.id, own[0].about.licence) == ("our_diabetes", "SNOMED CT affiliate")
    more = {group.id: group for group in extended("long_term_conditions", conditions(), own)}
    assert more["diabetes"].holds("snomed:73211009") and more["diabetes"].holds("icd10:E112")
    assert not more["asthma"].holds("snomed:73211009")
    assert not any(group.holds("snomed:73211009") for group in conditions())


def test_a_reference_set_as_distributed(tmp_path):
    rows = (
        "a\t20260401\t1\tm\t999000731000230108\t73211009\r\n"
        "b\t20260401\t0\tm\t999000731000230108\t38341003\r\n"
        "c\t20260401\t1\tm\t999000741000230103\t22298006\r\n"
    )
    about = ABOUT + "extends: long_term_conditions\nrefsets: {999000731000230108: diabetes}\n"
    home = place(tmp_path, REFSET.replace("\n", "\r\n") + rows, about, "der2_Refset_SimpleSnapshot.txt")
    assert [(group.id, group.codes) for group in supplied_sets(home)[0].sets] == [
        ("diabetes", (("snomed", "73211009"),))
    ]


@pytest.mark.parametrize(
    ("codes", "about", "said"),
    [
        (HEADER + "diabetes,snomed,73211008,\n", ABOUT, "own.csv, line 2: 73211008 is not a SNOMED CT identifier"),
        (HEADER + "diabetes,snomed,7.32E+07,\n", ABOUT, "line 2: 7.32E+07 is a number that a spreadsheet has spoiled"),
        (HEADER + "x,snomed,73211009,\nx,read,H33..,\n", ABOUT, "line 3: The system read is not known"),
        (HEADER + "x,icd10,E1,\n", ABOUT, "line 2: E1 is not an ICD-10 code"),
        (HEADER + ",snomed,73211009,\n", ABOUT, "line 2: The set is empty"),
        (HEADER + "x,snomed\n", ABOUT, "line 2: This row has 2 fields; expected 4"),
        (HEADER, ABOUT, "There are no codes"),
        ("set,code\n", ABOUT, "line 1: The column system is missing"),
        (HEADER + "diabetis,snomed,73211009,\n", ABOUT + "extends: long_term_conditions\n", "the nearest is diabetes"),
        (HEADER + "x,snomed,73211009,\n", ABOUT + "extends: conditions\n", "no code set conditions"),
        (HEADER + "x,snomed,73211009,\n", "", "no own.yaml beside"),
        (HEADER + "x,snomed,73211009,\n", "id: x\nversion: 1\nsource: s\n", "does not say its licence"),
        (HEADER + "x,snomed,73211009,\n", ABOUT + "author: me\n", "author is not known here"),
        (HEADER + "x,snomed,73211009,\n", "id: [", "own.yaml, line 1: This is not valid YAML"),
        (HEADER + "x,snomed,73211009,\n", "just words\n", "Names and values are needed"),
        (HEADER + 'x,snomed,"73211009\n', ABOUT, "This is not CSV"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_file_and_line(tmp_path, codes, about, said):
    assert said in refused(place(tmp_path, codes, about))


def test_every_wrong_row_is_said_at_once(tmp_path):
    message = refused(place(tmp_path, HEADER + "x,snomed,1234567,\nx,snomed,73211009,\nx,dmd,7654321,\n"))
    assert "line 2" in message and "line 4" in message and "line 3" not in message


def test_a_description_without_codes_and_one_id_twice_are_refused(tmp_path):
    home = place(tmp_path, HEADER + "x,snomed,73211009,\n")
    place(tmp_path, HEADER + "y,snomed,38341003,\n", name="second.csv")
    assert "our_diabetes is used twice" in refused(home)
    (tmp_path / "codes" / "second.csv").unlink()
    assert "no second.csv or second.txt" in refused(home)


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path):
    home = place(tmp_path, HEADER)
    (tmp_path / "codes" / "own.csv").write_bytes(HEADER.encode() + b"x,snomed,73211009,caf\xe9\n")
    assert "line 2: This is not UTF-8" in refused(home)


def test_a_reference_set_must_be_named_and_have_members(tmp_path):
    home = place(tmp_path, REFSET, ABOUT, "refset.txt")
    assert "which set of ours" in refused(home)
    place(tmp_path, REFSET, ABOUT + "refsets: {999000731000230108: x}\n", "refset.txt")
    assert "999000731000230108 has no active member" in refused(home)
