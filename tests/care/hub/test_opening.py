"""Who opens a referral, and for how long: over HTTP, on both databases."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.care.hub.test_pages import CALL, listening, on_record, people, signed_in, text  # noqa: F401

from vanguard import clock
from vanguard.access.models import Mark, Relationship, User
from vanguard.care import hub
from vanguard.care.hub.letting_go import WRITING_UP
from vanguard.care.hub.models import Referral
from vanguard.care.hub.referring import open_referrals
from vanguard.care.roster.models import Allocation
from vanguard.directory.models import Organisation, Professional
from vanguard.flow import Closed

pytestmark = pytest.mark.django_db


@pytest.fixture
def referred(listening) -> Referral:  # noqa: F811
    """Somebody whom we know, referred by telephone."""
    taker, address = listening
    assert taker.post(address, CALL).status_code == 302
    return Referral.objects.get()


def far_away(role: str = "triage_clinician") -> Client:
    """Somebody of the same role who works for no locality of this referral."""
    client = Client()
    client.force_login(User.objects.create_user(f"far-{role}", name="Far Away", role=role))
    return client


def test_a_referral_is_opened_only_by_those_to_whom_it_belongs(referred, signed_in, place):  # noqa: F811
    pages = [f"/referrals/{referred.pk}{more}" for more in ("", "/bed", "/who/response_visit")]
    stranger = far_away()
    assert stranger.get("/referrals").status_code == 200, "the board names nobody and is the same for everybody"
    assert [stranger.get(page).status_code for page in pages] == [404, 404, 404]
    assert stranger.post(pages[0], {"do": "close", "seen": "2", "end": "nothing_further"}).status_code == 404
    note = {"key": "00000000-0000-4000-8000-000000000001", "words": "Drank two cups"}
    assert stranger.post(f"{pages[0]}/notes", note).status_code == 404
    assert not Referral.objects.get().ended_at
    # Who was chosen to go may open it, and finds it on their first page, for as long as they go.
    trust = Organisation.objects.create(code="FAR", name="A trust elsewhere")
    who = Professional.objects.create(code="F1", name="Far Away", employer=trust, username="far-triage_clinician")
    step = {"referral": referred.pk, "step": "response_visit", "at": clock.now()}
    going = Allocation.objects.create(professional=who, employer=trust, **step)
    assert stranger.get(pages[0]).status_code == 200 and "Whom you go to" in text(stranger.get("/"))
    going.ended_at = clock.now()
    going.save()
    assert stranger.get(pages[0]).status_code == 404 and "Whom you go to" not in text(stranger.get("/"))
    # Who once had a part in it still sees it, wherever they work.
    referred.happenings.filter(number=0).update(by_id=User.objects.get(username="far-triage_clinician").pk)
    assert stranger.get(pages[0]).status_code == 200
    page = signed_in("triage").get(pages[0])
    lines = [line for line in on_record(place) if line.get("request") == page.headers["X-Request-Id"]]
    assert ("referral", [referred.person_id], "shown") in [(one["what"], one["whom"], one["outcome"]) for one in lines]


def test_a_watched_person_s_referral_asks_for_a_reason_first(referred, signed_in):  # noqa: F811
    clinician = signed_in("triage")
    Mark.objects.create(
        person_id=referred.person_id,
        kind="staff",
        reason="A ward sister here",
        start=clock.now(),
        made_by=User.objects.get(username="triage"),
    )
    address = f"/referrals/{referred.pk}"
    asked = clinician.get(address)
    assert asked.headers["Location"] == f"/people/{referred.person_id}/reason"
    given = clinician.post(asked.headers["Location"], {"reason": "I decide on this referral"})
    assert given.status_code == 302 and clinician.get(address).status_code == 200


def test_what_a_referral_opened_ends_soon_after_it(referred):
    ties = Relationship.objects.filter(kind="referred", person_id=referred.person_id)
    assert ties and all(one.until is None for one in ties)
    ended = clock.now()
    end = next(id for id, one in hub.episode(referred.pk).flow.pathway.ends.items() if one.origin == "any")
    hub.record(referred.pk, Closed(ended, end), seen=referred.happened, by=None, now=ended)
    assert {one.until for one in ties.all()} == {ended + WRITING_UP}


def test_a_twin_and_a_namesake_are_not_referred_already(referred):
    born = date(1942, 8, 6)
    Referral.objects.filter(pk=referred.pk).update(
        person_id="", nhs_number="", given_name="Nell", family_name="Newcomer", birth_date=born
    )

    def already(**about: str) -> bool:
        named = {"given_name": "Nell", "family_name": "newcomer", "birth_date": born} | about
        return bool(open_referrals(referred.pathway, hub.About(**named)))

    assert already() and already(given_name="") and already(person_id="p9", nhs_number="9990000018")
    assert not already(given_name="Ada"), "a twin"
    Referral.objects.filter(pk=referred.pk).update(nhs_number="9990000026")
    assert already() and not already(nhs_number="9990000018"), "a namesake of the same day"


def test_one_referral_that_cannot_be_read_keeps_no_other_waiting(referred, monkeypatch):
    broken = Referral.objects.get()
    due = broken.deadlines.latest("at").at + timedelta(hours=1)
    good = Referral.objects.get()
    good.pk, good.person_id, good.blueprint = None, "", good.blueprint
    good.save()
    for one in broken.deadlines.all():
        one.pk, one.referral = None, good
        one.at += timedelta(minutes=1)
        one.save()
    for one in broken.happenings.all():
        one.pk, one.referral = None, good
        one.save()
    Referral.objects.filter(pk=broken.pk).update(blueprint="gone@1.0.0")
    hub.sweep(due)
    assert not broken.deadlines.exclude(fired_at=None).exists()
    assert good.deadlines.exclude(fired_at=None).exists()
