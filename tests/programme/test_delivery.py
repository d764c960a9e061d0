"""Delivery: status by stated rules, limits of decisions, no circle of waiting, and the plan on a page and in time."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.small_place import NOW

from vanguard.errors import BadInput
from vanguard.programme import HISTORY
from vanguard.programme.days import first_day, last_day, months_after
from vanguard.programme.delivery.circles import circles
from vanguard.programme.delivery.status import Awaited, ByHand, Work, judge, progress
from vanguard.programme.tables.writing import load

TODAY = date(2026, 6, 15)
HAND = ByHand("green", "The board knows", "Programme director", "2026-06-01", "2026-06-30")
STATUSES = (
    (Work("2026-06-15"), "green", "None of the rules"),
    (Work("2026-06"), "green", "None of the rules"),
    (Work("2026-06-14"), "red", "It is overdue."),
    (Work("2026-05", done="2026-06"), "blue", "It is done."),
    (Work("2026-07-01", forecast="2026-07-29"), "amber", "It is forecast after it is due."),
    (Work("2026-07-01", forecast="2026-07-30"), "red", "more than 28 days after it is due."),
    (Work("2026-07", risk=8), "amber", "rated 8 of 25"),
    (Work("2026-07", risk=15), "red", "rated 15 of 25"),
    (Work("2026-07", waits=(Awaited("The record", "2026-09", False),)), "amber", "waits for The record, which comes"),
    (Work("2026-07", waits=(Awaited("The record", "2026-05", False),)), "amber", "The record, which is overdue."),
    (Work("2026-07", waits=(Awaited("The record", "2026-05", True),)), "green", "None of the rules"),
    (Work("2026-05", reported="2026-03-01"), "silent", "Nobody has said how it stands for more than 90 days."),
    (Work("9999-12-31", forecast="9999"), "green", "None of the rules"),
)
PLAN = {
    "milestones": "short,name,due,starts,override,override_reason,override_by,override_on\n"
    "record,The shared record,2018-06,2018-01,,,,\n"
    "line,One line to call,2018-09,2018-03,green,The board accepted the delay,Programme director,2018-07-01\n",
    "waits": "milestone,for_milestone,for_dependency\nline,record,\nrecord,,bucks-d9\n",
    "risks": "short,name,milestone,owner,likelihood,impact,mitigation,residual_likelihood,residual_impact,raised\n"
    "ig,Sharing is not agreed,line,Head of data,5,4,A lawyer asks,4,4,2018-02\n",
    "benefits": "short,name,measure,unit,baseline,baseline_on,forecast,forecast_on,latest,latest_on\n"
    "beds,Fewer bed days,emergency_admissions_65,days,100,2018-01-01,80,2019-01-01,96,2018-07-01\n",
    "limits": "short,who,amount,since,above\nboard,Board of the programme,500000,2018,\n"
    "director,Programme director,50000,2018,board\n",
    "decisions-made": "short,name,on,under,amount,why\nbuy,Buy the record,2018-03-01,director,50000,It joins all\n",
}
MISTAKES = (
    (
        "decisions-made",
        "short,name,on,under,amount,why\nbuy,Buy the record,2018-03-01,director,50001,It joins all\n",
        "amount: The decision is over £50,001, and Programme director may decide up to £50,000. Take it to Board of "
        "the programme, up to £500,000.",
    ),
    (
        "decisions-made",
        "short,name,on,under,amount,why\nbuy,Buy the record,2018-03-01,director,500001,It joins all\n",
        "amount: The decision is over £500,001, and Programme director may decide up to £50,000. Nobody above may",
    ),
    (
        "decisions-made",
        "short,name,on,under,why\nearly,Begin,2017-12-31,director,To begin\n",
        "on: On that day Programme director had no such limit. Name the limit that was in force.",
    ),
    (
        "waits",
        "milestone,for_milestone,for_dependency\nrecord,line,\n",
        "for_milestone: One line to call waits for The shared record; The shared record waits for One line to call: "
        "none of it could ever be done.",
    ),
    ("waits", "milestone,for_milestone,for_dependency\nline,,\n", "for_milestone: A milestone waits for another"),
    (
        "risks",
        "short,name,owner,likelihood,impact,residual_likelihood,residual_impact,raised\nr,R,Me,2,2,3,3,2018\n",
        "residual_likelihood: The risk is rated 4 before anything is done against it, and 9 after.",
    ),
    ("milestones", "short,name,due,override\nx,X,2018,green\n", "override_reason: A status set by hand says why"),
    (
        "benefits",
        "short,name,unit,baseline,baseline_on,forecast,forecast_on\nb,B,days,1,2018,1,2018\n",
        "measure: The benefit names no measure.",
    ),
)


def test_status_follows_from_the_rules() -> None:
    for work, colour, reason in STATUSES:
        found = judge(work, TODAY)
        assert found.colour == found.by_rules == colour, work
        assert any(reason in one for one in found.reasons), (work, found.reasons)
    late = Work("2026-06-14", risk=16, waits=(Awaited("Z", "2026-01", False),), by_hand=HAND)
    found = judge(late, TODAY)
    assert (found.colour, found.by_rules, found.by_hand) == ("green", "red", HAND)
    assert found.reasons == (
        "It is overdue.",
        "An open risk to it is rated 16 of 25, after all that is done against it.",
    )
    assert judge(late, date(2026, 7, 1)).colour == "red", "the status by hand has ended"
    assert judge(Work("2026-05", done="2026-05", by_hand=HAND), TODAY).colour == "blue"


def test_a_benefit_against_its_line() -> None:
    def colour(latest: tuple[float, str] | None, today: date = TODAY) -> str:
        return progress((100, "2026-01-01"), (80, "2026-12-31"), latest, today).colour

    assert [colour(one) for one in (None, (101, "2026-06"), (97, "2026-06"), (85, "2026-06"), (79, "2026-06"))] == [
        *("silent", "red", "amber", "green", "blue")
    ]
    assert colour((81, "2026-12"), date(2027, 1, 1)) == "red"


@given(st.dates(), st.integers(0, 400), st.data())
def test_days_known_in_part(day: date, months: int, data: st.DataObject) -> None:
    for when in (f"{day.year:04}", f"{day.year:04}-{day.month:02}", f"{day.year:04}-{day.month:02}-{day.day:02}"):
        assert first_day(when) <= day <= last_day(when)
    later = months_after(day, months)
    assert later == date.max or (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later == date.max or later.day == day.day or (later.day < day.day and months_after(later, 0) == later)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30))
def test_circles_are_found_and_only_those(pairs: list[tuple[int, int]]) -> None:
    found = list(circles(pairs))
    for circle in found:
        assert all(step in pairs for step in zip(circle, [*circle[1:], circle[0]], strict=True))
    left = dict.fromkeys(pairs)
    while ready := [one for one in left if one[1] not in {who for who, _ in left}]:
        for one in ready:
            del left[one]
    assert bool(found) == bool(left)


def test_a_chain_longer_than_the_stack_has_no_circle() -> None:
    chain = [(one, one + 1) for one in range(5000)]
    assert list(circles(chain)) == []
    assert len(next(circles([*chain, (5000, 0)]))) == 5001


def test_the_plan_shows_why_and_refuses_what_cannot_be(
    programme: Path, anybody: Client, signed_in: Callable[[str], Client], tmp_path: Path
) -> None:
    load(HISTORY, NOW)
    for table, text in PLAN.items():
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
    load(tmp_path, NOW)
    assert all((one.new, one.changed) == (0, 0) for one in load(tmp_path, NOW).values())
    page = anybody.get("/plan?on=2018-08-01").content.decode()
    for words in (
        *(
            "Green",
            "Set by hand by Programme director on 1 July 2018: The board accepted the delay. By the rules: red.",
        ),
        *("An open risk to it is rated 16 of 25", "It is overdue.", "20% of the way is done, and 50% of the time was"),
        *("£50,000", "D9 Interoperable IT", "The first of these that holds", "Status as on 1 August 2018"),
    ):
        assert words in page, words
    assert "Sharing is not agreed" not in page, "risks are not public"
    assert "Sharing is not agreed" in signed_in("viewer").get("/plan?on=2018-08-01").content.decode()
    drawn = anybody.get("/gantt?on=2018-08-01").content.decode()
    assert drawn.count("vg-gantt__bar ") == 6 and drawn.count("vg-gantt__link") == 1 and "vg-gantt__today" in drawn
    assert "Write the day as 2016-11-01." in anybody.get("/plan?on=soon").content.decode()
    assert "No milestone matches" in anybody.get("/gantt?site=none").content.decode()
    past = anybody.get("/plan?place=Buckinghamshire&on=2016-11-01").content.decode()
    assert "The shared record" not in past and past.count("It is overdue.") >= 2
    assert "No word" in anybody.get("/plan?place=Buckinghamshire&on=2018-08-01").content.decode()
    for table, text, sentence in MISTAKES:
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
        with pytest.raises(BadInput) as problem:
            load(tmp_path / f"{table}.csv", NOW)
        assert f"line 2, column {sentence}" in str(problem.value), problem.value
