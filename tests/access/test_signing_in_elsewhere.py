"""Signing in with a real, certified provider: who is let in, as what, and how it ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.oidc.place import ADDRESS, HOST, sign_in_data, write_sign_in
from tests.oidc.real import Person, RealProvider, new_key
from tests.town import make_users, publish_town

from vanguard import clock
from vanguard.access import oidc_provider
from vanguard.access.models import Citizen, Session, User

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_in_every_run]

Browser = Callable[[], Client]
Record = Callable[[], list[dict[str, Any]]]
GP, SEVERAL, FAR, NO_USE, NO_ROLE, NOT_SURE = (f"55500000000{number}" for number in range(1, 7))


@pytest.fixture(autouse=True)
def a_place(place: Path, db: None, real_provider: RealProvider) -> Path:
    make_users()
    return write_sign_in(place, sign_in_data(real_provider.issuer))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets time pass."""
    began = clock.now()
    return lambda passed: monkeypatch.setattr(clock, "now", lambda: began + passed)


def go(client: Client, subject: str, provider: str = "cis2", next_page: str = "") -> Any:
    """Sign in with the provider as somebody; gives our answer to their coming back."""
    return client.get(way_back(client, Person(subject), provider, next_page))


def way_back(client: Client, person: Person, provider: str = "cis2", next_page: str = "") -> str:
    leaving = client.get(f"/sign-in/{provider}", {"next": next_page} if next_page else {})
    assert leaving.status_code == 302, leaving.content
    back = person.sign_in(leaving.headers["Location"], f"{ADDRESS}/sign-in/{provider}/back")
    return back.removeprefix(ADDRESS)


def signed_in(client: Client) -> bool:
    return client.get("/people/next").status_code == 200


def outcomes(record: Record) -> list[tuple[str, str, str]]:
    return [(line["what"], line["why"], line["outcome"]) for line in record()]


def test_a_professional_is_let_in_as_what_their_claims_mean(browser: Browser, on_record: Record) -> None:
    client = browser()
    answer = go(client, GP, next_page="/people/next?sort=age")
    assert answer.headers["Location"] == "/people/next?sort=age"
    assert "Dr Amara Okafor (GP)" in client.get("/people/next").content.decode()
    user = User.objects.get(subject=GP)
    assert (user.role, user.practice_id, user.organisation_id) == ("gp", "P1", None)
    assert not user.has_usable_password()
    line = on_record()[0]
    assert (line["what"], line["whom"], line["why"], line["outcome"]) == ("sign_in", user.username, "cis2 gp", "in")


def test_an_account_is_found_by_its_subject_and_brought_up_to_date(
    browser: Browser, real_provider: RealProvider
) -> None:
    go(browser(), GP)
    User.objects.filter(subject=GP).update(name="Somebody Else", role="analyst", practice=None)
    # One of the same name, and one of the same subject elsewhere, are other people.
    User.objects.create_user("other", name="Dr Amara Okafor", role="nurse")
    User.objects.create_user("elsewhere", name="E", role="nurse", issuer="https://other.example", subject=GP)
    go(browser(), GP)
    user = User.objects.get(issuer=real_provider.issuer, subject=GP)
    assert (user.name, user.role, user.practice_id) == ("Dr Amara Okafor", "gp", "P1")
    assert User.objects.get(username="elsewhere").role == "nurse"


def test_a_session_begins_under_a_new_key(browser: Browser) -> None:
    client = browser()
    client.cookies["sessionid"] = fixed = "a" * 32
    go(client, GP)
    kept = client.cookies["sessionid"].value
    assert kept != fixed
    go(client, GP)
    assert client.cookies["sessionid"].value != kept
    assert not signed_in(Client(headers={"host": HOST, "cookie": f"sessionid={kept}"}))


