"""A bed and a professional for somebody referred: found, chosen by a human, and let go by what happens next."""

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from tests.care.hub.conftest import at
from tests.care.hub.test_pages import CALL, people, seen, signed_in, text  # noqa: F401
from tests.small_place import LOCALITIES, PRACTICES

from vanguard import clock
from vanguard.access.models import Relationship, User
from vanguard.access.terms import Role
from vanguard.care import beds, hub, roster
from vanguard.care.beds.models import Bed
from vanguard.care.hub.bedding import wanted_bed
from vanguard.care.hub.models import Notice, Referral
from vanguard.care.hub.notes import add_note
from vanguard.care.hub.sending import choices, may_send
from vanguard.care.outbox.models import Outgoing
from vanguard.care.roster.models import Allocation
from vanguard.directory import fill
from vanguard.flow import Arrived, Changed, Closed, Finished

BEDS = """place,place_name,locality,bed,kind,sex,meets
mill,The Mill,north,1,short_stay_bed,female,plain_bed;bed_with_nursing
mill,The Mill,north,2,short_stay_bed,male,plain_bed;bed_with_nursing
oak,Oak House,south,1,short_stay_bed,any,bed_with_nursing;bed_with_company
"""
HOUR = timedelta(hours=1)
CALLED = {
    "life_in_danger": False,
    "whereabouts": "in_own_home",
    "main_trouble": "unwell_getting_worse",
    "safe_until_seen": False,
}
DECIDED = {
    "help_direction": "step_up",
    "how_soon": "rapid_response",
    "intervention_lead": "nurse_leads",
    "place_of_help": "help_in_a_bed",
    "kind_of_bed": "bed_with_nursing",
}


@pytest.fixture
def three_beds(db, place: Path, tmp_path: Path) -> None:
    fill(LOCALITIES, PRACTICES)
    (tmp_path / "beds.csv").write_text(BEDS)
    beds.import_beds(tmp_path / "beds.csv", at(1, "08:00"))


@pytest.fixture
def keeper(works_as):
    """Somebody who may hold beds, whatever the policy says of the others."""
    actor = works_as("triage_clinician", "Mary Ward")
    role = Role(actor.role.id, actor.role.name, frozenset({"referrals", "beds"}), ())
    return type(actor)(actor.user_id, actor.username, actor.name, role, None, None, frozenset())


@pytest.fixture
def goes_on(clerk, triage_nurse, nurse):
    """The next event of an episode, by whoever does its step."""

    def go(one: hub.Episode, event) -> hub.Episode:
        by = {"taking_the_call": clerk, "clinical_triage": triage_nurse}.get(getattr(event, "step", ""), nurse)
        return hub.record(one.number, event, seen=one.happened, by=by, now=event.at)

    return go


@pytest.fixture
def decided(refers, goes_on):
    one = goes_on(refers(), Finished(at(2, "11:01"), "taking_the_call", CALLED))
    return goes_on(one, Finished(at(2, "11:10"), "clinical_triage", DECIDED))


def status(words: str) -> str:
    place, name = words.split()
    return Bed.objects.get(place_id=place, name=name).status


def test_a_bed_is_held_on_the_way_filled_and_left_with_its_step(three_beds, decided, goes_on, keeper, nurse):
    wanted, at_once = wanted_bed(decided, "north", at(2, "11:15"))
    assert (wanted.sex, [wish.id for wish in wanted.wishes], wanted.hold_for, at_once) == (
        "female",
        ["bed_with_nursing"],
        2 * HOUR,
        False,
    )
    fitting = [offer for offer in beds.offers(wanted, at(2, "11:15")) if offer.fit.fits]
    assert [offer.words for offer in fitting] == ["The Mill, 1", "Oak House, 1"]
    beds.hold(fitting[0].id, wanted, by=keeper, now=at(2, "11:15"))
    one = goes_on(decided, Arrived(at(2, "12:00"), "response_visit"))
    there = Finished(at(2, "12:30"), "response_visit", {"goals_agreed": False, "after_the_visit": "goes_to_a_bed"})
    one = goes_on(one, there)
    assert status("mill 1") == "held"
    wanted, at_once = wanted_bed(one, "north", at(2, "12:45"))
    assert at_once
    beds.occupy(fitting[0].id, wanted, by=keeper, now=at(2, "12:45"))
    # A note is of where the person was when it was written, whenever it is sent.
    for ago in (2 * HOUR, timedelta(minutes=5)):
        add_note(nurse, one.number, uuid.uuid4(), "Had soup.", ago=ago, now=at(2, "14:00"))
    noted = Outgoing.objects.filter(key__contains="/note/").order_by("pk")
    assert [row.entry["setting"] for row in noted] == ["home", "community"]
    one = goes_on(one, Finished(at(4, "09:00"), "days_in_a_bed", {"after_the_bed": "home_with_reablement"}))
    assert status("mill 1") == "cleaning"
    assert wanted_bed(one, "north", at(4, "09:00")) is None
    (stay,) = beds.stays_of(one.number, at(4, "10:00"))
    assert stay.ended_at - stay.arrived_at == timedelta(hours=44, minutes=15)


