"""The other doors: a professional's own screen, a ward's list, and what whoever refers sees of it afterwards."""

import re
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from tests.care.hub.conftest import PATHWAY
from tests.care.hub.test_pages import CALL, on_record, people, seen, signed_in, text  # noqa: F401

from vanguard import clock
from vanguard.access.models import Relationship
from vanguard.care.hub import About, Referrer, blueprint_of, flow_of
from vanguard.care.hub.models import Draft, Listed, Referral
from vanguard.care.hub.referring import send as send_draft
from vanguard.care.hub.sheets import fill, sheet_of
from vanguard.clock import local_date
from vanguard.web import presenters as say

ANSWERS = {name: value for name, value in CALL.items() if name != "referrer"}
LIST = "/referrals/lists/rapid_response_and_reablement_pathway/ward_team"
DECISION = {
    "do": "finish",
    "step": "clinical_triage",
    "help_direction": "step_up",
    "how_soon": "rapid_response",
    "intervention_lead": "nurse_leads",
    "place_of_help": "help_at_home",
    "kind_of_bed": "bed_with_nursing",
}


@pytest.fixture
def ward(signed_in):  # noqa: F811
    return signed_in("ward")


def number_of(person) -> str:
    return person.columns["nhs_number"]


def send(client, address: str, answers: dict[str, str] = ANSWERS):
    """Answer the questions, look at what it comes to, and send that."""
    looked = client.post(address, answers)
    assert looked.status_code == 200, text(looked)
    stamp = re.search(r'name="send" value="([^"]+)"', looked.content.decode())
    assert stamp, text(looked)
    return looked, client.post(address, {"send": stamp[1]})


def test_refer_on_one_s_own_screen_and_follow_it_without_the_record(ward, signed_in, people, place):  # noqa: F811
    found = ward.post("/referrals/new", {"text": number_of(people[0])})
    address = found.headers["Location"]
    form = ward.get(address)
    assert people[0].columns["family_name"].upper() in text(form)
    assert people[0].columns["address"] not in text(form), "who it is, and no more"
    looked, sent = send(ward, address)
    assert "A clear case" in text(looked)
    assert "How soon must someone be there? Rapid, in less than three hours . This may become" in text(looked)
    assert "Has not drunk since Saturday." in text(looked)
    one = Referral.objects.get()
    assert (one.channel, one.referrer, one.step) == ("online", "Grace Adeleke", "clinical_triage")
    assert sent.headers["Location"] == f"/referrals/mine/{one.pk}"
    assert not Relationship.objects.filter(kind="provisional_call", until__gt=clock.now()).exists()
    # Sent twice, from the same page or another, it is the same referral.
    assert ward.post(address, ANSWERS).headers["Location"] == f"/referrals/mine/{one.pk}"

    mine = ward.get("/referrals/mine")
    assert "A clinician decides" in text(mine)
    poll = re.search(r'hx-get="([^"]+)"', mine.content.decode())
    assert poll and ward.get(poll[1], headers={"HX-Request": "true"}).status_code == 204
    clinician = signed_in("triage")
    page = clinician.get(f"/referrals/{one.pk}").content.decode()
    assert clinician.post(f"/referrals/{one.pk}", DECISION | {"seen": seen(page)}).status_code == 302
    fresh = ward.get(poll[1], headers={"HX-Request": "true"})
    assert "A professional goes to the person" in text(fresh) and b"<html" not in fresh.content
    steps = text(ward.get(f"/referrals/mine/{one.pk}"))
    assert "Done: A clinician decides" in steps and "Rapid response" not in steps.split("What has happened")[1]
    looks = [line for line in on_record(place) if line["what"] == "own_referrals"]
    assert looks and all(line["whom"] == [people[0].id] for line in looks)

    # Whoever refers sees their own referrals and nothing else of the referral point.
    for path in ("/referrals", "/referrals/call", f"/referrals/{one.pk}", f"/people/{people[0].id}"):
        assert ward.get(path).status_code in (403, 404), path
    assert signed_in("surgery").get(f"/referrals/mine/{one.pk}").status_code == 404
    # Nor their own for ever: a month after its end nobody reads it in the list's stead.
    Referral.objects.filter(pk=one.pk).update(ended_at=clock.now() - timedelta(days=31))
    for path in (f"/referrals/mine/{one.pk}", f"/api/referrals/{one.pk}"):
        assert ward.get(path).status_code == 404, path


