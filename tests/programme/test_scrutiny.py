"""Scrutiny: recommendations looked at again after 6 and 12 months, and public pages that show no person."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from tests.small_place import NOW

from vanguard.errors import BadInput
from vanguard.programme import HISTORY
from vanguard.programme.scrutiny.models import Check, Recommendation
from vanguard.programme.scrutiny.monitoring import looks
from vanguard.programme.tables.writing import load

TOLD = {
    "recommendations": "short,inquiry,number,text,to,response,answered,reason\n"
    "ld-1,learning-disabilities,1,Say where help is,The cabinet,accepted,2016-08-31,\n"
    "ld-2,learning-disabilities,2,Pay for more,The cabinet,not_accepted,2016-08-31,There is no money\n",
    "recommendation-checks": "recommendation,after,on,progress,rating\nld-1,6,2017-02-28,A page is there,amber\n",
    "public-questions": "reference,committee,received,asked_by,question\nq1,bucks-hasc,2016-10-01,resident,When?\n",
}
MISTAKES = (
    ("recommendations", "response", "in_part", "reason: The recommendation is not accepted as a whole. Say why."),
    ("recommendations", "answered", "", "answered: The answer and its day go together."),
    ("recommendation-checks", "recommendation", "ld-2", "recommendation: The recommendation was not accepted"),
    ("recommendation-checks", "on", "2016-08-30", "on: The committee looked before there was an answer."),
    ("recommendation-checks", "after", "9", "after: 9 is none of 6, 12."),
    ("recommendation-checks", "rating", "blue", "rating: blue is none of green, amber, red."),
    ("public-questions", "question", "Ask Mrs Smith", "question: The cell seems to hold the name of a person."),
    ("public-questions", "question", "Ring 01296 123 456", "question: The cell seems to hold a telephone number."),
    ("public-questions", "question", "I am 943 476 5919", "question: The cell seems to hold an NHS number."),
    ("public-questions", "asked_by", "Jo Smith", "asked_by: Jo Smith is none of resident, patient"),
)


def test_when_a_recommendation_is_looked_at_again() -> None:
    def told(answered: str, ratings: dict[int, str], today: date) -> list[tuple[date, str]]:
        return [(one.due, one.state) for one in looks("accepted", answered, ratings, today)]

    six, twelve = date(2017, 2, 28), date(2017, 8, 31)
    assert told("2016-08-31", {}, six) == [(six, "due"), (twelve, "due")]
    assert told("2016-08", {}, date(2017, 3, 1)) == [(six, "overdue"), (twelve, "due")]
    assert told("2016-08-31", {6: "amber"}, date(2018, 1, 1)) == [(six, "rated"), (twelve, "overdue")]
    assert told("2016-08-31", {6: "green"}, date(2018, 1, 1)) == [(six, "rated"), (twelve, "satisfied")]
    assert told("2016-08-31", {12: "amber"}, date(2018, 1, 1)) == [(six, "passed"), (twelve, "rated")]
    assert looks("not_accepted", "2016", {}, six) == looks("awaited", "", {}, six) == ()


def test_the_pages_of_scrutiny_and_what_they_refuse(programme: Path, anybody: Client, tmp_path: Path) -> None:
    load(HISTORY, NOW)
    assert Check.objects.filter(rating="green", after="12").count() == Recommendation.objects.count() == 5
    for table, text in TOLD.items():
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
    load(tmp_path, NOW)
    assert all((one.new, one.changed) == (0, 0) for one in load(tmp_path, NOW).values())
    page = anybody.get("/scrutiny").content.decode()
    for words in (
        *("Say where help is", "Amber", "Due 31 August 2017", "Overdue", "Not monitored", "Not accepted"),
        *("To be timetabled", "4 minutes for a question", "A resident", "Not answered yet", "Lead commissioner"),
    ):
        assert words in page, words
    assert page.count("Green") >= 5
    assert "Say where help is" not in anybody.get("/scrutiny?rating=green").content.decode()
    for table, name, cell, sentence in MISTAKES:
        first, row = TOLD[table].splitlines()[:2]
        kept = dict(zip(first.split(","), row.split(","), strict=True)) | {name: cell}
        (tmp_path / f"{table}.csv").write_text(f"{first}\n{','.join(kept.values())}\n", "utf-8")
        with pytest.raises(BadInput) as problem:
            load(tmp_path / f"{table}.csv", NOW)
        assert f"line 2, column {sentence}" in str(problem.value), problem.value
    assert Check.objects.count() == 6
