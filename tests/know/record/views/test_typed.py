"""What people type: dates of birth, and a search in one box."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.know.record.views.dates import read_date
from vanguard.know.record.views.freshness import feed_name
from vanguard.know.record.views.people import split_search
from vanguard.web import presenters as say

DAY = date(1942, 8, 6)


@pytest.mark.parametrize(
    "text",
    [
        "6 August 1942",
        "06/08/1942",
        "6.8.1942",
        "6-8-1942",
        " 6 aug 1942 ",
        "1942-08-06",
        "6 AUGUST 1942",
        "6Aug1942",
    ],
)
def test_dates_as_people_write_them(text: str) -> None:
    assert read_date(text) == DAY


@pytest.mark.parametrize("text", ["", "30 February 1950", "31/04/1950", "6 Smarch 1942", "1942", "6 8 42", "0/1/1950"])
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


@given(st.dates(date(1000, 1, 1)))
def test_what_we_write_we_read(day: date) -> None:
    assert read_date(say.day(day)) == day
    assert read_date(day.isoformat()) == day


@given(st.text())
def test_anything_may_be_typed(text: str) -> None:
    read_date(text)
    split_search(text)


@pytest.mark.parametrize(
    ("text", "words", "born"),
    [
        ("Ann Shah 6 August 1942", "Ann Shah", DAY),
        ("6/8/1942 shah", "shah", DAY),
        ("shah, 1942-08-06", "shah", DAY),
        ("999 123 4567", "999 123 4567", None),
        ("Shah", "Shah", None),
        ("Shah 30 February 1942", "Shah 30 February 1942", None),
    ],
)
def test_one_box_takes_a_number_or_a_name_and_a_date(text: str, words: str, born: date | None) -> None:
    assert split_search(text) == (words, born)


def test_feeds_are_named_in_words() -> None:
    assert feed_name("gp_events") == "GP events"
    assert feed_name("fhir") == "FHIR"
    assert feed_name("care_packages") == "Care packages"