def test_refer_from_the_person_s_page(signed_in, people):  # noqa: F811
    surgery = signed_in("surgery")
    theirs = next(
        one for one in people if "Refer this person" in text(page := surgery.get(f"/people/{one.id}")) and page
    )
    address = surgery.post("/referrals/new", {"person": theirs.id}).headers["Location"]
    send(surgery, address)
    assert Referral.objects.get().person_id == theirs.id
    others = [one for one in people if surgery.get(f"/people/{one.id}").status_code == 404]
    assert others and surgery.post("/referrals/new", {"person": others[0].id}).status_code == 404
    # Where one referred from last need not be said again.
    again = surgery.post("/referrals/new", {"text": "", "unmet": "yes"}).headers["Location"]
    assert re.search(r'value="general_practice"[^>]* checked', surgery.get(again).content.decode())


def test_somebody_not_yet_known_is_referred_with_what_was_typed_to_find_them(ward):
    assert "Nobody here has this" in text(ward.post("/referrals/new", {"text": "Nell Newcomer 6 August 1942"}))
    begun = ward.post("/referrals/new", {"text": "Nell Newcomer 6 August 1942", "unmet": "yes"})
    form = ward.get(begun.headers["Location"]).content.decode()
    assert 'value="Newcomer"' in form and 'value="6 August 1942"' in form
    person = {"family_name": "Newcomer", "given_name": "Nell", "birth_date": "6 August 1942", "sex": "female"}
    refused = ward.post(begun.headers["Location"], ANSWERS | person | {"nhs_number": "123"})
    assert refused.status_code == 400 and "This NHS number is not valid" in text(refused)
    send(ward, begun.headers["Location"], ANSWERS | person | {"locality": "north"})
    one = Referral.objects.get()
    assert (one.person_id, one.family_name, one.locality_id) == ("", "Newcomer", "north")


def test_a_sign_of_danger_says_what_to_do_at_once(ward, people):  # noqa: F811
    address = ward.post("/referrals/new", {"text": number_of(people[0])}).headers["Location"]
    looked, sent = send(ward, address, ANSWERS | {"life_in_danger": "yes"})
    assert "Ring 999 now, and stay with the person." in text(looked) and "A clear case" not in text(looked)
    assert "Ring 999 now" in text(ward.get(sent.headers["Location"]))
    assert Referral.objects.get().end == "emergency_call"


def test_what_is_sent_is_what_was_looked_at(ward, people):  # noqa: F811
    address = ward.post("/referrals/new", {"text": number_of(people[0])}).headers["Location"]
    looked = ward.post(address, ANSWERS).content.decode()
    stamp = re.search(r'name="send" value="([^"]+)"', looked)
    assert stamp
    ward.post(address, ANSWERS | {"main_trouble": "needs_nursing"})
    again = ward.post(address, {"send": stamp[1]})
    assert again.status_code == 200 and "Needs nursing" in text(again)
    assert not Referral.objects.exists()


def test_what_is_typed_is_kept_at_once_and_found_by_a_new_session(ward, signed_in, people):  # noqa: F811
    address = ward.post("/referrals/new", {"text": number_of(people[0])}).headers["Location"]
    kept = ward.post(address, {"what_has_happened": "Fell on the stairs", "kept": "yes"})
    assert kept.status_code == 204
    again = signed_in("ward")
    assert address in again.get("/referrals/mine").content.decode()
    assert "Fell on the stairs" in again.get(address).content.decode()
    assert signed_in("surgery").get(address).status_code == 404


@pytest.fixture
def taken(signed_in, people):  # noqa: F811
    """A referral by phone of the first person."""
    taker = signed_in("taker")
    address = taker.post("/referrals/call", {"text": number_of(people[0])}).headers["Location"]
    assert taker.post(address, CALL).status_code == 302
    return Referral.objects.get()