class TestSeveralRoles:
    def test_one_is_chosen(self, browser: Browser, on_record: Record) -> None:
        client = browser()
        answer = go(client, SEVERAL, next_page="/people/next")
        assert answer.headers["Location"] == "/choose-role"
        assert not signed_in(client)
        page = client.get("/choose-role").content.decode()
        assert "Nurse" in page and "GP" in page and "Oak Surgery" in page
        assert page.count('type="radio"') == 2, "the role elsewhere is no choice"
        for wrong in ("", "2", "-1", "x", "²"):
            answer = client.post("/choose-role", {"role": wrong})
            assert answer.status_code == 400 and "Choose one of your roles" in answer.content.decode()
        assert not signed_in(client)
        answer = client.post("/choose-role", {"role": "0"})
        assert answer.headers["Location"] == "/people/next"
        user = User.objects.get(subject=SEVERAL)
        assert (user.role, user.practice_id, [team.pk for team in user.teams.all()]) == ("nurse", None, ["north-team"])
        assert signed_in(client)
        assert outcomes(on_record)[:2] == [("sign_in", "cis2", "choosing"), ("sign_in", "cis2 nurse", "in")]
        # The choice was for once.
        assert client.post("/choose-role", {"role": "1"}).headers["Location"] == "/sign-in"

    def test_nobody_acts_as_two_at_once(self, browser: Browser) -> None:
        nurse, gp, same = browser(), browser(), browser()
        for client, role in ((nurse, "0"), (same, "0")):
            go(client, SEVERAL)
            client.post("/choose-role", {"role": role})
        assert signed_in(nurse) and signed_in(same)
        go(gp, SEVERAL)
        gp.post("/choose-role", {"role": "1"})
        assert signed_in(gp) and not signed_in(nurse) and not signed_in(same)

    def test_choosing_takes_five_minutes_at_most(self, browser: Browser, later: Any) -> None:
        client = browser()
        go(client, SEVERAL)
        later(timedelta(minutes=6))
        assert client.post("/choose-role", {"role": "0"}).headers["Location"] == "/sign-in"
        assert not User.objects.filter(subject=SEVERAL).exists()


@pytest.mark.parametrize(
    ("subject", "why", "sentence"),
    [
        (FAR, "cis2: not of this place", "None of your roles is at an organisation of this place."),
        (NO_USE, "cis2: no role here", "None of your roles at an organisation of this place has a use here."),
        (NO_ROLE, "cis2: no role", "the staff card names no role of yours."),
        (NOT_SURE, "cis2: assurance: authentication_assurance_level", "did not say surely enough who you are"),
    ],
)
def test_who_does_not_belong_is_refused_in_a_sentence_and_on_record(
    browser: Browser, on_record: Record, subject: str, why: str, sentence: str
) -> None:
    client = browser()
    answer = go(client, subject)
    assert answer.status_code == 403
    assert sentence in answer.content.decode()
    assert not User.objects.filter(subject=subject).exists()
    assert "sessionid" not in client.cookies
    (line,) = on_record()
    assert (line["why"], line["outcome"]) == (why, "refused")
    assert subject in line["whom"]


def test_a_closed_account_stays_closed(browser: Browser, on_record: Record) -> None:
    client = browser()
    go(client, GP)
    User.objects.filter(subject=GP).update(is_active=False)
    assert not signed_in(client)
    assert go(browser(), GP).status_code == 403
    assert outcomes(on_record)[-1] == ("sign_in", "cis2: closed", "refused")


