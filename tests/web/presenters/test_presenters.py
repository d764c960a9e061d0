"""How things are said: the examples of the NHS service manual, and the edges of each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.web import presenters as say

SUMMER = datetime(2018, 8, 6, 16, 30, tzinfo=UTC)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


def test_a_day_is_written_in_full() -> None:
    assert say.day(date(2018, 8, 6)) == "6 August 2018"
    assert say.month(date(2018, 8, 6)) == "August 2018"
    assert say.day(None) == "Not known"


def test_an_instant_is_said_in_london_time() -> None:
    assert say.day_and_time(SUMMER) == "6 August 2018 at 5.30pm"
    days = {6: "Today", 5: "Tomorrow", 7: "Yesterday", 8: "6 August"}
    assert [say.near(SUMMER, date(2018, 8, day)) for day in days] == [f"{said} at 5.30pm" for said in days.values()]
    assert say.near(SUMMER, date(2020, 8, 6)) == "6 August 2018 at 5.30pm"
    # Late on a summer evening in UTC it is already tomorrow in London.
    assert say.day(datetime(2018, 8, 6, 23, 30, tzinfo=UTC)) == "7 August 2018"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 0, "midnight"),
        (12, 0, "midday"),
        (0, 5, "12.05am"),
        (12, 5, "12.05pm"),
        (17, 0, "5pm"),
        (9, 7, "9.07am"),
    ],
)
def test_times_of_day(hour: int, minute: int, words: str) -> None:
    assert say.clock_time(datetime(2018, 1, 6, hour, minute, tzinfo=UTC)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "in 3 days"),
        (-1, "tomorrow"),
        (0, "today"),
        (1, "yesterday"),
        (3, "3 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (60, "8 weeks ago"),
        (61, "2 months ago"),
        (365, "12 months ago"),
        (800, "2 years ago"),
    ],
)
def test_how_long_ago(days: int, words: str) -> None:
    today = date(2026, 11, 22)
    assert say.ago(today - timedelta(days=days), today) == words


@given(DAYS, st.integers(2, 40_000))
def test_ago_never_says_none_or_one_of_something(today: date, days: int) -> None:
    if days < (today - date.min).days:
        number = int(say.ago(today - timedelta(days=days), today).split()[0])
        assert number >= 2


def test_a_span_of_one_day_is_one_day() -> None:
    assert say.span(date(2018, 8, 1), date(2018, 8, 6)) == "1 August 2018 to 6 August 2018"
    assert say.span(date(2018, 8, 1), date(2018, 8, 1)) == "1 August 2018"
    assert say.span(date(2018, 8, 1), None) == "1 August 2018"


def test_a_name_is_surname_first() -> None:
    assert say.banner_name("Anne-Marie", "o'Brien") == "O'BRIEN, Anne-Marie"
    assert say.banner_name(None, "Shah") == "SHAH"
    assert say.banner_name("Priya", None) == "Priya"
    assert say.banner_name(None, "") == "Name not known"


def test_an_nhs_number_is_in_three_groups() -> None:
    assert say.nhs_number("9991234567") == "999 123 4567"
    assert say.nhs_number(None) == "Not known"


def birthday(born: date, years: int) -> date:
    """The birthday after so many years; that of 29 February is 1 March in other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


@given(DAYS, DAYS)
def test_age_turns_on_the_birthday(born: date, on: date) -> None:
    years = say.age(born, on)
    if on < born:
        assert years is None
    else:
        assert years is not None
        assert birthday(born, years) <= on < birthday(born, years + 1)


def test_born_on_29_february_ages_on_1_march() -> None:
    assert say.age(date(2000, 2, 29), date(2018, 2, 28)) == 17
    assert say.age(date(2000, 2, 29), date(2018, 3, 1)) == 18


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(1942, 1, 1), "84 years"),
        (date(2024, 11, 22), "2 years"),
        (date(2025, 3, 1), "20 months"),
        (date(2026, 10, 1), "7 weeks"),
        (date(2026, 11, 21), "1 day"),
        (None, "age not known"),
    ],
)
def test_ages_of_the_very_young_are_finer(born: date | None, words: str) -> None:
    assert say.age_in_words(born, date(2026, 11, 22)) == words


def test_numbers() -> None:
    assert say.count(20000) == "20,000"
    assert say.things(1, "person", "people") == "1 person"
    assert say.things(1234, "person", "people") == "1,234 people"
    assert say.things(0, "row") == "no rows"
    assert say.quantity(132.0, "mm[Hg]") == "132 mmHg"
    assert say.quantity(5.625, None) == "5.62"
    assert say.quantity(3.0, "{score}") == "3"
    assert say.pounds(123450) == "£1,234.50"
    assert say.pounds(5000) == "£50"


def test_words_unknown_to_us_are_shown_plainly() -> None:
    assert say.setting("emergency_department") == "Emergency department"
    assert say.setting("hospice_at_home") == "Hospice at home"
    assert say.kind("MedicationStatement") == "Medication statement"
    assert say.source("https://fhir.example.org/base") == "https://fhir.example.org/base"
    assert say.setting(None) == "Not known"
