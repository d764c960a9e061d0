"""What is written down of an episode, and what follows from it, on both databases."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from tests.care.hub.conftest import at

from vanguard.care import hub
from vanguard.care.hub import episodes
from vanguard.care.hub.models import Deadline, Happening, Notice, Referral
from vanguard.errors import BadInput
from vanguard.flow import Arrived, Changed, Closed, Finished, NotAllowed, Paused, readings

CALL = {
    "life_in_danger": False,
    "whereabouts": "in_own_home",
    "main_trouble": "unwell_getting_worse",
    "safe_until_seen": True,
}
DECISION = {
    "help_direction": "step_up",
    "how_soon": "rapid_response",
    "intervention_lead": "nurse_leads",
    "place_of_help": "help_at_home",
    "kind_of_bed": "bed_with_nursing",
}


@pytest.fixture
def decided(refers, clerk, triage_nurse):
    """Seven minutes on the telephone, five more to decide: a nurse, within three hours."""
    one = refers()
    hub.record(one.number, Finished(at(2, "11:07"), "taking_the_call", CALL), seen=1, by=clerk, now=at(2, "11:07"))
    decision = Finished(at(2, "11:12"), "clinical_triage", DECISION)
    return hub.record(one.number, decision, seen=2, by=triage_nurse, now=at(2, "11:12"))


def board(number: int) -> tuple[str, str, object]:
    row = Referral.objects.get(pk=number)
    return row.step, row.clock, row.due_at


def unseen(role: str) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(role=role, seen_at=None).order_by("at").values_list("why", "words"))


def test_a_referral_is_on_the_board_the_moment_it_is_received(refers):
    one = refers()
    assert board(one.number) == ("taking_the_call", "time_to_decision", at(2, "11:30"))
    assert Happening.objects.get().by.name == "Olu Adeyemi"


def test_the_clinicians_decision_sets_the_clock_and_says_who_is_told(decided):
    assert board(decided.number) == ("response_visit", "rapid_response", at(2, "14:00"))
    assert unseen("general_practitioner") == [("told", "A professional goes to the person")]
    waiting = Deadline.objects.filter(fired_at=None).order_by("at").values_list("kind", "of", "at", "tell")
    assert list(waiting) == [
        ("warning", "rapid_response", at(2, "13:00"), "referral_point_lead"),
        ("breach", "rapid_response", at(2, "14:00"), "referral_point_lead"),
    ]


def test_what_is_kept_for_the_board_is_what_the_events_come_to(decided):
    again = hub.episode(decided.number)
    assert again.state == decided.state
    assert again.happened == 3 == Happening.objects.count()


def test_who_was_overtaken_is_told_by_whom_and_nothing_is_written(decided, triage_nurse, works_as):
    other = works_as("referral_point_lead", "Ann Price")
    late = Changed(at(2, "11:20"), {"intervention_lead": "therapist_leads"})
    hub.record(decided.number, late, seen=3, by=other, now=at(2, "11:20"))
    mine = Changed(at(2, "11:21"), {"intervention_lead": "social_care_leads"})
    with pytest.raises(hub.Overtaken, match="Ann Price has changed this referral"):
        hub.record(decided.number, mine, seen=3, by=triage_nurse, now=at(2, "11:21"))
    assert hub.episode(decided.number).state.answers["intervention_lead"] == "therapist_leads"


def test_what_is_sent_twice_happens_once(decided, nurse):
    arrival = Arrived(at(2, "13:10"), "response_visit")
    first = hub.record(decided.number, arrival, seen=3, by=nurse, now=at(2, "13:10"))
    second = hub.record(decided.number, arrival, seen=3, by=nurse, now=at(2, "13:40"))
    assert (first.happened, second.happened) == (4, 4)
    assert second.state == first.state
    # A button pressed twice says it at two moments; what else was written meanwhile is not passed over in silence.
    again = Arrived(at(2, "13:11"), "response_visit")
    third = hub.record(decided.number, again, seen=3, by=nurse, now=at(2, "13:41"))
    assert third.state == first.state and third.happened == 4
    with pytest.raises(hub.Overtaken, match="You have changed this referral"):
        hub.record(decided.number, again, seen=3, by=nurse, now=at(2, "13:42"), written={"health_today": "Tired"})


def test_a_step_is_done_by_those_it_is_for(refers, nurse, works_as):
    one = refers()
    with pytest.raises(hub.NotYours, match="The call is taken: this is not for a response nurse to do"):
        hub.record(one.number, Finished(at(2, "11:07"), "taking_the_call", CALL), seen=1, by=nurse, now=at(2, "11:07"))
    stranger = works_as("commissioner", "Joan Hill")
    with pytest.raises(hub.NotYours):
        hub.record(one.number, Closed(at(2, "11:07"), "person_died"), seen=1, by=stranger, now=at(2, "11:07"))
    assert Happening.objects.count() == 1


def test_what_the_pathway_does_not_allow_leaves_nothing_behind(decided, nurse):
    with pytest.raises(NotAllowed, match="nobody has arrived"):
        done = Finished(at(2, "13:10"), "response_visit", {"goals_agreed": True, "after_the_visit": "needs_no_more"})
        hub.record(decided.number, done, seen=3, by=nurse, now=at(2, "13:10"))
    assert Referral.objects.get().happened == Happening.objects.count() == 3


def test_nobody_can_say_what_has_not_happened_yet(decided, nurse):
    with pytest.raises(BadInput, match="in the future"):
        hub.record(decided.number, Arrived(at(2, "13:10"), "response_visit"), seen=3, by=nurse, now=at(2, "13:09"))


def test_a_warning_and_a_breach_reach_the_lead_once_each(decided):
    assert hub.sweep(at(2, "12:59")) == 0
    assert [hub.sweep(at(2, "13:00")), hub.sweep(at(2, "13:00"))] == [1, 0]
    # The server was down for an hour and a half: nothing is forgotten.
    assert hub.sweep(at(2, "14:30")) == 1
    assert unseen("referral_point_lead") == [("warning", "Rapid response"), ("breach", "Rapid response")]


def test_a_server_that_dies_between_deadline_and_escalation_escalates_when_it_is_back(decided, monkeypatch):
    class Killed(BaseException):
        """As a process is that is told to stop: nothing catches it."""

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as power_cut:
        power_cut.setattr(episodes, "report", dies)
        with pytest.raises(Killed):
            hub.sweep(at(2, "13:01"))
    assert not Deadline.objects.exclude(fired_at=None).exists() and unseen("referral_point_lead") == []
    assert [hub.sweep(at(2, "16:00")), hub.sweep(at(2, "16:01"))] == [2, 0]
    assert unseen("referral_point_lead") == [("warning", "Rapid response"), ("breach", "Rapid response")]


def test_whoever_arrived_in_time_but_said_so_late_missed_nothing(decided, nurse):
    hub.sweep(at(2, "13:00"))
    hub.record(decided.number, Arrived(at(2, "13:50"), "response_visit"), seen=3, by=nurse, now=at(2, "14:20"))
    assert hub.sweep(at(2, "14:20")) == 0
    assert not readings(decided.flow, hub.episode(decided.number).state, at(2, "15:00"))[0].breached


def test_a_breach_that_was_told_stays_whatever_is_said_later(decided, nurse):
    hub.sweep(at(2, "14:00"))
    hub.record(decided.number, Arrived(at(2, "14:05"), "response_visit"), seen=3, by=nurse, now=at(2, "14:05"))
    assert Deadline.objects.filter(kind="breach", fired_at=at(2, "14:00")).count() == 1
    rapid = next(r for r in readings(decided.flow, hub.episode(decided.number).state, at(2, "15:00")))
    assert rapid.breached and rapid.elapsed == timedelta(hours=3, minutes=5)


def test_a_pause_moves_what_falls_due_only_where_the_clock_allows_it(decided, triage_nurse):
    hub.record(
        decided.number, Paused(at(2, "12:00"), "person_asked_to_wait"), seen=3, by=triage_nurse, now=at(2, "12:00")
    )
    assert board(decided.number) == ("response_visit", "rapid_response", at(2, "14:00"))
    slower = Changed(at(2, "12:05"), {"how_soon": "fast_response"})
    hub.record(decided.number, slower, seen=4, by=triage_nurse, now=at(2, "12:05"))
    row = Referral.objects.get()
    assert (row.clock, row.due_at, row.paused) == ("fast_response", None, True)
    assert not Deadline.objects.filter(of="rapid_response", fired_at=None).exists()


def test_an_end_clears_the_board_and_tells_whom_the_pathway_names(decided, triage_nurse):
    hub.record(decided.number, Closed(at(2, "12:00"), "person_died"), seen=3, by=triage_nurse, now=at(2, "12:00"))
    row = Referral.objects.get()
    assert (row.step, row.end, row.ended_at) == ("", "person_died", at(2, "12:00"))
    assert not Deadline.objects.filter(fired_at=None).exists()
    assert ("told", "The person has died") in unseen("referring_professional")


def test_the_clocks_go_back_and_three_hours_stay_three_hours(refers, clerk, triage_nurse):
    half_past, decided = at(25, "00:30", month=10), at(25, "00:40", month=10)
    one = refers(half_past)
    hub.record(one.number, Finished(decided, "taking_the_call", CALL), seen=1, by=clerk, now=decided)
    hub.record(one.number, Finished(decided, "clinical_triage", DECISION), seen=2, by=triage_nurse, now=decided)
    assert board(one.number)[2] == at(25, "03:30", month=10)


def test_open_work_keeps_the_version_it_began_under(decided, referral_point, place):
    kept = place / "kept_blueprints" / referral_point / "pathways.yaml"
    assert kept.exists()
    assert hub.keep(kept.parent) == referral_point


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told_what_the_other_did(refers, clerk, triage_nurse, works_as):
    one = refers()
    hub.record(one.number, Finished(at(2, "11:07"), "taking_the_call", CALL), seen=1, by=clerk, now=at(2, "11:07"))
    both = [triage_nurse, works_as("referral_point_lead", "Ann Price")]
    ready, said = Barrier(2), []

    def decide(actor, answer):
        ready.wait()
        try:
            decision = Finished(at(2, "11:12"), "clinical_triage", DECISION | {"how_soon": answer})
            hub.record(one.number, decision, seen=2, by=actor, now=at(2, "11:12"))
            said.append("done")
        except hub.Overtaken as overtaken:
            said.append(overtaken.what)
        finally:
            connections["default"].close()

    threads = [Thread(target=decide, args=pair) for pair in zip(both, ("rapid_response", "fast_response"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said)[1] == "done" and "has changed this referral meanwhile" in sorted(said)[0]
    assert Happening.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_act_on_each_deadline_once(refers):
    numbers = [refers(at(2, "11:00")).number for _ in range(5)]
    ready, acted = Barrier(2), []

    def go():
        ready.wait()
        try:
            acted.append(hub.sweep(at(2, "12:00")))
        finally:
            connections["default"].close()

    threads = [Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(acted) == 2 * len(numbers) == Notice.objects.filter(role="referral_point_lead").count()
    assert connection.is_usable()
