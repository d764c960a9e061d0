"""Engagement: as far as the rules ask, feedback in themes, you said, we did; and nobody is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.small_place import NOW

from vanguard.errors import BadInput
from vanguard.programme import HISTORY
from vanguard.programme.engagement.models import EngagementPlan
from vanguard.programme.engagement.scale import Change, Rule, asked_for
from vanguard.programme.tables.writing import load

TOLD = {
    "goals": "short,kind,number,name,person_story,clinician_story\n"
    "home,aim,1,More help at home,She slept in her own bed,I knew who had been\n",
    "engagement-plans": "short,name,place,change,people,moves,seldom_heard,level,less_because\n"
    "hubs,Community hubs,Buckinghamshire,Clinics move to hubs,200000,yes,Travelling communities,wide,\n",
    "themes": "short,plan,you_said,we_did,not_because,answered\n"
    "buses,hubs,There is no bus,A bus stops there,,2018-03\nbeds,hubs,Keep the beds,,Most could be at home,2018-04\n",
    "feedback": "reference,plan,received,channel,said_by,said,theme\n"
    "f1,hubs,2018-01,event,resident,No bus goes to the hub,buses\n"
    "f2,hubs,2018-01,post,carer,I cannot get there,buses\n",
    "content": "short,name,audience,kind,text,written\n"
    "parish,For parish newsletters,wider,newsletter,Hubs come,2018-01\n",
}
MISTAKES = (
    (
        "engagement-plans",
        {"level": "light"},
        "level: The plan chooses Light contact, and the rules ask for Wide public engagement: People have to travel "
        "elsewhere. Communities that are often left out are asked in their own way. Choose that, or say in ",
    ),
    ("themes", {"not_because": "No money"}, "not_because: Something was done, and there is a reason why nothing was."),
    ("themes", {"answered": ""}, "answered: What came of it and when go together."),
    ("feedback", {"said": "Ask Dr Jones"}, "said: The cell seems to hold the name of a person."),
    ("feedback", {"said_by": "Jo"}, "said_by: Jo is none of resident"),
    ("feedback", {"channel": "pigeon"}, "channel: pigeon is none of event"),
    (
        "goals",
        {"person_story": "Mrs Black slept at home"},
        "person_story: The cell seems to hold the name of a person.",
    ),
    ("content", {"text": "Write to a@b.org"}, "text: The cell seems to hold an e-mail address."),
)
ABOUT = ("any", "people", "moves", "closes", "formal", "seldom_heard")
RULES = st.lists(
    st.builds(Rule, st.sampled_from(ABOUT), st.integers(0, 9), st.integers(1, 5), st.sampled_from(("A.", "B."))),
    max_size=8,
)


@given(RULES, st.none() | st.integers(0, 9), st.booleans(), st.booleans())
def test_more_of_a_change_never_asks_for_less(rules: list[Rule], people: int | None, moves: bool, closes: bool) -> None:
    less = asked_for(Change(people, moves, False, False, False), rules)[0]
    more, why = asked_for(Change(9, True, closes, True, True), rules)
    assert less <= more == max((one.level for one in rules if one.about != "closes" or closes), default=0)
    assert bool(why) == bool(more)


def test_the_page_of_engagement_and_what_it_refuses(
    programme: Path, anybody: Client, signed_in: Callable[[str], Client], tmp_path: Path
) -> None:
    load(HISTORY, NOW)
    for table, text in TOLD.items():
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
    load(tmp_path, NOW)
    assert all((one.new, one.changed) == (0, 0) for one in load(tmp_path, NOW).values())
    page = anybody.get("/engagement").content.decode()
    for words in (
        *("There is no bus", "Said 2 times", "A bus stops there", "Nothing, because: Most could be at home"),
        *("More help at home", "She slept in her own bed", "I knew who had been", "Aim"),
        *("Community hubs", "People have to travel elsewhere.", "Formal consultation", "April 2018"),
    ):
        assert words in page, words
    assert "I cannot get there" not in page + anybody.get("/themes/buses").content.decode()
    assert "Nothing has" in anybody.get("/search?q=cannot+get").content.decode()
    assert "I cannot get there" in signed_in("viewer").get("/themes/buses").content.decode()
    for table, other, sentence in MISTAKES:
        first, row = TOLD[table].splitlines()[:2]
        kept = dict(zip(first.split(","), row.split(","), strict=True)) | other
        (tmp_path / f"{table}.csv").write_text(f"{first}\n{','.join(kept.values())}\n", "utf-8")
        with pytest.raises(BadInput) as problem:
            load(tmp_path / f"{table}.csv", NOW)
        assert f"line 2, column {sentence}" in str(problem.value), problem.value
    assert EngagementPlan.objects.get().level.short == "wide"
