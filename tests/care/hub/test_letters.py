"""Letters at the start and at the end of an episode: who gets them, what they quote, and who may read them."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.care.hub.conftest import PATHWAY
from tests.care.hub.test_pages import on_record, people, signed_in, text  # noqa: F401 - fixtures
from tests.small_place import NOW

from vanguard.access.models import Choice, User
from vanguard.care import hub
from vanguard.care.hub import About, Referrer
from vanguard.care.hub.models import Letter
from vanguard.care.hub.referring import relate
from vanguard.directory.models import Practice
from vanguard.flow import Arrived, Closed, Finished, Received
from vanguard.web import presenters as say
from vanguard.web.demo_users import DEMO_PASSWORD

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
STORY = "Has not drunk <since> Saturday."
START = NOW - timedelta(hours=4)


@pytest.fixture
def helped(people, referral_point, clerk, triage_nurse, nurse, request):  # noqa: F811
    """Somebody of the GP's practice, seen by a nurse an hour after a call of a crew, who needed no more."""
    origin, user = getattr(request, "param", ("ambulance_crew", None))
    practice = Practice.objects.get(code=User.objects.get(username="gp").practice_id)
    known = next(one.columns for one in people if one.columns["practice"] == practice.code)
    about = About(
        known["person_id"],
        known["nhs_number"],
        known["given_name"],
        known["family_name"],
        practice=practice.code,
        locality=practice.locality_id,
    )
    user = User.objects.get(username=user).pk if user else None
    received = Received(START, origin, "phone", age=81, sex="female")
    one = hub.receive(referral_point, PATHWAY, about, Referrer("Dr Shah", user=user), received, by=clerk, now=START)
    relate(about, one, by=clerk, now=START)

    def do(event, who, **written):
        seen = hub.episode(one.number).happened
        hub.record(one.number, event, seen=seen, by=who, now=event.at, **written)

    written = {"what_has_happened": STORY}
    do(Finished(START, "taking_the_call", CALL), clerk, form="referral_form", written=written)
    do(Finished(START + timedelta(minutes=9), "clinical_triage", DECISION), triage_nurse)
    do(Arrived(START + timedelta(hours=1), "response_visit"), nurse)
    at_the_door = [(row.pk, row.body) for row in Letter.objects.order_by("pk")]
    seen = {"goals_agreed": False, "after_the_visit": "needs_no_more"}
    do(Finished(START + timedelta(hours=2), "response_visit", seen), nurse)
    return one.number, known, at_the_door


def test_the_practice_is_written_to_at_the_start_and_at_the_end(helped, signed_in, place):  # noqa: F811
    number, known, at_the_door = helped
    # The practice and whoever referred; what was sent stays as it was.
    assert [(row.pk, row.body) for row in Letter.objects.order_by("pk")[: len(at_the_door)]] == at_the_door
    assert [
        (row.subject, row.practice_id is not None, row.item) for row in Letter.objects.order_by("made_at", "item")
    ] == [
        ("A professional goes to the person", True, "full"),
        ("A professional goes to the person", False, "identity"),
        ("Nothing further is needed", True, "full"),
        ("Nothing further is needed", False, "identity"),
    ]
    gp = signed_in("gp")
    name = say.banner_name(known["given_name"], known["family_name"])
    arrived = text(gp.get("/letters"))
    assert arrived.count(name) == arrived.count("New") == 2
    first, last = Letter.objects.filter(item="full").order_by("made_at")
    page = gp.get(f"/letters/{first.pk}")
    shown = text(page)
    assert "Has not drunk &lt;since&gt; Saturday." in shown and "<since>" not in page.content.decode()
    assert "Dr Shah (Ambulance crew)" in shown
    assert "What comes next A professional goes to the person" in shown
    assert "This ends our part" in text(gp.get(f"/letters/{last.pk}"))
    ids = [line["whom"] for line in on_record(place) if line.get("request") == page.headers["X-Request-Id"]]
    assert known["person_id"] in ids and [f"letter {first.pk}"] in ids
    assert "read by Dr Amara Okafor" in text(gp.get("/letters"))
    # It is not the practice that has read it when the referral point looks at what it sent.
    told = Letter.objects.filter(item="identity").order_by("made_at")[0]
    clinician = signed_in("triage")
    assert f"/letters/{told.pk}" in clinician.get(f"/referrals/{number}").content.decode()
    quoted = text(clinician.get(f"/letters/{told.pk}"))
    assert STORY not in quoted and "Saturday" not in quoted and "Begun" not in quoted
    assert "Done: A clinician decides" in quoted and "Rapid" not in quoted
    assert not told.read.exists()


def test_a_letter_is_read_only_by_those_it_was_sent_to(helped, signed_in):  # noqa: F811
    _, known, _ = helped
    whole, progress = Letter.objects.filter(item="full")[0], Letter.objects.filter(item="identity")[0]
    for username in ("analyst", "commissioner", "admin", "privacy", "nurse"):
        answer = signed_in(username).get(f"/letters/{whole.pk}")
        assert answer.status_code in (403, 404), username
    elsewhere = Practice.objects.exclude(code=whole.practice_id).first()
    User.objects.create_user("other", name="Other", role="gp", password=DEMO_PASSWORD, practice=elsewhere)
    other = Client()
    other.post("/sign-in", {"username": "other", "password": DEMO_PASSWORD})
    assert other.get(f"/letters/{whole.pk}").status_code == 404
    assert "No letter has arrived yet" in text(other.get("/letters"))
    # Who refers is written to themselves, and reads it whatever else they may see.
    Letter.objects.filter(pk=progress.pk).update(user=User.objects.get(username="other"))
    assert other.get(f"/letters/{progress.pk}").status_code == 200
    # A choice to share nothing holds for letters that lie there already.
    Choice.objects.create(person_id=known["person_id"], sharing="nothing", planning=True, start=START, role="gp")
    gp = signed_in("gp")
    assert gp.get(f"/letters/{whole.pk}").status_code == 404
    assert known["family_name"] not in text(gp.get("/letters"))
    assert not whole.read.exists()


def test_nobody_is_written_to_where_nobody_knows_where(refers, clerk):
    one = refers()
    at = one.state.received.at
    hub.record(one.number, Closed(at, "person_declined"), seen=1, by=clerk, now=at)
    assert [(row.to, row.practice_id, row.user_id) for row in Letter.objects.all()] == [("Dr Shah", None, None)]


@pytest.mark.parametrize(
    ("helped", "to_whoever_referred"),
    [(("general_practice", None), 0), (("general_practice", "gp"), 0), (("general_practice", "triage"), 2)],
    indirect=["helped"],
)
def test_the_practice_that_referred_is_written_to_once(helped, to_whoever_referred):
    """By phone or on its own screen; a referrer from elsewhere still hears how it goes on."""
    assert Letter.objects.filter(practice__isnull=False, item="full").count() == 2
    assert Letter.objects.filter(practice=None, item="identity").count() == to_whoever_referred