@pytest.mark.parametrize(
    "event",
    [
        Closed(at(2, "11:30"), "person_died"),
        Finished(at(2, "11:30"), "response_visit", {"goals_agreed": False, "after_the_visit": "needs_no_more"}),
        Finished(
            at(2, "11:30"), "response_visit", {"goals_agreed": True, "after_the_visit": "goes_on_with_reablement"}
        ),
    ],
    ids=["the person died", "nothing further", "home after all"],
)
def test_a_bed_to_which_the_pathway_leads_no_more_is_let_go(three_beds, decided, goes_on, keeper, event):
    wanted, _ = wanted_bed(decided, None, at(2, "11:15"))
    bed = Bed.objects.get(place_id="oak")
    beds.hold(bed.pk, wanted, by=keeper, now=at(2, "11:15"))
    if isinstance(event, Finished):
        decided = goes_on(decided, Arrived(at(2, "11:20"), "response_visit"))
    goes_on(decided, event)
    assert status("oak 1") == "open"


def test_the_lead_is_told_of_a_hold_that_ran_out_once(three_beds, decided, goes_on, keeper):
    wanted, _ = wanted_bed(decided, None, at(2, "11:15"))
    bed = Bed.objects.get(place_id="oak")
    beds.hold(bed.pk, wanted, by=keeper, now=at(2, "11:15"))
    hub.sweep(at(2, "13:14"))
    assert not Notice.objects.filter(why="bed_lost").exists()
    hub.sweep(at(2, "16:00"))
    hub.sweep(at(2, "16:01"))
    (notice,) = Notice.objects.filter(why="bed_lost")
    assert (notice.role, notice.at) == ("referral_point_lead", at(2, "13:15"))
    assert notice.words == "Oak House, 1 is not held for this referral any more: the hold ran out"


def test_a_changed_need_makes_another_bed_fit(three_beds, decided, goes_on):
    one = goes_on(decided, Changed(at(2, "11:20"), {"kind_of_bed": "bed_with_company"}))
    wanted, _ = wanted_bed(one, None, at(2, "11:21"))
    assert [o.words for o in beds.offers(wanted, at(2, "11:21")) if o.fit.fits] == ["Oak House, 1"]


ROTA = """professional,name,employer,employer_name,skills,pool,team,start,end
N1,Ada North,TRUST,The Trust,nurse_leads,response_teams,north-team,2026-11-02 07:30,2026-11-02 21:00
T1,Dai North,CHARITY,The Charity,therapist_leads,response_teams,north-team,2026-11-02 07:30,2026-11-02 21:00
K1,Eve Night,COUNCIL,The Council,,night_teams,north-team,2026-11-02 21:00,2026-11-03 07:30
"""


def test_who_goes_by_day_and_by_night_and_until_the_step_is_over(
    db, place, tmp_path, decided, goes_on, triage_nurse, works_as
):
    fill(LOCALITIES, PRACTICES)
    (tmp_path / "rota.csv").write_text(ROTA)
    roster.import_shifts(tmp_path / "rota.csv", at(1, "08:00"))
    (day,) = choices(decided, "north", at(2, "11:15"))
    assert [(one.who.name, one.suggested) for one in day.suggestions] == [("Ada North", True), ("Dai North", False)]
    assert not day.stands_in and "A nurse" in day.needs
    (night,) = choices(decided, "north", at(2, "22:00"))
    assert [one.who.name for one in night.suggestions] == ["Eve Night"] and night.stands_in
    (early,) = choices(decided, "north", at(2, "07:00"))
    assert early.suggestions == () and "The next is Eve Night, from 2 November 2026 at 9pm" in early.otherwise
    assert may_send(triage_nurse, decided.flow, "response_visit")
    assert not may_send(works_as("referring_professional", "Dr Shah"), decided.flow, "response_visit")

    best, other = day.suggestions
    choose = {"instead_of": 0, "by": triage_nurse, "now": at(2, "11:16")}
    going = roster.allocate(decided.number, "response_visit", best, **choose)
    assert (going.name, going.employer, going.by) == ("Ada North", "The Trust", "Mary Ward")
    # A button pressed twice chooses once.
    assert roster.allocate(decided.number, "response_visit", best, **choose) == going
    with pytest.raises(hub.episodes.BadInput, match="Mary Ward has chosen Ada North meanwhile"):
        other_s = choose | {"by": works_as("referral_point_lead", "Ann Price")}
        roster.allocate(decided.number, "response_visit", best, **other_s)
    choose |= {"instead_of": going.id}
    with pytest.raises(hub.episodes.BadInput, match="Dai North is not suggested: Does not have the skill"):
        roster.allocate(decided.number, "response_visit", other, **choose)
    assert [one.going for one in roster.candidates("response_teams", at(2, "12:00"))] == [1, 0]
    roster.allocate(decided.number, "response_visit", other, why="Knows the family", **choose)
    assert [one.going for one in roster.candidates("response_teams", at(2, "12:00"))] == [0, 1]
    one = goes_on(decided, Arrived(at(2, "12:00"), "response_visit"))
    goes_on(
        one, Finished(at(2, "12:30"), "response_visit", {"goals_agreed": False, "after_the_visit": "needs_no_more"})
    )
    assert roster.going(decided.number) == ()
    assert [one.name for one in roster.allocated(decided.number)] == ["Dai North", "Ada North"]