class TestThePublic:
    PROFESSIONAL = ("/", "/people/next", "/people/find", "/people/emergency", "/people/x", "/data", "/users")

    def test_a_citizen_has_a_page_of_their_own_and_no_professional_s(self, browser: Browser, on_record: Record) -> None:
        client = browser()
        # The way to our key is signed with it: the provider accepts nothing else of this client.
        answer = go(client, "citizen-1", "nhs-login", next_page="/people/next")
        assert answer.headers["Location"] == "/me"
        assert "Edith Archer" in client.get("/me").content.decode()
        for path in self.PROFESSIONAL:
            assert client.get(path).headers["Location"].startswith("/sign-in?next="), path
        assert client.get("/api/persons/ann/record").status_code == 401
        assert Citizen.objects.count() == 1 and not User.objects.filter(subject="citizen-1").exists()
        assert outcomes(on_record) == [("sign_in", "nhs-login", "in")]
        client.post("/sign-out")
        assert client.get("/me").status_code == 302
        assert on_record()[-1]["whom"] == on_record()[0]["whom"] != ""

    def test_whom_the_provider_vouches_for_sees_their_own_record(self, browser: Browser, place: Path) -> None:
        publish_town(place)
        client = browser()
        go(client, "citizen-of-the-town", "nhs-login")
        assert "ARCHER, Ann" in client.get("/me/record").content.decode()
        stranger = browser()
        go(stranger, "citizen-1", "nhs-login")
        assert stranger.get("/me/record").status_code == 404
        assert "did not say surely enough" in stranger.get("/me").content.decode()

    def test_a_level_below_the_one_required_is_refused(self, browser: Browser, on_record: Record) -> None:
        assert go(browser(), "citizen-2", "nhs-login").status_code == 403
        assert outcomes(on_record) == [("sign_in", "nhs-login: assurance: vot", "refused")]

    def test_professionals_have_no_citizen_s_page(self, browser: Browser) -> None:
        client = browser()
        go(client, GP)
        assert client.get("/me").headers["Location"].startswith("/sign-in")

    def test_one_provider_s_people_do_not_come_in_by_the_other_s_door(self, browser: Browser) -> None:
        """The same person at the same provider: as a citizen, without a role."""
        assert go(browser(), GP, "nhs-login").status_code == 403
        assert go(browser(), "citizen-1", "cis2").status_code == 403


class TestTheWayBack:
    def test_a_callback_in_another_browser_signs_nobody_in(self, browser: Browser, on_record: Record) -> None:
        stolen = way_back(browser(), Person(GP))
        victim = browser()
        answer = victim.get(stolen)
        assert answer.status_code == 400
        assert "not begun in this browser" in answer.content.decode()
        assert "sessionid" not in victim.cookies
        assert outcomes(on_record) == [("sign_in", "cis2: state", "refused")]
        # Nor in a browser that is on its own way there.
        victim.get("/sign-in/cis2")
        assert victim.get(way_back(browser(), Person(GP))).status_code == 400

    def test_a_changed_state_or_cookie(self, browser: Browser) -> None:
        client = browser()
        back = way_back(client, Person(GP))
        assert client.get(back.replace("state=", "state=x")).status_code == 400
        client = browser()
        back = way_back(client, Person(GP))
        client.cookies["signing-in"] = client.cookies["signing-in"].value.replace(":", "x:", 1)
        assert client.get(back).status_code == 400
        client = browser()
        way_back(client, Person(GP))
        assert client.get("/sign-in/nhs-login/back?code=x&state=y").status_code == 400

    def test_a_code_is_good_for_once(self, browser: Browser, on_record: Record) -> None:
        client = browser()
        back = way_back(client, Person(GP))
        cookie = client.cookies["signing-in"].value
        assert client.get(back).headers["Location"] == "/"
        assert client.get(back).status_code == 400, "our cookie is gone"
        thief = browser()
        thief.cookies["signing-in"] = cookie
        answer = thief.get(back)
        assert answer.status_code == 400 and "did not confirm this sign-in" in answer.content.decode()
        assert outcomes(on_record)[-1] == ("sign_in", "cis2: code", "refused")

    def test_a_code_without_what_was_kept_for_it_is_worth_nothing(
        self, browser: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """PKCE, as the provider checks it."""
        client = browser()
        back = way_back(client, Person(GP))
        kept = oidc_provider.tokens_for
        monkeypatch.setattr(oidc_provider, "tokens_for", lambda *a, **k: kept(*a, **{**k, "verifier": "x" * 43}))
        assert client.get(back).status_code == 400

    def test_the_way_takes_ten_minutes_at_most(self, browser: Browser, later: Any) -> None:
        client = browser()
        back = way_back(client, Person(GP))
        later(timedelta(minutes=11))
        assert client.get(back).status_code == 400

    def test_an_answer_of_another_issuer(self, browser: Browser) -> None:
        """The provider names itself beside the code, so that two providers cannot be mixed up."""
        for change in (lambda at: at.replace("iss=http", "iss=https"), lambda at: at.partition("&iss=")[0]):
            client = browser()
            back = change(way_back(client, Person(GP)))
            assert "This is not an answer of the staff card." in client.get(back).content.decode()

    def test_somebody_who_stops_there(self, browser: Browser) -> None:
        client = browser()
        state = parse_qs(urlsplit(client.get("/sign-in/cis2").headers["Location"]).query)["state"][0]
        issuer = parse_qs(urlsplit(way_back(browser(), Person(GP))).query)["iss"][0]
        answer = client.get("/sign-in/cis2/back", {"error": "access_denied", "state": state, "iss": issuer})
        assert answer.status_code == 400
        assert "If you stopped it yourself, sign in again when you wish to." in answer.content.decode()

    @pytest.mark.parametrize("elsewhere", ["//e.example", "https://e.example/", "/\\e.example", "javascript:alert(1)"])
    def test_it_leads_nowhere_else(self, browser: Browser, elsewhere: str) -> None:
        assert go(browser(), GP, next_page=elsewhere).headers["Location"] == "/"

    def test_what_is_asked_of_the_provider(self, browser: Browser) -> None:
        asked = parse_qs(urlsplit(browser().get("/sign-in/cis2").headers["Location"]).query)
        assert asked["redirect_uri"] == [f"{ADDRESS}/sign-in/cis2/back"]
        assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"]
        assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))

    def test_under_another_name_it_begins_at_ours(self) -> None:
        answer = Client(headers={"host": "other.example"}).get("/sign-in/cis2?next=/data")
        assert answer.headers["Location"] == f"{ADDRESS}/sign-in/cis2?next=/data"

    def test_a_provider_that_is_not_in_the_file(self, browser: Browser) -> None:
        for path in ("/sign-in/other", "/sign-in/other/back", "/sign-in/other/keys"):
            assert browser().get(path).status_code == 404
        assert browser().post("/sign-in/other/ended", {"logout_token": "x"}).status_code == 404


