"""From step to step: where answers lead, what is refused, what runs alongside, how it ends."""

from datetime import UTC, date, datetime, timedelta

import pytest

from vanguard.flow import (
    Answered,
    Arrived,
    Began,
    Changed,
    Closed,
    Event,
    Finished,
    Flow,
    NotAllowed,
    Paused,
    Received,
    Resumed,
    apply,
    begin,
    handed_over,
    needs,
    open_to,
    propose,
    replay,
    told,
)

CALL = Received(datetime(2026, 1, 14, 9, 0, tzinfo=UTC), "surgery", "phone", age=81, sex="female")
SORTED = {"bleeding": False, "safe": True, "falls": 1, "speed": "soon", "trade": "therapy", "floor": "any"}


def after(minutes: float) -> datetime:
    return CALL.at + timedelta(minutes=minutes)


def to_the_visit(**answers: bool | str | float) -> list[Event]:
    return [CALL, Finished(after(5), "answer"), Finished(after(15), "sort", SORTED | answers)]


def to_the_classes() -> list[Event]:
    return [*to_the_visit(), Arrived(after(60), "visit"), Finished(after(90), "visit", {"exercise": True})]


def where(flow: Flow, events: list[Event]) -> list[str]:
    return [held.step for held in replay(flow, events).open]


def refused(flow: Flow, events: list[Event], last: Event) -> str:
    with pytest.raises(NotAllowed) as error:
        apply(flow, replay(flow, events), last)
    return str(error.value)


def test_a_call_begins_where_its_channel_leads(falls: Flow) -> None:
    assert where(falls, [CALL]) == ["answer"]
    assert where(falls, [Received(CALL.at, "crew", "online")]) == ["sort"]


def test_who_may_not_refer_and_how_is_said(falls: Flow) -> None:
    with pytest.raises(NotAllowed, match=r"Nobody refers from surgry\. Did you mean surgery"):
        begin(falls, Received(CALL.at, "surgry", "phone"))
    with pytest.raises(NotAllowed, match="Refer by phone, online"):
        begin(falls, Received(CALL.at, "surgery", "api"))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [({}, ["visit"]), ({"safe": False}, ["rest"]), ({"bleeding": True, "safe": False}, [])],
)
def test_the_first_rule_that_holds_leads_on(falls: Flow, answers: dict[str, bool], expected: list[str]) -> None:
    state = replay(falls, to_the_visit(**answers))
    assert [held.step for held in state.open] == expected
    assert (state.finish is None) == bool(expected)


def test_a_step_is_not_finished_before_its_questions_are_answered(falls: Flow) -> None:
    said = refused(falls, [CALL, Finished(after(5), "answer")], Finished(after(6), "sort", {"bleeding": False}))
    assert "Answer first: Safe at home, Falls this year, How soon, Who goes, Which floor" in said


def test_answers_may_come_one_by_one_and_are_asked_once(falls: Flow) -> None:
    events = [CALL, Finished(after(5), "answer"), Answered(after(6), "sort", {"bleeding": False, "safe": False})]
    rest = {key: value for key, value in SORTED.items() if key not in ("bleeding", "safe")}
    assert where(falls, [*events, Finished(after(7), "sort", rest)]) == ["rest"]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Finished(after(20), "visit", {"exercise": True}), "Visit cannot be finished yet: nobody has arrived."),
        (
            Answered(after(20), "visit", {"exercise": "yes"}),
            "no answer to: Would exercise help. Answer yes or no.",
        ),
        (
            Finished(after(20), "visit", {"money": True}),
            "Visit does not ask: Short of money. Answer it in its own",
        ),
        (Finished(after(20), "sort", SORTED), "Sort is not open. Open are Visit."),
        (Began(after(14), "visit"), "This happened before what came before it."),
        (Arrived(after(14), "visit"), "This happened before what came before it."),
        (Changed(after(20), {"speed": "never"}), "never is no answer to: How soon. It is one of Soon, Later."),
        (Changed(after(20), {"floor": "ground"}), "Which floor cannot be changed later."),
        (Changed(after(20), {"exercise": True}), "Would exercise help has not been answered yet."),
        (Changed(after(14), {"speed": "later"}), "This happened before what came before it."),
        (
            Paused(after(20), "holiday"),
            "to pause holiday. There are The person asked us to wait, In hospital.",
        ),
        (Resumed(after(20), "in_hospital"), "Not paused: In hospital."),
        (Closed(after(20), "done"), "Done cannot happen at any time. There are Died."),
        (Closed(after(20), "dyed"), "dyed cannot happen at any time. Did you mean died?"),
        (Answered(after(20), "visit", {"excercise": True}), "does not ask: excercise. Did you mean exercise?"),
        (CALL, "This referral has been received already."),
    ],
)
def test_what_may_not_happen_is_refused_in_a_sentence(falls: Flow, event: Event, said: str) -> None:
    assert said in refused(falls, to_the_visit(), event)


