"""A care model of another shape, through the same pages: opening hours, one profession, two services, no beds."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.care.hub.test_pages import seen, text
from tests.small_place import fill_place, make_people

from vanguard import clock
from vanguard.access import hashed_password, make_local_account
from vanguard.care import hub
from vanguard.care.hub.models import Happening, Referral
from vanguard.care.hub.place import running
from vanguard.care.outbox.models import Outgoing
from vanguard.clock import local_date
from vanguard.directory.models import Team
from vanguard.know.record.models import LiveEntry
from vanguard.web import presenters as say
from vanguard.web.demo_users import DEMO_PASSWORD

FOOT_CARE = Path(__file__).parents[2] / "blueprints/foot-care"


@pytest.fixture
def clinic(db: None, place: Path):
    """A place that runs this blueprint and no other; its people sign in by their role."""
    shutil.copytree(FOOT_CARE, place / "blueprints" / "foot-care")
    for kept in (running, hub.flow_of, hub.blueprint_of):
        kept.cache_clear()
    people = make_people(6)
    fill_place(place, people)
    teams = list(Team.objects.values_list("code", flat=True))

    def sign_in(role: str) -> Client:
        make_local_account(
            role, hashed_password(DEMO_PASSWORD), name=role.replace("_", " ").title(), role=role, teams=teams
        )
        client = Client()
        assert client.post("/sign-in", {"username": role, "password": DEMO_PASSWORD}).status_code == 302
        return client

    yield people, sign_in
    for kept in (running, hub.flow_of, hub.blueprint_of):
        kept.cache_clear()


def test_from_the_counter_to_the_chair_and_home(clinic) -> None:
    people, sign_in = clinic
    clerk, podiatrist, cobbler = sign_in("counter_clerk"), sign_in("podiatrist"), sign_in("cobbler")
    address = clerk.post("/referrals/call", {"text": people[0].columns["nhs_number"]}).headers["Location"]
    form = clerk.get(address)
    assert "How bad is the pain, from 0 to 10?" in text(form) and people[0].columns["address"] not in text(form)
    said = {"origin": "chemist", "referrer": "A. Chemist", "toes_are_black": "yes", "skin_is_broken": "yes"}
    said |= {"pain_out_of_ten": "8", "which_foot": "left_one"}
    # What a first step hands over is asked for as what any other does.
    for day, gap, says in (
        ("", "", "Enter the day on which"),
        (say.day(in_days(2)), "1", "Hand over with a gap of 2 days"),
    ):
        answer = clerk.post(address, said | {"surgeons_look_on": day, "gap": gap})
        assert answer.status_code == 400 and says in text(answer) and not Referral.objects.exists(), day
    said |= {"toes_are_black": "no"}
    assert clerk.post(address, said).status_code == 302
    one = Referral.objects.get()
    page = podiatrist.get(f"/referrals/{one.pk}")
    assert "Proposed: Before we close today. An open sore that hurts." in text(page)
    answers = {"do": "finish", "step": "ringing_back", "advice_was_enough": "no", "seen_by_when": "before_closing"}
    act = {"seen": seen(page.content.decode())}
    assert podiatrist.post(f"/referrals/{one.pk}", answers | act).status_code == 302
    assert "Today" in text(podiatrist.get("/referrals?response=before_closing"))
    change = {"do": "change", "question": "seen_by_when", "answer": "two_clinic_days"}
    page = podiatrist.get(f"/referrals/{one.pk}").content.decode()
    assert podiatrist.post(f"/referrals/{one.pk}", change | {"seen": seen(page)}).status_code == 302
    page = podiatrist.get(f"/referrals/{one.pk}").content.decode()
    whole = {"do": "finish", "step": "chair", "pulse_felt": "yes", "foot_is_whole": "yes", "which_foot": ""}
    assert cobbler.post(f"/referrals/{one.pk}", whole | {"seen": seen(page)}).status_code == 409
    the_next_check_up_is_asked_for(podiatrist, f"/referrals/{one.pk}", whole | {"seen": seen(page)})
    ended = text(podiatrist.get(f"/referrals/{one.pk}"))
    assert "Ended Walks again" in ended and "Which foot? The left one" in ended
    late = f"The next service begins on {say.day(in_days(4))}, 3 days later than it should."
    assert f"Gap {late}" in ended
    assert f"Walks again. {late}" in LiveEntry.objects.get(key=f"referral-{one.pk}").entry
    told = [each.entry for each in Outgoing.objects.filter(key=f"{one.pk}/hand_over")]
    assert [(each["status"], each["codes"]) for each in told] == [("failed", ["hand_over:walks_again"])]
    assert "No referral is open" in text(podiatrist.get("/referrals"))


def in_days(days: int) -> date:
    return local_date(clock.now()) + timedelta(days=days)


def the_next_check_up_is_asked_for(podiatrist: Client, page: str, whole: dict[str, str]) -> None:
    """It should be on the next day: without a day, before the referral and with a gap that nobody was shown the episode
    goes on."""
    for day, gap, says in (
        ("", "", "Enter the day on which the next service begins"),
        (say.day(in_days(-1)), "", "This day is before the referral"),
        (say.day(in_days(4)), "", "3 days later than it should. Ask for an earlier day"),
        (say.day(in_days(4)), "2", "Hand over with a gap of 3 days"),
    ):
        answer = podiatrist.post(page, whole | {"next_check_up_on": day, "gap": gap})
        assert answer.status_code == 400 and says in text(answer), day
    assert podiatrist.post(page, whole | {"next_check_up_on": say.day(in_days(4)), "gap": "3"}).status_code == 302


def test_two_services_are_chosen_from_and_each_has_its_own_questions(clinic) -> None:
    _, sign_in = clinic
    podiatrist, clerk = sign_in("podiatrist"), sign_in("counter_clerk")
    begun = podiatrist.post("/referrals/new", {"text": "Ann Nobody 6 August 1942", "unmet": "yes"})
    assert begun.status_code == 400 and "Choose the service to which you refer" in text(begun)
    shoes = podiatrist.post(
        "/referrals/new", {"text": "Ann Nobody 6 August 1942", "unmet": "y", "pathway": "shoes_that_fit"}
    )
    address = shoes.headers["Location"]
    said = {"family_name": "Nobody", "locality": "north", "origin": "own_clinic", "shoe_size": "13"}
    looked = podiatrist.post(address, said)
    assert "Next: Sewn (Any cobbler)" in text(looked).replace("A cobbler", "Any cobbler")
    stamp = re.search(r'name="send" value="([^"]+)"', looked.content.decode())
    assert stamp and podiatrist.post(address, {"send": stamp[1]}).status_code == 302
    one = Referral.objects.get()
    assert (one.pathway, one.channel, one.step) == ("shoes_that_fit", "online", "sewn")
    page = text(podiatrist.get(f"/referrals/{one.pk}"))
    assert "More leather is ordered" in page and "Waiting for: A cobbler" in page
    assert "Sewn" in text(podiatrist.get("/referrals/mine"))
    # By the counter's telephone there is one service; it keeps no list, and nobody is sent to a program here.
    assert "To which service?" not in text(clerk.get("/referrals/call"))
    assert clerk.get("/referrals/lists/shoes_that_fit/own_clinic").status_code == 404
    hub.sweep(clock.now())
    assert Happening.objects.filter(referral=one).count() == 2