class TestEnds:
    def test_after_a_quarter_of_an_hour_without_use(self, browser: Browser, later: Any) -> None:
        client = browser()
        go(client, GP)
        for minutes in (14, 28, 42):
            later(timedelta(minutes=minutes))
            assert signed_in(client)
        later(timedelta(minutes=58))
        assert not signed_in(client)
        later(timedelta(minutes=43))
        assert signed_in(client)

    def test_a_citizen_s_too(self, browser: Browser, later: Any) -> None:
        client = browser()
        go(client, "citizen-1", "nhs-login")
        later(timedelta(minutes=14))
        assert client.get("/me").status_code == 200
        later(timedelta(minutes=30))
        assert client.get("/me").status_code == 302

    def test_after_twelve_hours_whatever_happens(self, browser: Browser, later: Any) -> None:
        client = browser()
        go(client, GP)
        for minutes in range(10, 12 * 60, 10):
            later(timedelta(minutes=minutes))
            assert signed_in(client) or minutes >= 720
        later(timedelta(hours=12, minutes=1))  # counted from before the session began
        assert not signed_in(client)

    def test_use_is_noted_once_a_minute(self, browser: Browser, later: Any) -> None:
        client = browser()
        go(client, GP)
        began = Session.objects.get().seen
        # Counted from a little before the session began: signing in takes a moment.
        for seconds, noted in ((30, 0), (50, 0), (75, 75), (110, 75), (145, 145)):
            later(timedelta(seconds=seconds))
            signed_in(client)
            assert abs(Session.objects.get().seen - began - noted) <= 10

    def test_at_the_provider_too_when_somebody_signs_out(self, browser: Browser) -> None:
        client, person = browser(), Person(GP)
        client.get(way_back(client, person))
        kept = str(Session.objects.get().get_decoded())
        answer = client.post("/sign-out")
        assert not signed_in(client)
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert not any(part in kept for part in asked["id_token_hint"][0].split(".")), "nobody reads it in the database"
        assert asked["post_logout_redirect_uri"] == [f"{ADDRESS}/signed-out"] and asked["id_token_hint"]
        assert person.sign_out(answer.headers["Location"], f"{ADDRESS}/signed-out")
        # Over there they must say again who they are.
        again = person.web.get(browser().get("/sign-in/cis2").headers["Location"])
        assert 'name="login"' in again.text

    def test_forms_may_lead_to_the_provider_and_nowhere_else(
        self, browser: Browser, real_provider: RealProvider
    ) -> None:
        policy = browser().get("/sign-in").headers["Content-Security-Policy"]
        assert f"form-action 'self' {real_provider.issuer};" in policy


