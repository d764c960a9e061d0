"""NHS numbers: the check digit by hand, and the SQL held to the plain Python."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.nhs_number import digits, digits_sql, formatted, valid_nhs_number, valid_sql


@pytest.mark.parametrize("number", ["9434765919", "9990000026", "4505577104"])
def test_numbers_with_the_right_check_digit_are_valid(number: str) -> None:
    # 9434765919 is the worked example of the NHS Data Dictionary.
    assert valid_nhs_number(number)


@pytest.mark.parametrize(
    "number", ["9434765918", "943476591", "94347659190", "943 476 5919", "943476591X", "", "٩٤٣٤٧٦٥٩١٩"]
)
def test_other_texts_are_not(number: str) -> None:
    assert not valid_nhs_number(number)


@pytest.mark.parametrize("digit", "0123456789")
def test_one_digit_repeated_is_a_placeholder(digit: str) -> None:
    assert not valid_nhs_number(digit * 10)


@given(st.integers(0, 9_999_999_999), st.integers(0, 9), st.integers(0, 9))
def test_a_changed_digit_or_two_swapped_neighbours_is_always_noticed(stem: int, place: int, digit: int) -> None:
    text = f"{stem:010d}"
    if not valid_nhs_number(text):
        return
    changed = text[:place] + str(digit) + text[place + 1 :]
    assert changed == text or not valid_nhs_number(changed)
    swapped = text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
    assert swapped == text or not valid_nhs_number(swapped)


@given(st.lists(st.one_of(st.integers(0, 9_999_999_999).map(lambda n: f"{n:010d}"), st.text(max_size=12), st.none())))
def test_sql_says_what_python_says(texts: list[str | None]) -> None:
    texts = [text.replace("\x00", "") if text else text for text in texts] + [
        "9434765919",
        "1111111111",
        None,
    ]
    con = duckdb.connect()
    found = con.execute(
        f"SELECT {valid_sql('t')}, {digits_sql('t')} FROM (SELECT unnest($1::VARCHAR[]) AS t)", [texts]
    ).fetchall()
    assert [row[0] for row in found] == [text is not None and valid_nhs_number(text) for text in texts]
    assert [row[1] for row in found] == [None if text is None else digits(text) for text in texts]


def test_people_read_it_in_three_groups() -> None:
    assert formatted("9434765919") == "943 476 5919"
    assert formatted("unknown") == "unknown"
    assert digits("943 476-5919") == "9434765919"
