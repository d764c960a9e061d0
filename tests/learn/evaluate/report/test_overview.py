"""The page of the vanguards: no bound of a comparison that failed, and no more of chance than is known."""

import re
from datetime import date

import pytest

from vanguard.learn.evaluate import FALL, Check, Estimate, Finding, Judged, read_feeds, shipped_plans, verdict
from vanguard.learn.evaluate.library import Answer, Family
from vanguard.learn.evaluate.report import vanguards_page, whose_they_are
from vanguard.learn.evaluate.scope import Scope

PLANS = shipped_plans()
HELD = Check("pre_trend", True, "Courses ran alike before.")
PLACEBO = Check("placebo_in_time", False, "An effect is seen before anything began.")
TOLD = Check("autocorrelation", False, "Months hang together.")
MINUS = "\u2212"
CLEAR = (-12.0, -18.0, -6.0)
"""An effect with its interval, of 100 expected."""


def answer(id: str, numbers: tuple[float, float, float], *checks: Check) -> Answer:
    """One plan with these numbers."""
    effect, low, high = numbers
    estimate = Estimate(effect, low, high, 0.5 if low <= 0 <= high else 0.01)
    scope = Scope(
        outcome=PLANS[id].outcome,
        called="unplanned admissions" if "admissions" in PLANS[id].outcome else "days of waiting",
        unit="per 100 a month",
        every="month",
        first=date(2013, 4, 1),
        last=date(2019, 3, 1),
        known_until=date(2019, 4, 1),
        start=date(2015, 4, 1),
        number=9,
        compared=148,
        persons=False,
        treated=(),
        units=(),
        since=date(2015, 4, 1),
        left_out=(),
        who=None,
    )
    events = Estimate(effect * 100, low * 100, high * 100, estimate.p_value)
    finding = Finding(PLANS[id].design, "", estimate, expected=100, events=events, smallest_effect=7, checks=checks)
    return Answer(PLANS[id], Judged(PLANS[id], scope, finding, checks, verdict(estimate, checks), (), ()))


def page(*families: Family) -> str:
    return dict(vanguards_page(families, read_feeds()))["vanguards.md"]


def bounds(text: str) -> list[list[str]]:
    """What the first table says of each type: verdict, change, fall, rise, in numbers, what would show."""
    head = text.partition("**Single sites**")[0]
    return [[cell.strip() for cell in line.split("|")[3:-1]] for line in head.splitlines() if line.startswith("| ")][1:]


SITES = (answer("pacs_salford", CLEAR, HELD), answer("pacs_wirral", (5.0, -3.0, 13.0), HELD))
FAILED = Family(answer("pacs", (-0.4, -4.8, 4.1), HELD, PLACEBO), SITES)
SOUND = Family(answer("mcp_delays", (-5.6, -37.5, 26.8), HELD, TOLD), ())


def test_a_comparison_that_failed_a_check_bounds_nothing() -> None:
    text = page(FAILED, SOUND).replace(MINUS, "-")
    assert bounds(text) == [
        ["No clear evidence (placebo in time failed)", "-0.4%", "no bound", "no bound", "40 fewer", "7.0%"],
        [*("No clear evidence", "-5.6%", "-37.5%", "+26.8%"), "560 fewer (between 3,750 fewer and 2,680 more)", "7.0%"],
    ]
    assert "For whole types of which no check failed, and as far as their comparison is sound," in text
    assert "where a check of the comparison failed: Primary and acute care systems (unplanned admissions)." in text
    failed, sound = re.findall(r"^We looked at .*", text, re.MULTILINE)
    assert "If the comparison held, the true change would lie somewhere between -4.8% and +4.1%" in failed
    assert "set no bound" in failed and "could have shown" not in failed
    assert "the true change lies somewhere between" in sound and "could have shown" in sound
    assert text.count("which is no bound as placebo in time failed") == 1


@pytest.mark.parametrize(
    ("families", "bounded", "unbounded"), [((FAILED,), False, True), ((SOUND,), True, False)], ids=["failed", "sound"]
)
def test_what_may_be_said_is_said_only_of_what_there_is(
    families: tuple[Family, ...], bounded: bool, unbounded: bool
) -> None:
    text = page(*families)
    assert ("greater than those in the table unlikely" in text) is bounded
    assert ("They bound nothing" in text) is unbounded
    assert "What may not be said" in text


def test_the_first_words_say_what_it_comes_to_in_numbers() -> None:
    text = page(FAILED, Family(answer("mcp", (-0.7, -3.3, 1.9), HELD), ())).replace(MINUS, "-")
    short = text.partition("## In short")[2].partition("| All sites together")[0]
    assert "providers had 70 fewer unplanned admissions than expected (between 330 fewer and 190 more), -0.7%." in short
    assert "Primary" not in short and len(short.split()) < 150


def test_a_type_with_a_clear_change_is_told_without_the_sentence_of_none() -> None:
    text = page(Family(answer("pacs", CLEAR, HELD), SITES))
    assert f"{FALL} in unplanned admissions." in text and "What may be said" not in text


def test_chance_is_given_as_the_most_that_is_expected() -> None:
    told = page(FAILED, SOUND)
    (sites,) = re.findall(r"^\*\*Single sites\*\*.*", told, re.MULTILINE)
    assert "of 2 results of sites alone, 1 show evidence of a fall, 0 of a rise and 1 nothing clear" in sites
    assert "of so many about one at most stands out by chance" in sites and "of 100" not in sites
    assert told.count("of so many about one at most stands out by chance") > 1


def test_an_interval_below_nothing_at_all_is_said_to_rule_out_hardly_anything() -> None:
    loose = page(Family(answer("pacs_delays", (-25.0, -110.0, 60.0), HELD), ()))
    assert "Nothing falls by more than 100%" in loose and "Nothing falls by more than 100%" not in page(SOUND)


def test_every_shipped_plan_says_whose_it_is() -> None:
    whose = whose_they_are()
    assert set(whose) == set(PLANS)
    assert all(bool(one.site) != bool(one.type) for one in whose.values())