class TestWhenTheProviderIsAway:
    def test_nobody_is_let_in_and_everybody_is_told_what_to_do(
        self, browser: Browser, on_record: Record, place: Path, real_provider: RealProvider, provider_key: Any
    ) -> None:
        client = browser()
        back = way_back(client, Person(GP))
        working = browser()
        go(working, GP)
        real_provider.stop()
        try:
            answer = client.get(back)
            assert answer.status_code == 503 and not signed_in(client)
            assert outcomes(on_record)[-1] == ("sign_in", "cis2: token", "unavailable")
            oidc_provider._known.clear()
            answer = browser().get("/sign-in/cis2")
            assert answer.status_code == 503
            page = answer.content.decode()
            assert "the staff card does not answer as it should" in page and "telephone the partner" in page
            assert signed_in(working), "who is in stays in"
            assert working.post("/sign-out").headers["Location"] == "/signed-out"
        finally:
            real_provider.start(provider_key)

    def test_its_keys_may_change(
        self, browser: Browser, real_provider: RealProvider, provider_key: Any, later: Any
    ) -> None:
        go(browser(), GP)
        real_provider.stop()
        try:
            real_provider.start(new_key("second"), provider_key)
            # A key that was not there is looked for once a minute at most.
            assert go(browser(), GP).status_code == 400
            later(timedelta(seconds=61))
            assert go(browser(), GP).headers["Location"] == "/"
        finally:
            real_provider.stop()
            real_provider.start(provider_key)


def test_no_audit_no_session(browser: Browser, place: Path) -> None:
    client = browser()
    back = way_back(client, Person(GP))
    (place / "audit").write_text("in the way")
    assert client.get(back).status_code == 503
    assert not signed_in(client) and not Session.objects.exists()


def test_our_public_key_is_there_for_the_provider(browser: Browser) -> None:
    (key,) = browser().get("/sign-in/nhs-login/keys").json()["keys"]
    assert key["alg"] == "RS512" and not {"d", "p", "q"} & set(key)
    assert browser().get("/sign-in/cis2/keys").json() == {"keys": []}


def test_the_sign_in_page_names_the_providers(browser: Browser, settings: Any) -> None:
    settings.DEMO = False
    page = browser().get("/sign-in?next=/data").content.decode()
    assert "Sign in with the staff card" in page and 'href="/sign-in/cis2?next=/data"' in page
    assert 'name="password"' not in page


def test_local_accounts_are_for_demo_places_only(browser: Browser, settings: Any) -> None:
    from tests.town import PASSWORD

    settings.DEMO = False
    client = browser()
    assert client.post("/sign-in", {"username": "gp", "password": PASSWORD}).status_code == 403
    assert not signed_in(client)


def test_a_time_of_our_own(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that was made in our past is over, whatever the machine's own clock says."""
    real: Callable[[], datetime] = clock.now
    client = browser()
    back = way_back(client, Person(GP))
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=9))
    assert client.get(back).status_code == 302
    monkeypatch.setattr(clock, "now", lambda: real() - timedelta(minutes=9))
    assert go(browser(), GP).status_code == 400
