"""How episodes went that are over, or still go on: each lived through the hub itself, at instants that are given."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from benchmarks.referral_point.place import Person

PATHWAY = "rapid_response_and_reablement_pathway"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True)
class Course:
    """One way through the pathway. What is empty has not happened yet; `ends_by` is the last step's last answer."""

    trouble: str
    soon: str = ""
    lead: str = ""
    waits: timedelta = timedelta()
    visit: str = ""
    days: float = 0
    ends_by: str = ""
    closed: str = ""
    for_good: bool = False


# Ended ones, in about the shares of the papers: most need nothing further after a visit, a third get reablement.
OVER = (
    Course("unwell_getting_worse", "rapid_response", "nurse_leads", 95 * MINUTE, "needs_no_more"),
    Course("fallen_cannot_rise", "rapid_response", "nurse_leads", 200 * MINUTE, "needs_no_more"),
    Course("needs_nursing", "fast_response", "nurse_leads", 6 * 60 * MINUTE, "needs_no_more"),
    Course("moves_less_well", "normal_response", "therapist_leads", 2 * DAY, "needs_no_more"),
    Course("needs_equipment", "normal_response", "therapist_leads", 3 * DAY + 2 * 60 * MINUTE, "needs_no_more"),
    Course("short_of_breath", "rapid_response", "nurse_leads", 70 * MINUTE, "must_go_to_hospital"),
    Course("needs_personal_care", "normal_response", "social_care_leads", 2 * DAY, "goes_on_with_reablement", 20,
           "stands_alone_again"),
    Course("moves_less_well", "fast_response", "therapist_leads", DAY, "goes_on_with_reablement", 38,
           "stands_alone_again"),
    Course("carer_cannot_go_on", "fast_response", "social_care_leads", 5 * 60 * MINUTE, "goes_on_with_reablement", 30,
           "care_for_good", for_good=True),
    Course("newly_confused", closed="person_declined"),
)  # fmt: skip
UNDECIDED = Course("unwell_getting_worse")
UNVISITED = Course("needs_nursing", "fast_response", "nurse_leads")
IN_REABLEMENT = Course("moves_less_well", "fast_response", "therapist_leads", DAY, "goes_on_with_reablement")
ASSESSED = {
    "story_in_own_words": "It began with a fall in the kitchen.",
    "what_matters_most": "To sleep at home again.",
    "health_today": "Better than yesterday.",
}