def test_nobody_arrives_where_nobody_goes(falls: Flow) -> None:
    assert "Answer is no visit" in refused(falls, [CALL], Arrived(after(1), "answer"))


def test_an_answer_from_an_earlier_step_is_given_anew(falls: Flow) -> None:
    """Whether home is safe was asked before the rest; after it, the answer may be another."""
    rested = to_the_visit(safe=False)
    assert "Answer first: Safe at home" in refused(falls, rested, Finished(after(600), "rest"))
    assert where(falls, [*rested, Finished(after(600), "rest", {"safe": True})]) == ["visit"]


def test_no_step_begins_or_is_arrived_for_twice(falls: Flow) -> None:
    arrived = [*to_the_visit(), Began(after(20), "visit"), Arrived(after(60), "visit")]
    assert "Visit has begun already" in refused(falls, arrived, Began(after(61), "visit"))
    assert "Someone arrived already: Visit." in refused(falls, arrived, Arrived(after(61), "visit"))


def test_what_runs_alongside_begins_when_its_condition_holds_and_must_end_first(falls: Flow) -> None:
    events = to_the_classes()
    assert where(falls, events) == ["classes"]
    events.append(Answered(after(100), "classes", {"money": True}))
    assert where(falls, events) == ["classes", "advise"]
    assert "Finish first: Advise" in refused(falls, events, Finished(after(110), "classes"))
    events += [Finished(after(120), "advise")]
    assert where(falls, events) == ["classes"]
    state = replay(falls, [*events, Finished(after(130), "classes")])
    assert state.finish is not None
    assert (state.finish.end, told(falls, state)) == ("done", ("gp", "referrer"))


def test_who_is_told_of_a_step(falls: Flow) -> None:
    assert told(falls, replay(falls, to_the_visit())) == ("gp",)


def test_a_death_ends_it_anywhere_and_nothing_follows(falls: Flow) -> None:
    events = [*to_the_classes(), Answered(after(100), "classes", {"money": True}), Closed(after(101), "died")]
    state = replay(falls, events)
    assert state.open == ()
    assert state.finish is not None
    assert "This episode has ended: Died. Make a new referral." in refused(falls, events, Began(after(102), "classes"))


def test_the_proposal_is_the_first_that_holds_for_each_question(falls: Flow) -> None:
    def proposed(origin: str, age: int | None, falls_this_year: int) -> dict[str, object]:
        state = begin(falls, Received(CALL.at, origin, "online", age=age))
        state = apply(falls, state, Answered(after(1), "sort", {"falls": falls_this_year}))
        return {p.question: (p.answer, p.reason) for p in propose(falls, state, "sort")}

    assert proposed("surgery", 86, 0) == {
        "speed": ("soon", "Many falls or a great age"),
        "trade": ("therapy", "Nothing presses"),
    }
    assert proposed("crew", None, 0) == {
        "speed": ("soon", "A crew is waiting"),
        "trade": ("nursing", "A crew is waiting"),
    }
    assert proposed("surgery", None, 2)["speed"] == ("later", "Nothing presses")


