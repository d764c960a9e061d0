"""Episodes that professionals worked through, counted in the lake by the blueprint's own measures."""

from datetime import date, datetime, timedelta
from pathlib import Path

from tests.care.hub.conftest import PATHWAY, at
from tests.know.timeline.told import person, read, store

from vanguard.care import hub, outbox
from vanguard.care.hub import About, Referrer
from vanguard.directory.models import Locality, Practice
from vanguard.flow import Arrived, Finished, Received
from vanguard.know import timeline
from vanguard.lake import Lake
from vanguard.learn import measure

CALL = {"life_in_danger": False, "whereabouts": "in_a_ward", "main_trouble": "moves_less_well", "safe_until_seen": True}
DECISION = {
    "help_direction": "step_down",
    "how_soon": "rapid_response",
    "intervention_lead": "nurse_leads",
    "place_of_help": "help_at_home",
    "kind_of_bed": "plain_bed",
}
SEEN = {"goals_agreed": False, "after_the_visit": "needs_no_more"}
LAST = date(2026, 12, 31)


def test_what_was_done_is_counted_as_it_was_done(referral_point, clerk, triage_nurse, nurse, place: Path) -> None:
    lake = Lake(place)
    locality = Locality.objects.create(code="south", name="South")
    practice = Practice.objects.create(code="K82001", name="The Surgery", locality=locality)
    store(lake, person=[person(f"p{number}") for number in range(1, 5)])

    def refer(person_id: str, when: datetime, *, origin: str = "ward_team", known: bool = True, **call: object) -> int:
        places = {"practice": practice.code, "locality": "south"} if known else {}
        about = About(person_id, sex="female", birth_date=date(1940, 2, 29), **places)
        received = Received(when, origin, "phone", age=86, sex="female")
        one = hub.receive(referral_point, PATHWAY, about, Referrer("Sister Hall"), received, by=clerk, now=when)
        done = Finished(when, "taking_the_call", {**CALL, **call})
        written = {"fit_to_leave_since": (when - timedelta(days=2)).date().isoformat()} if origin == "ward_team" else {}
        hub.record(one.number, done, seen=1, by=clerk, now=when, form="referral_form", written=written)
        return one.number

    def see(number: int, decided: datetime, arrived: datetime) -> None:
        decision = Finished(decided, "clinical_triage", DECISION)
        hub.record(number, decision, seen=2, by=triage_nurse, now=decided)
        hub.sweep(arrived)
        hub.record(number, Arrived(arrived, "response_visit"), seen=3, by=nurse, now=arrived)
        end = arrived + timedelta(minutes=40)
        hub.record(number, Finished(end, "response_visit", SEEN), seen=4, by=nurse, now=end)

    refer("p1", at(1, "09:00"), origin="care_home_staff", life_in_danger=True)
    kept = refer("p2", at(2, "11:00"))
    see(kept, at(2, "11:20"), at(2, "13:59"))
    broken = refer("p3", at(3, "11:00"), known=False)
    see(broken, at(3, "11:40"), at(3, "14:01"))
    waits = refer("p4", at(4, "11:00"))
    hub.record(
        waits, Finished(at(4, "11:20"), "clinical_triage", DECISION), seen=2, by=triage_nurse, now=at(4, "11:20")
    )

    def counted(id: str, start: date) -> tuple[int, int]:
        opened = measure.open_point(lake, shipped, id, start, month_end=LAST)
        return len(opened.counted), len(opened.base)

    def refresh(now: datetime) -> None:
        outbox.send(lake, now)
        timeline.build(lake, now)

    shipped = hub.blueprint_of(referral_point)
    week, month = date(2026, 11, 2), date(2026, 11, 1)
    refresh(at(4, "13:00"))
    # Of the one who still waits nobody can say yet whether the promise is kept; once it is too late, it is broken.
    assert counted("rapid_promise_kept", week) == (1, 2)
    hub.sweep(at(4, "14:00"))
    refresh(at(4, "14:00"))
    assert counted("rapid_promise_kept", week) == (1, 3)
    # Only who was fit on Monday was fit in that week, and was referred two days later.
    assert counted("referred_when_fit", week) == (0, 1)
    # Three ended; of the one without a practice or locality nobody was told.
    assert counted("gp_told_within_a_day", month) == (2, 3)
    measure.build(lake, [shipped], LAST, at(4, "14:00"))
    points = f"SELECT numerator, denominator FROM measure_point WHERE split_by = 'all' AND start = DATE '{week}'"
    assert read(lake, f"{points} AND measure = 'rapid_promise_kept'") == [{"numerator": 1, "denominator": 3}]
    assert read(lake, f"{points} AND measure = 'response_promise_kept'") == [{"numerator": 1, "denominator": 3}]

    settled = "SELECT codes[1] AS clock, status, count(*) AS n FROM event WHERE kind = 'Task' AND known_to IS NULL"
    assert [tuple(row.values()) for row in read(lake, f"{settled} GROUP BY ALL ORDER BY ALL")] == [
        ("clock:rapid_response", "completed", 1),
        ("clock:rapid_response", "failed", 2),
        ("clock:time_to_decision", "completed", 2),
        ("clock:time_to_decision", "failed", 1),
    ]
    whole = "SELECT person_id, codes[1] AS ended, setting FROM event WHERE known_to IS NULL AND kind = 'EpisodeOfCare'"
    assert [tuple(row.values()) for row in read(lake, f"{whole} AND codes[1] LIKE 'end:%' ORDER BY ALL")] == [
        ("p1", "end:emergency_call", "community"),
        ("p2", "end:nothing_further", "community"),
        ("p3", "end:nothing_further", "community"),
    ]