def live(course: Course, person: Person, began: datetime, *, told: datetime) -> int:
    """Let the hub write one episode that began with a call, as far as `told`; returns the referral's number.

    Whoever must know has seen it an hour later. The rota must have somebody on shift at each instant.
    """
    from vanguard.access import end_call, take_call
    from vanguard.care.hub import blueprint_of, episode, flow_of, record
    from vanguard.care.hub.about import about_met
    from vanguard.care.hub.episodes import Referrer
    from vanguard.care.hub.models import Draft
    from vanguard.care.hub.notes import add_note
    from vanguard.care.hub.place import flows
    from vanguard.care.hub.referring import send
    from vanguard.care.hub.sheets import Filled, sheet_of
    from vanguard.flow import Arrived, Closed, Finished

    named, flow = next(one for one in flows() if one[1].pathway.id == PATHWAY)
    taker, triage, nurse = actor("taker0"), actor("triage0"), actor("nurse0")
    columns = person.columns()
    take_call(taker, nhs_number=columns["nhs_number"], now=began)
    draft = Draft.objects.create(
        id=uuid.uuid4(), user_id=taker.user_id, pathway=PATHWAY, channel="phone", person_id=person.id,
        typed={"origin": ["general_practice"]}, opened_at=began, saved_at=began + 3 * MINUTE,
    )  # fmt: skip
    about = about_met(person.id, columns | {"birth_date": columns["birth_date"].isoformat()}, person.practice,
                      person.locality)  # fmt: skip
    sheet = sheet_of(blueprint_of(named), flow, "taking_the_call")
    steering = {"life_in_danger": False, "whereabouts": "in_own_home", "main_trouble": course.trouble,
                "safe_until_seen": True}  # fmt: skip
    written = {"what_has_happened": "Has not been well since Saturday.", "agreed_to_referral": "person_agreed",
               "referrers_number": "01296 000000"}  # fmt: skip
    sent = send(draft, named, flow, about, Referrer("Dr Shah"), "general_practice", sheet,
                Filled(steering, written, {}), by=taker, now=began + 4 * MINUTE)  # fmt: skip
    number = sent.number  # type: ignore[union-attr]
    end_call(taker, person.id, reason="over", now=began + 4 * MINUTE)

    def on(event: Any, by: Any, written: Mapping[str, Any] | None = None) -> None:
        if event.at <= told:
            _pass(number, event.at)
            seen = episode(number).happened
            form = "common_assessment" if written else ""
            record(number, event, seen=seen, by=by, now=event.at, form=form, written=written or {})

    if course.closed:
        on(Closed(began + 20 * MINUTE, course.closed), triage)
    elif course.soon:
        decided = {"help_direction": "step_up", "how_soon": course.soon, "intervention_lead": course.lead,
                   "place_of_help": "help_at_home", "kind_of_bed": "bed_with_nursing"}  # fmt: skip
        on(Finished(began + 18 * MINUTE, "clinical_triage", decided), triage)
        _allocate(number, triage, began + 21 * MINUTE)
    if course.visit:
        there = began + max(course.waits, 40 * MINUTE)
        on(Arrived(there, "response_visit"), nurse)
        add_note(nurse, number, uuid.uuid4(), "Had soup and walked to the door.", ago=timedelta(), now=there + MINUTE)
        visited = {"goals_agreed": True, "after_the_visit": course.visit}
        on(Finished(there + 50 * MINUTE, "response_visit", visited), nurse, ASSESSED)
        if course.ends_by:
            over = there + course.days * DAY
            worker = actor(nurse.username, role="response_therapist")
            last = {"likely_to_need_care_for_good": course.for_good, "when_reablement_ends": course.ends_by}
            on(Finished(over, "reablement_at_home", last), worker)
    _pass(number, told)
    assert flow_of(named, PATHWAY) is flow
    return number


def actor(username: str, *, role: str = "") -> Any:
    """Somebody of the place's staff as a request of theirs would be."""
    from vanguard.access import Actor, policy
    from vanguard.access.models import User

    user = User.objects.get(username=username)
    localities = frozenset(user.teams.values_list("locality_id", flat=True))
    return Actor(user.pk, username, user.name, policy().roles[role or user.role], None, user.practice_id, localities)


def _allocate(number: int, by: Any, at: datetime) -> None:
    from vanguard.care.hub import episode
    from vanguard.care.hub.models import Referral
    from vanguard.care.hub.sending import choices, send

    row, one = Referral.objects.get(pk=number), episode(number)
    (choice,) = choices(one, row.locality_id, at)
    send(one, row, choice.step, choice.suggestions[0].who.code, instead_of=0, why="", by=by, now=at)


def _pass(number: int, until: datetime) -> None:
    """Time goes by for one referral: what falls due is acted on, and whoever must know has seen it."""
    from vanguard.care.hub.episodes import _fire
    from vanguard.care.hub.models import Deadline, Notice
    from vanguard.care.hub.notices import seen

    for deadline in Deadline.objects.filter(referral_id=number, fired_at=None, at__lte=until).order_by("at"):
        _fire(deadline.pk, number, deadline.at + timedelta(seconds=2))
    hour = 60 * MINUTE
    for notice in Notice.objects.filter(referral_id=number, seen_at=None, at__lte=until - hour).select_related(
        "referral"
    ):
        by = actor("lead0", role=notice.role)
        if notice.role == "general_practitioner":
            by = type(by)(by.user_id, by.username, by.name, by.role, None, notice.referral.practice_id, frozenset())
        seen(by, notice.pk, now=notice.at + hour)
