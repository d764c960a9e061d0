"""The referral point as its people use it: a call, a decision, a visit, in their own pages."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import transaction
from django.test import Client
from tests.small_place import fill_place, make_people

from vanguard import clock
from vanguard.access import Change, follow
from vanguard.access.models import Choice, Relationship, Session, User
from vanguard.care import hub
from vanguard.care.hub.models import Deadline, Draft, Happening, Notice, Referral
from vanguard.care.hub.notices import RECENT, notice
from vanguard.care.hub.place import running
from vanguard.know.record.models import PersonIndex
from vanguard.web import presenters as say
from vanguard.web.demo_users import DEMO_PASSWORD

pytestmark = pytest.mark.sqlite_in_every_run

HOME = "whereabouts=in_own_home"


@pytest.fixture
def people(db, place):
    running.cache_clear()
    some = make_people(12)
    fill_place(place, some, [])
    return some


@pytest.fixture
def signed_in(people):
    def sign_in(username: str) -> Client:
        client = Client()
        assert client.post("/sign-in", {"username": username, "password": DEMO_PASSWORD}).status_code == 302
        return client

    return sign_in


@pytest.fixture
def listening(signed_in, people):
    """A call about somebody whom we know, found by NHS number."""
    taker = signed_in("taker")
    answer = taker.post("/referrals/call", {"text": people[0].columns["nhs_number"]})
    assert answer.status_code == 302, answer.content.decode()
    return taker, answer.headers["Location"]


CALL = {
    "origin": "general_practice",
    "referrer": "Dr Shah",
    "life_in_danger": "no",
    "whereabouts": "in_own_home",
    "main_trouble": "unwell_getting_worse",
    "safe_until_seen": "yes",
    "what_has_happened": "Has not drunk since Saturday.",
    "agreed_to_referral": "person_agreed",
    "referrers_number": "01296 000000",
}


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def on_record(place) -> list[dict[str, Any]]:
    """The audit trail, line by line."""
    return [
        orjson.loads(line) for file in (place / "audit").glob("20*.jsonl") for line in file.read_bytes().splitlines()
    ]


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found, page
    return found[1]


def test_from_a_call_to_a_nurse_at_the_door(listening, signed_in):
    taker, address = listening
    page = taker.get(address)
    assert page.status_code == 200 and "Dr Shah" not in text(page) and "None" not in text(page)
    sent = taker.post(address, CALL)
    assert sent.status_code == 302, text(sent)
    number = Referral.objects.get().pk
    assert sent.headers["Location"] == f"/referrals/{number}"
    # Sent twice it is the same referral.
    assert taker.post(address, CALL).headers["Location"] == f"/referrals/{number}"
    assert Referral.objects.count() == 1

    clinician = signed_in("triage")
    page = clinician.get(f"/referrals/{number}")
    shown = text(page)
    assert "What has happened, in a sentence or two? Has not drunk since Saturday." in shown
    assert "Proposed: Rapid, in less than three hours. This may become an emergency within hours." in shown
    # Who asks, by when, and what was answered stand before what there is to decide.
    asks = "Referred by Dr Shah (GP or practice nurse)"
    assert (
        shown.index(asks) < shown.index("Time until a clinician has decided, by") < shown.index("A clinician decides")
    )
    assert shown.index("What is the main trouble?") < shown.index("A clinician decides")
    decision = {
        "do": "finish",
        "step": "clinical_triage",
        "seen": seen(page.content.decode()),
        "help_direction": "step_up",
        "how_soon": "rapid_response",
        "intervention_lead": "nurse_leads",
        "place_of_help": "help_at_home",
        "kind_of_bed": "bed_with_nursing",
    }
    assert clinician.post(f"/referrals/{number}", decision).status_code == 302
    # A button pressed twice decides once; from another window of the same page nothing is overwritten.
    assert clinician.post(f"/referrals/{number}", decision).status_code == 302
    late = clinician.post(f"/referrals/{number}", decision | {"how_soon": "normal_response"})
    assert late.status_code == 409
    board = text(clinician.get("/referrals"))
    assert "A professional goes to the person A nurse" in board and "Rapid response" in board

    nurse = signed_in("visit")
    page = nurse.get(f"/referrals/{number}").content.decode()
    # Nothing is closed by a press too many.
    closed = nurse.post(f"/referrals/{number}", {"do": "close", "end": "", "seen": seen(page)})
    assert closed.status_code == 409 and "Choose why the referral ends" in text(closed)
    arrival = {"do": "arrive", "step": "response_visit", "seen": seen(page)}
    assert nurse.post(f"/referrals/{number}", arrival).status_code == 302
    kinds = list(Happening.objects.order_by("number").values_list("kind", flat=True))
    assert kinds == ["received", "finished", "finished", "arrived"]


def test_what_is_missing_is_said_and_what_was_typed_stays(listening):
    taker, address = listening
    answer = taker.post(address, {name: value for name, value in CALL.items() if name != "whereabouts"})
    assert answer.status_code == 400
    assert "Answer: Where is the person now?" in text(answer)
    assert "Has not drunk since Saturday." in taker.get(address).content.decode()
    assert not Referral.objects.exists()


def test_a_call_that_came_to_nothing_is_thrown_away_and_shows_the_record_no_more(listening, people):
    taker, address = listening
    assert people[0].columns["family_name"].upper() in text(taker.get(address))
    assert taker.post(address, {"referrer": "Dr Shah", "throw_away": "yes"}).headers["Location"] == "/referrals"
    assert taker.get(address).status_code == 404
    assert Draft.objects.count() == 0
    held = Relationship.objects.filter(kind="provisional_call", until__gt=clock.now())
    assert not held.exists(), "the call is over"


def test_what_was_sent_cannot_be_thrown_away(listening):
    taker, address = listening
    sent = taker.post(address, CALL)
    assert taker.post(address, {"throw_away": "yes"}).headers["Location"] == sent.headers["Location"]
    assert Referral.objects.count() == 1 and Draft.objects.count() == 1


def test_a_call_put_aside_is_found_again_after_signing_in_anew(listening, signed_in):
    taker, address = listening
    assert taker.post(address, {"referrer": "Dr Shah", "keep": "yes"}).headers["Location"] == "/referrals"
    again = signed_in("taker")
    assert address in again.get("/referrals").content.decode()
    assert 'value="Dr Shah"' in again.get(address).content.decode()
    assert signed_in("triage").get(address).status_code == 404


def test_a_second_referral_of_the_same_person_shows_the_first(listening, people):
    taker, address = listening
    taker.post(address, CALL)
    second = taker.post("/referrals/call", {"text": people[0].columns["nhs_number"]}).headers["Location"]
    # There is no form to fill in for nothing; what was typed already stays.
    opened = text(taker.get(second))
    assert f"Open referral {Referral.objects.get().pk}" in opened and "Send the referral" not in opened
    answer = taker.post(second, CALL)
    assert answer.status_code == 409 and "This person is referred already" in text(answer)
    assert CALL["what_has_happened"] in text(taker.get(second)) and Referral.objects.count() == 1


def test_somebody_we_have_never_met_can_be_referred(signed_in, place):
    taker = signed_in("taker")
    answer = taker.post("/referrals/call", {"text": "Nobody Atall 6 August 1942"})
    assert "Nobody here has this NHS number" in text(answer)
    address = taker.post("/referrals/call", {"text": "", "unmet": "yes"}).headers["Location"]
    person = {"family_name": "Newcomer", "given_name": "Nell", "birth_date": "6 August 1942", "sex": "female"}
    refused = taker.post(address, CALL | person)
    assert "Choose the locality in which the person is" in text(refused)
    for wrong, says in (
        ({"birth_date": "6 August 2942"}, "Enter a real date of birth"),
        ({"birth_date": "29 February 1941"}, "Enter a real date of birth"),
        ({"family_name": "N" * 101}, "Enter at most 100 letters"),
    ):
        refused = taker.post(address, CALL | person | {"locality": "north"} | wrong)
        assert refused.status_code == 400 and says in text(refused), wrong
    assert taker.post(address, CALL | person | {"locality": "north"}).status_code == 302
    one = Referral.objects.get()
    assert (one.person_id, one.family_name, str(one.birth_date)) == ("", "Newcomer", "1942-08-06")
    page = taker.get(f"/referrals/{one.pk}")
    assert "We have never met this person" in text(page)
    seen_by = [line for line in on_record(place) if line.get("request") == page.headers["X-Request-Id"]]
    assert [(line["who"], line["what"], line["whom"]) for line in seen_by] == [
        ("taker", "referral", [f"referral {one.pk}"])
    ]
    assert "Newcomer" not in taker.get("/referrals").content.decode()


def test_an_open_board_asks_whether_it_is_still_right(listening, signed_in):
    taker, address = listening
    page = taker.get("/referrals").content.decode()
    wall = taker.get("/referrals?locality=north&wall=on").content.decode()
    assert "Referrals, " in wall and "<nav" not in wall and "Leave the wall" in wall and 'hx-get="/referrals?' in wall
    poll = re.search(r'hx-get="([^"]+)"', page)
    assert poll
    again = poll[1].replace("&amp;", "&")
    assert taker.get(again, headers={"HX-Request": "true"}).status_code == 204
    taker.post(address, CALL)
    fresh = taker.get(again, headers={"HX-Request": "true"})
    assert fresh.status_code == 200 and b"<html" not in fresh.content


@pytest.mark.parametrize("username", ["gp", "analyst", "commissioner", "admin", "privacy"])
def test_those_who_have_no_part_in_it_see_none_of_it(listening, signed_in, username):
    taker, address = listening
    taker.post(address, CALL)
    client = signed_in(username)
    for page in ("/referrals", "/referrals/call", address, f"/referrals/{Referral.objects.get().pk}"):
        assert client.get(page).status_code in (403, 404), page
    assert Draft.objects.count() == 1


def test_whoever_is_to_be_told_reads_it_on_their_home_page_until_one_has_seen_it(listening, signed_in):
    taker, address = listening
    taker.post(address, CALL)
    number = Referral.objects.get().pk
    Referral.objects.filter(pk=number).update(locality_id="north")
    lead = signed_in("lead")
    open_home = re.search(r'hx-get="([^"]+)"', lead.get("/").content.decode())
    assert open_home and lead.get(open_home[1], headers={"HX-Request": "true"}).status_code == 204
    hub.sweep(Deadline.objects.latest("at").at)
    # A home page that was open before says it by itself, and nothing but that.
    fresh = lead.get(open_home[1], headers={"HX-Request": "true"})
    assert "Time until a clinician has decided" in text(fresh) and "<h1" not in fresh.content.decode()
    home = lead.get("/").content.decode()
    assert "Time until a clinician has decided" in home and f"/referrals/{number}" in home
    assert "Time until a clinician has decided" not in taker.get("/").content.decode()
    said = re.findall(r'action="(/referrals/notices/\d+/seen)"', home)
    assert signed_in("gp").post(said[0]).status_code == 404
    for one in [*said[1:], said[1]]:
        assert lead.post(one).headers["Location"] == "/"
    # What was overlooked for weeks makes room for what is new, and is not lost.
    Notice.objects.filter(seen_at=None).update(at=clock.now() - RECENT - timedelta(days=1))
    assert "Time until a clinician has decided" not in lead.get("/").content.decode()
    everything = "Everything about people referred that nobody has seen yet"
    assert everything in text(lead.get("/"))
    assert "Time until a clinician has decided" in text(lead.get("/referrals/notices"))
    assert lead.post(said[0], {"back_to": "newest"}).headers["Location"] == "/referrals/notices"
    assert "Everything that there was to know has been seen" in text(lead.get("/referrals/notices"))
    assert everything not in text(lead.get("/"))


def test_a_referral_is_in_the_record_at_once(listening, signed_in):
    taker, address = listening
    taker.post(address, CALL)
    one = Referral.objects.get()
    page = text(signed_in("hub").get(f"/people/{one.person_id}"))
    assert "From the referral point home, on the clock" in page and "A clinician decides" in page


def test_finding_the_person_again_goes_on_with_what_was_put_aside(listening, people):
    taker, address = listening
    taker.post(address, {"referrer": "Dr Shah", "keep": "yes"})
    again = taker.post("/referrals/call", {"text": people[0].columns["nhs_number"]})
    assert again.headers["Location"] == address
    assert Draft.objects.count() == 1


def test_a_call_that_lapsed_keeps_what_was_typed_and_shows_the_record_no_more(listening, people):
    taker, address = listening
    taker.post(address, {"referrer": "Dr Shah", "keep": "yes"})
    Relationship.objects.filter(kind="provisional_call").update(until=clock.now() - timedelta(minutes=1))
    page = taker.get(address)
    assert page.status_code == 200 and 'value="Dr Shah"' in page.content.decode()
    assert people[0].columns["nhs_number"] not in page.content.decode().replace(" ", "")
    assert "Find the person again" in text(page)


def test_who_chose_to_share_nothing_can_still_be_referred_and_helped(listening, signed_in, people):
    taker, address = listening
    person_id = people[0].columns["person_id"]
    recorder = User.objects.get(username="gp")
    Choice.objects.create(
        person_id=person_id, sharing="nothing", planning=True, start=clock.now(), made_by=recorder, role="gp"
    )
    said = {"family_name": "Asked", "sex": "female", "locality": "north"}
    assert taker.post(address, CALL | said).status_code == 302
    one = Referral.objects.get()
    assert one.person_id == person_id
    page = signed_in("triage").get(f"/referrals/{one.pk}")
    assert page.status_code == 200 and "Their record is not shown to you" in text(page) and "Asked" in text(page)
    assert people[0].columns["address"] not in text(page)
    # Told of with others, theirs is the only name that is not given.
    lead = signed_in("lead")
    other = people[1]
    second = taker.post("/referrals/call", {"text": other.columns["nhs_number"]}).headers["Location"]
    assert taker.post(second, CALL).status_code == 302
    for about in Referral.objects.all():
        notice(about, role="referral_point_lead", why="told", words="Told of both", at=clock.now()).save()
    for at in ("/", "/referrals/notices"):
        shown = text(lead.get(at))
        assert shown.count("Told of both") >= 2 and other.columns["family_name"].upper() in shown, at


def test_an_open_board_is_no_use_of_a_session_and_leads_to_the_sign_in_when_it_ends(signed_in):
    taker = signed_in("taker")
    address = "/referrals?seen=none"
    before = Session.objects.get().seen
    Session.objects.update(seen=before - 120)
    taker.get(address, headers={"HX-Request": "true"})
    assert Session.objects.get().seen == before - 120
    taker.get("/referrals")
    assert Session.objects.get().seen > before - 120
    Session.objects.update(until=1)
    ended = taker.get(address, headers={"HX-Request": "true"})
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (401, "true")


def test_who_died_this_morning_is_said_to_have_at_every_door_and_nothing_is_lost(listening, signed_in, people, place):
    taker, address = listening
    one = people[0]
    died = clock.local_date(clock.now())
    columns = one.columns | {"death_date": died}
    record = one.record | {"person": one.record["person"] | {"death_date": died.isoformat()}}
    fill_place(place, [replace(one, columns=columns, record=record), *people[1:]], [])
    said = f"The record says that they died on {say.day(died)}"
    assert said in text(taker.get(address)) and "Ask the caller again" in text(taker.get(address))
    # It may be the record that is wrong: what the caller says is taken.
    referral = taker.post(address, CALL).headers["Location"]
    clinician = signed_in("triage")
    page = clinician.get(referral)
    assert said in text(page) and "If it is so, close the referral" in text(page)
    closed = {"do": "close", "end": "person_died", "seen": seen(page.content.decode())}
    assert clinician.post(referral, closed).status_code == 302
    assert said not in text(clinician.get(referral)) and Referral.objects.get().end == "person_died"
    assert not Deadline.objects.filter(fired_at=None).exists()


def test_a_referral_goes_along_with_a_person_who_turns_out_to_be_another(listening, signed_in, people):
    taker, address = listening
    taker.post(address, CALL)
    one = Referral.objects.get()
    became = people[1].columns["person_id"]
    with transaction.atomic():
        follow([Change(1, one.person_id, became, remains=False)], clock.now())
    PersonIndex.objects.filter(pk=one.person_id).delete()
    assert Referral.objects.get().person_id == became
    page = signed_in("triage").get(f"/referrals/{one.pk}")
    assert say.banner_name(people[1].columns["given_name"], people[1].columns["family_name"]) in text(page)
    assert "A clinician decides" in text(signed_in("hub").get(f"/people/{became}"))


def test_a_referral_of_a_person_who_was_several_stays_in_reach_by_its_own_words(listening, signed_in, people):
    taker, address = listening
    taker.post(address, CALL)
    one = Referral.objects.get()
    parts = [people[number].columns["person_id"] for number in (1, 2)]
    with transaction.atomic():
        follow([Change(1, one.person_id, part, remains=False) for part in parts], clock.now())
    page = signed_in("triage").get(f"/referrals/{one.pk}")
    assert page.status_code == 200 and one.family_name in text(page)