def test_an_open_referral_is_shown_at_every_door_and_no_second_one_made(taken, ward, people, place):  # noqa: F811
    address = ward.post("/referrals/new", {"text": number_of(people[0])}).headers["Location"]
    answer = ward.post(address, ANSWERS)
    assert answer.status_code == 409
    assert f"referral {taken.pk} of" in text(answer) and f'href="/referrals/{taken.pk}"' not in answer.content.decode()
    assert any(line.get("whom") == [f"referral {taken.pk}"] and line["who"] == "ward" for line in on_record(place))
    put_on(ward, number_of(people[0]))
    page = ward.get(LIST)
    assert f"Referred already: referral {taken.pk}" in text(page) and 'value="refer"' not in page.content.decode()
    assert Referral.objects.count() == 1


def test_nobody_tries_out_names_to_learn_who_is_referred(ward, taken, people, place, settings):  # noqa: F811
    """Each name is counted and put on record, found or not, whatever way it gets into the form; the same one once."""
    address = ward.post("/referrals/new", {"text": "", "unmet": "yes"}).headers["Location"]
    settings.LIMITS = {"trace": 3}
    known = people[0].columns
    born = known["birth_date"] - timedelta(days=1)
    guesses = [
        {"family_name": known["family_name"], "birth_date": say.day(born + timedelta(days=day))} for day in (0, 1)
    ]
    wrong, right = (ward.post(address, ANSWERS | {"locality": "north"} | guess) for guess in guesses)
    assert wrong.status_code == 200 and right.status_code == 409
    assert "Somebody of this name and date of birth is referred already" in text(right)
    again = [ward.post(address, ANSWERS | {"locality": "north"} | guesses[1]), ward.get(address)]
    assert [one.status_code for one in again] == [409, 200], "what was looked for already is not counted again"
    # Kept as it is typed, and then looked at: the way round the button counts too.
    for number, status in (("9990000018", 200), ("9990000026", 429)):
        assert ward.post(address, {"family_name": "A", "nhs_number": number, "kept": "yes"}).status_code == 204
        assert ward.get(address).status_code == status
    assert Draft.objects.get(pk=address.rpartition("/")[2]).typed["nhs_number"] == ["9990000026"], (
        "and nothing that was typed is lost"
    )
    looked = [line["outcome"] for line in on_record(place) if line["what"] == "whether_referred"]
    assert looked == ["not found", "found", "not found"]


def put_on(client, who: str, **more: str):
    days_ago = say.day(clock.now() - timedelta(days=2))
    answer = client.post(LIST, {"text": who, "place": "Ward 7", "since": days_ago, "at": "09:30"} | more)
    assert answer.status_code == 302, text(answer)


def test_from_the_ward_s_list_with_one_button_and_what_is_known_filled_in(ward, signed_in, people):  # noqa: F811
    put_on(ward, number_of(people[0]))
    put_on(ward, number_of(people[0]))
    put_on(ward, "Nell Newcomer 6 August 1942", place="Ward 9")
    line, other = Listed.objects.order_by("pk")
    page = ward.get(LIST)
    assert people[0].columns["family_name"].upper() in text(page) and "NEWCOMER, Nell" in text(page)
    assert "2 days" in text(page) and 'value="Ward 9"' in page.content.decode()
    assert "NEWCOMER" not in text(ward.get(f"{LIST}?place=Ward+7"))

    begun = ward.post(f"{LIST}/{line.pk}", {"do": "refer"})
    address = begun.headers["Location"]
    form = ward.get(address).content.decode()
    assert re.search(r'value="in_a_ward"[^>]* checked', form) and re.search(r'value="no"[^>]* checked', form)
    assert f'value="{say.day(clock.now() - timedelta(days=2))}"' in form
    asked = {"main_trouble", "safe_until_seen", "what_has_happened", "agreed_to_referral", "referrers_number"}
    known = {"origin": "ward_team", "whereabouts": "in_a_ward", "life_in_danger": "no"}
    ready = clock.now() - timedelta(days=2)
    since = {"fit_to_leave_since": say.day(ready)}
    ahead = ward.post(address, {name: ANSWERS[name] for name in asked} | known | {"fit_to_leave_since": "1 May 2199"})
    assert ahead.status_code == 400 and "This day lies in the future" in text(ahead)
    looked, _ = send(ward, address, {name: ANSWERS[name] for name in asked} | known | since)
    assert "Fast, in less than one day" in text(looked)
    one = Referral.objects.get()
    assert (one.channel, one.origin) == ("list", "ward_team")
    assert one.writings.get().answers["fit_to_leave_since"] == local_date(ready).isoformat()
    assert since["fit_to_leave_since"] in text(looked)
    assert "2 days on the list before" in text(ward.get("/referrals/mine"))
    assert "2 days on the list before the referral" in text(signed_in("triage").get(f"/referrals/{one.pk}"))

    refused = ward.post(f"{LIST}/{other.pk}", {"do": "off", "why": ""})
    assert refused.status_code == 400 and "Choose why the person is taken off the list" in refused.content.decode()
    assert Listed.objects.get(pk=other.pk).off_at is None, "not without a reason"
    for do in ({"do": "off", "why": "went_without_us"}, {"do": "off", "why": "went_without_us"}, {"do": "refer"}):
        assert ward.post(f"{LIST}/{other.pk}", do).headers["Location"] == LIST
    page = text(ward.get(LIST))
    assert "Nobody is on the list" in page
    assert "Referred after 2 days : referral" in page and "Went home without our help" in page
    assert Listed.objects.count() == 2 and Draft.objects.count() == 1