def test_nothing_is_proposed_on_what_is_not_known(falls: Flow) -> None:
    assert propose(falls, begin(falls, Received(CALL.at, "surgery", "online")), "sort") == ()


def test_who_may_do_a_step(falls: Flow) -> None:
    state = replay(falls, to_the_visit())
    assert open_to(falls, state, ["therapist"]) == ("visit",)
    assert open_to(falls, state, ["night_nurse", "adviser"]) == ("visit",)
    assert open_to(falls, state, ["adviser"]) == ()


def test_what_a_step_needs_by_day_and_by_night(falls: Flow) -> None:
    state = replay(falls, to_the_visit())
    day, night = (needs(falls, state, CALL.at.replace(hour=hour))[0] for hour in (12, 23))
    assert (day.resource.id, day.skill, day.available) == ("visitor", "therapy", True)
    assert (night.resource.id, night.skill, night.available) == ("night_visitor", None, True)
    changed = apply(falls, state, Changed(after(30), {"trade": "nursing"}))
    assert needs(falls, changed, CALL.at)[0].skill == "nursing"


def test_a_bed_is_matched_by_sex_and_answers(falls: Flow) -> None:
    state = replay(falls, to_the_visit(safe=False, floor="ground"))
    nurse, bed = needs(falls, state, CALL.at)
    assert (nurse.resource.id, bed.resource.id) == ("desk_nurse", "rest_bed")
    assert bed.match == (("sex", "female"), ("floor", "ground"))


def test_an_adviser_is_away_at_the_weekend(falls: Flow) -> None:
    state = replay(falls, [*to_the_classes(), Answered(after(100), "classes", {"money": True})])
    saturday = datetime(2026, 1, 17, 12, 0, tzinfo=UTC)
    assert [need.available for need in needs(falls, state, saturday)] == [True, False]


def test_a_step_is_not_finished_before_what_happened_in_it(falls: Flow) -> None:
    events = [CALL, Finished(after(5), "answer"), Answered(after(60), "sort", SORTED)]
    assert "before what came before it" in refused(falls, events, Finished(after(30), "sort"))
    hosted = [*to_the_classes(), Answered(after(100), "classes", {"money": True}), Finished(after(300), "advise")]
    assert "before what came before it" in refused(falls, hosted, Finished(after(200), "classes"))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 1, 14, 9, 0), "This time has no time zone."),
        (datetime(1026, 1, 14, 9, 0, tzinfo=UTC), "The year 1026 cannot be right."),
    ],
)
def test_a_time_that_cannot_be_is_refused(falls: Flow, at: datetime, said: str) -> None:
    with pytest.raises(NotAllowed, match=said):
        begin(falls, Received(at, "surgery", "phone"))


def test_an_episode_begins_with_a_referral(falls: Flow) -> None:
    for events in ([Began(CALL.at, "answer")], []):
        with pytest.raises(NotAllowed, match="begins with a referral"):
            replay(falls, events)


def test_the_next_service_should_begin_on_the_local_day_of_the_end(falls: Flow) -> None:
    assert handed_over(falls, replay(falls, to_the_visit()), {}) is None
    half_past_midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    visit = [Arrived(half_past_midnight, "visit"), Finished(half_past_midnight, "visit", {"exercise": False})]
    state = replay(falls, [*to_the_visit(), *visit])
    over = handed_over(falls, state, {})
    assert over and (over.due, over.begins, over.gap) == (date(2026, 7, 2), None, None)
    for day, gap in (("2026-07-02", 0), ("2026-06-30", 0), ("2026-07-05", 3)):
        said = handed_over(falls, state, {"classes_begin": day})
        assert said and (said.begins, said.gap) == (date.fromisoformat(day), gap)
    assert handed_over(falls, replay(falls, [*to_the_visit(), Closed(after(30), "died")]), {}) is None
