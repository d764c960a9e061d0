"""The board: every open referral in the order of what is due, naming nobody."""

from tests.care.hub.conftest import at
from tests.care.hub.test_episodes import CALL, DECISION

from vanguard.care import hub
from vanguard.care.hub.board import board, version
from vanguard.flow import Arrived, Closed, Finished


def test_what_is_due_first_comes_first_and_nobody_is_named(refers, clerk, triage_nurse, nurse):
    waits, urgent, slow = refers(at(2, "10:55")), refers(at(2, "11:00")), refers(at(2, "11:01"))
    for one, soon in ((urgent, "rapid_response"), (slow, "normal_response")):
        answers = DECISION | {"how_soon": soon}
        hub.record(one.number, Finished(at(2, "11:05"), "taking_the_call", CALL), seen=1, by=clerk, now=at(2, "11:05"))
        hub.record(
            one.number,
            Finished(at(2, "11:06"), "clinical_triage", answers),
            seen=2,
            by=triage_nurse,
            now=at(2, "11:06"),
        )
    seen = board(at(2, "13:05"))
    assert [(row.number, row.state) for row in seen.rows] == [
        (waits.number, "overdue"),
        (urgent.number, "soon"),
        (slow.number, "waiting"),
    ]
    assert seen.counts == {"overdue": 1, "soon": 1, "waiting": 1}
    first = seen.rows[1]
    assert (first.who, first.step, first.lead) == ("woman", "A professional goes to the person", "A nurse")
    assert "Clarke" not in repr(seen)
    assert [row.number for row in board(at(2, "13:05"), step="response_visit").rows] == [urgent.number, slow.number]
    # Once somebody is there no clock runs: that is neither in time nor late.
    hub.record(urgent.number, Arrived(at(2, "13:06"), "response_visit"), seen=3, by=nurse, now=at(2, "13:06"))
    later = board(at(2, "18:00"), step="response_visit")
    assert [(row.number, row.state, row.due_at) for row in later.rows][-1] == (urgent.number, "in_hand", None)
    # Until its step lasts longer than the pathway lets it.
    goals = {"goals_agreed": True, "after_the_visit": "goes_to_a_bed"}
    hub.record(urgent.number, Finished(at(2, "14:00"), "response_visit", goals), seen=4, by=nurse, now=at(2, "14:00"))
    assert board(at(4, "13:59"), step="days_in_a_bed").counts == {"in_hand": 1}
    (late,) = board(at(4, "14:00"), step="days_in_a_bed").rows
    assert (late.state, late.due_at, late.clock) == ("overdue", at(4, "14:00"), "Lasts too long")


def test_the_version_changes_with_the_board_and_with_nothing_else(refers, triage_nurse):
    one = refers()
    before = version()
    assert version() == before
    hub.sweep(at(2, "11:20"))
    warned = version()
    assert warned != before
    hub.record(one.number, Closed(at(2, "11:25"), "referral_withdrawn"), seen=1, by=triage_nurse, now=at(2, "11:25"))
    assert version() != warned
    assert board(at(2, "11:26")).rows == ()