def test_beds_and_staff_on_the_pages(people, signed_in, tmp_path):  # noqa: F811
    """From the call to the bed: each thing is done on a page, and whoever goes sees the record until they have gone."""
    (tmp_path / "beds.csv").write_text(BEDS)
    beds.import_beds(tmp_path / "beds.csv", clock.now())
    # By night whoever runs this test is served by the night team.
    start, end = (f"{(clock.now() + hours * HOUR).astimezone(clock.LONDON):%Y-%m-%d %H:%M}" for hours in (-3, 6))
    shifts = [
        f"{code},Tom Baker,TRUST,nurse_leads,{pool},north-team,{start},{end},visit"
        for code, pool in (("V1", "response_teams"), ("V2", "night_teams"))
    ]
    header = "professional,name,employer,skills,pool,team,start,end,username"
    (tmp_path / "rota.csv").write_text("\n".join([header, *shifts]))
    roster.import_shifts(tmp_path / "rota.csv", clock.now())
    taker, clinician, gp = signed_in("taker"), signed_in("triage"), signed_in("gp")
    address = taker.post("/referrals/call", {"text": people[0].columns["nhs_number"]}).headers["Location"]
    sent = taker.post(address, CALL | {"safe_until_seen": "no"})
    number = Referral.objects.get().pk
    assert sent.status_code == 302
    page = clinician.get(f"/referrals/{number}").content.decode()
    assert "A bed may be needed" not in page  # nobody has said yet what kind
    decision = {"do": "finish", "step": "clinical_triage", "seen": seen(page)}
    assert clinician.post(f"/referrals/{number}", decision | DECIDED).status_code == 302
    shown = text(clinician.get(f"/referrals/{number}"))
    assert "A bed may be needed. It can be held while somebody is on the way. Nursing day and night." in shown
    assert "The Mill, 1 For women. Meets: Nursing day and night." in shown

    bed = Bed.objects.get(place_id="mill", name="1")
    wrong = Bed.objects.get(place_id="mill", name="2")
    refused = clinician.post(f"/referrals/{number}/bed", {"do": "hold", "bed": wrong.pk})
    assert refused.status_code == 400 and "does not fit: For men" in text(refused)
    assert clinician.post(f"/referrals/{number}/bed", {"do": "hold", "bed": bed.pk}).status_code == 302
    assert "The Mill, 1 : held until" in text(clinician.get(f"/referrals/{number}"))
    assert gp.get(f"/referrals/{number}/bed").status_code in (403, 404)

    who = f"/referrals/{number}/who/response_visit"
    offered = clinician.get(who).content.decode()
    staff = re.search(r'value="(V\d)"', offered)[1]
    chosen = {"professional": staff, "instead_of": "0"}
    assert clinician.post(who, {"instead_of": "0"}).status_code == 400
    assert clinician.post(who, chosen).status_code == 302
    assert signed_in("lead").post(who, chosen).status_code == 400
    assert "Tom Baker , TRUST. Chosen by Mary Ward" in text(clinician.get(f"/referrals/{number}"))
    visitor = User.objects.get(username="visit")
    ties = Relationship.objects.filter(kind="caseload", holder_kind="user", holder_id=str(visitor.pk))
    assert ties.filter(until=None).count() == 1
    assert clinician.post(f"/referrals/{number}/bed", {"do": "occupy", "bed": bed.pk}).status_code == 302
    assert "the person is in it since" in text(clinician.get(f"/referrals/{number}"))
    assert clinician.post(f"/referrals/{number}/bed", {"do": "release"}).status_code == 400
    page = clinician.get(f"/referrals/{number}").content.decode()
    closing = {"do": "close", "end": "person_declined", "seen": seen(page)}
    assert clinician.post(f"/referrals/{number}", closing).status_code == 302
    assert status("mill 1") == "cleaning"
    assert not Allocation.objects.filter(ended_at=None).exists()
    assert not Relationship.objects.filter(kind="caseload", until=None).exists()