def test_a_list_is_seen_by_those_who_keep_it(ward, signed_in, people):  # noqa: F811
    put_on(ward, number_of(people[0]))
    line = Listed.objects.get()
    surgery = signed_in("surgery")
    assert people[0].columns["family_name"].upper() not in text(surgery.get(LIST))
    before = Relationship.objects.count()
    assert surgery.post(f"{LIST}/{line.pk}", {"do": "refer"}).status_code == 404
    assert Relationship.objects.count() == before, "nor is anybody looked for"
    assert surgery.post(f"{LIST}/{line.pk}", {"do": "off", "why": "went_without_us"}).status_code == 404
    assert signed_in("lead").get(LIST).status_code == 404
    assert ward.get(LIST.replace("ward_team", "care_home_staff")).status_code == 404
    wrong = ward.post(LIST, {"text": "Nell 31 September", "place": "", "since": "tomorrow"})
    assert wrong.status_code == 400
    for sentence in ("Enter the ward", "Enter a day that is not in the future", "Enter an NHS number, or a name and a"):
        assert sentence in text(wrong)


def test_the_lead_changes_later_without_a_new_referral(taken, signed_in):  # noqa: F811
    clinician = signed_in("triage")
    address = f"/referrals/{taken.pk}"
    clinician.post(address, DECISION | {"seen": seen(clinician.get(address).content.decode())})
    change = {"do": "change", "question": "intervention_lead", "answer": "therapist_leads"}
    page = clinician.get(address).content.decode()
    assert clinician.post(address, change | {"seen": seen(page)}).status_code == 302
    board = text(clinician.get("/referrals?lead=therapist_leads"))
    assert "A professional goes to the person A therapist" in board
    for nobody_s in ("lead=nurse_leads", "response=normal_response", "locality=east", "step=clinical_triage"):
        assert "No referral is open that matches this choice" in text(clinician.get(f"/referrals?{nobody_s}")), nobody_s
    page = clinician.get("/referrals?lead=therapist_leads&response=rapid_response").content.decode()
    assert re.search(r'value="therapist_leads" selected', page) and f'href="{address}"' in page
    assert Referral.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_refer_one_person_at_once_one_is_shown_the_other_s(referral_point, clerk, works_as):
    flow = flow_of(referral_point, PATHWAY)
    sheet = sheet_of(blueprint_of(referral_point), flow, "taking_the_call")
    filled = fill(sheet, {name: [value] for name, value in CALL.items()}, {}, finish=True)
    about = About(family_name="Clarke", birth_date=date(1942, 8, 6))
    ready, came = Barrier(2), []

    def refer(actor):
        now = clock.now()
        kept = {"user_id": actor.user_id, "pathway": PATHWAY, "channel": "phone", "opened_at": now, "saved_at": now}
        draft = Draft.objects.create(**kept)
        ready.wait()
        try:
            said = (flow, about, Referrer("Dr Shah"), "general_practice", sheet, filled)
            came.append(isinstance(send_draft(draft, referral_point, *said, by=actor, now=now), tuple))
        finally:
            connections["default"].close()

    both = [clerk, works_as("referral_point_administrator", "Ann Price")]
    threads = [Thread(target=refer, args=[actor]) for actor in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [False, True]
    assert Referral.objects.count() == 1
