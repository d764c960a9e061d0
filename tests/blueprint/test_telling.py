"""Conditions by their questions, and opening hours, as people say them."""

import pytest

from vanguard.blueprint.elements import Cited
from vanguard.blueprint.elements.hours import hours
from vanguard.blueprint.elements.pathways import Question
from vanguard.blueprint.telling import opening_told, when_told
from vanguard.lake.condition import Vocabulary, read_condition

ASKED = Vocabulary.of({"alone": "bool", "goes": "text", "score": "number"}, {"goes": ["far_off", "near_by", "nowhere"]})
QUESTIONS = {
    one.id: one
    for one in (
        Question(id="alone", label="Is anyone there?", kind="yes_no", source=Cited(cites="paper")),
        Question(
            id="goes",
            label="How far?",
            kind="choice",
            of={"far_off": "A long way", "near_by": "Round the corner", "nowhere": "Nowhere"},
            source=Cited(cites="paper"),
        ),
    )
}


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("alone", "“Is anyone there?” Yes"),
        ("not alone", "“Is anyone there?” No"),
        ("goes = 'far_off'", "“How far?” A long way"),
        ("goes <> 'nowhere' and not alone", "“How far?” not Nowhere and “Is anyone there?” No"),
        (
            "alone or goes in ('far_off', 'near_by')",
            "“Is anyone there?” Yes or “How far?” A long way or Round the corner",
        ),
        ("score >= 7", "score 7 or more"),
        (
            "(alone or score < 5) and goes = 'nowhere'",
            "(“Is anyone there?” Yes or score under 5) and “How far?” Nowhere",
        ),
        # What has no plain words stays as it is written, but for what only a computer needs.
        ("score + 1 > 7", "score + 1 > 7"),
    ],
)
def test_a_condition_is_told_by_what_was_asked(condition: str, said: str) -> None:
    assert when_told(read_condition(condition, ASKED), QUESTIONS) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Mo-Su 00:00-24:00", "at all hours"),
        ("Mo-Su 21:00-07:30", "every day 9pm to 7.30am"),
        ("Mo-Fr 08:00-18:30; PH off", "Monday to Friday 8am to 6.30pm, closed on bank holidays"),
        (
            "Mo-Fr 08:00-20:00; Sa,Su 09:00-12:00; PH 09:00-13:00",
            "Monday to Friday 8am to 8pm, Saturday and Sunday 9am to midday, bank holidays 9am to 1pm",
        ),
        (
            "Tu,Th 13:00-15:00,18:00-24:00",
            "Tuesday 1pm to 3pm and 6pm to midnight, Thursday 1pm to 3pm and 6pm to midnight",
        ),
        ("Mo-Su 00:00-24:00; PH off", "Monday to Sunday midnight to midnight, closed on bank holidays"),
    ],
)
def test_opening_hours_are_told_by_the_days_of_the_week(written: str, said: str) -> None:
    assert opening_told(hours(written)) == said
