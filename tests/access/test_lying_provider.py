"""Answers that no honest provider gives: nobody is let in, nobody is put out, and each is on record."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc.jwk import OctKey
from tests.oidc.lying import LyingProvider, half_hash, signed_by_secret, unsigned
from tests.oidc.place import ACCOUNTS, HOST, role, sign_in_data, write_sign_in
from tests.oidc.real import new_key
from tests.town import make_users

from vanguard import clock
from vanguard.access.models import Session, User
from vanguard.access.oidc_tokens import LOGOUT_EVENT

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_in_every_run]

Browser = Callable[[], Client]
Record = Callable[[], list[dict[str, Any]]]
GP = "555000000001"


@pytest.fixture(autouse=True)
def a_place(place: Path, db: None, lying: LyingProvider) -> Iterator[Path]:
    make_users()
    lying.userinfo = {"sub": GP, **ACCOUNTS[GP]}
    yield write_sign_in(place, sign_in_data(lying.issuer))


def claims(lying: LyingProvider, **changes: Any) -> dict[str, Any]:
    """What an honest ID token says; a change to None leaves a claim out."""
    now = int(clock.now().timestamp())
    honest = {
        "iss": lying.issuer,
        "sub": GP,
        "aud": "vanguard-staff",
        "iat": now,
        "exp": now + 300,
        "sid": "there-1",
        "at_hash": half_hash("access"),
    }
    return {name: value for name, value in (honest | changes).items() if value is not None}


def come_back(
    client: Client,
    lying: LyingProvider,
    token: Callable[[dict[str, Any]], str],
    path: str = "/sign-in/cis2",
    **changes: Any,
) -> Any:
    """Sign in, the provider's ID token made of the honest claims with these changes."""
    asked = parse_qs(urlsplit(client.get(path).headers["Location"]).query)
    lying.id_token = lambda: token(claims(lying, **{"nonce": asked["nonce"][0], **changes}))
    return client.get("/sign-in/cis2/back", {"code": "code", "state": asked["state"][0]})


def now() -> int:
    return int(clock.now().timestamp())


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "iss"),
    "no issuer": ({"iss": None}, "iss"),
    "token of another client": ({"aud": "somebody-else"}, "azp"),
    "token of another client that names us": ({"aud": "somebody-else", "azp": "vanguard-staff"}, "aud"),
    "ours and another's": ({"aud": ["vanguard-staff", "somebody-else"], "azp": "vanguard-staff"}, "aud"),
    "no audience": ({"aud": None}, "aud"),
    "another party's": ({"azp": "somebody-else"}, "azp"),
    "wrong nonce": ({"nonce": "of another sign-in"}, "nonce"),
    "no nonce": ({"nonce": None}, "nonce"),
    "no subject": ({"sub": None}, "sub"),
    "an odd subject": ({"sub": {"a": 1}}, "sub"),
    "an endless subject": ({"sub": "x" * 300}, "sub"),
    "no expiry": ({"exp": None}, "exp"),
    "an expiry of words": ({"exp": "tomorrow"}, "exp"),
    "of another access token": ({"at_hash": half_hash("another")}, "at_hash"),
    "an odd hash": ({"at_hash": 7}, "at_hash"),
}


def test_an_honest_answer_is_taken(browser: Browser, lying: LyingProvider) -> None:
    client = browser()
    answer = come_back(client, lying, lying.sign)
    assert answer.headers["Location"] == "/", answer.content.decode()
    assert client.get("/people/next").status_code == 200
    assert lying.posted["client_id"] == "vanguard-staff" and len(lying.posted["code_verifier"]) >= 43


def refused(client: Client, answer: Any, record: Record, why: str) -> None:
    assert answer.status_code == 400
    assert "The answer of the staff card cannot be trusted." in answer.content.decode()
    assert "sessionid" not in client.cookies and not Session.objects.exists() and not User.objects.exclude(issuer="")
    assert [(line["why"], line["outcome"]) for line in record()] == [(f"cis2: token: {why}", "refused")]


@pytest.mark.parametrize("case", CHANGES)
def test_an_id_token_that_is_not_the_answer(
    browser: Browser, lying: LyingProvider, on_record: Record, case: str
) -> None:
    changes, why = CHANGES[case]
    client = browser()
    refused(client, come_back(client, lying, lying.sign, **changes), on_record, why)


@pytest.mark.parametrize(("seconds", "taken"), [(-31, False), (-29, True)])
def test_an_expired_token_with_a_little_leeway(
    browser: Browser, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch, seconds: int, taken: bool
) -> None:
    fixed = clock.now()
    monkeypatch.setattr(clock, "now", lambda: fixed)
    answer = come_back(browser(), lying, lying.sign, exp=now() + seconds)
    assert (answer.status_code == 302) == taken


@pytest.mark.parametrize("seconds", [31, 3600])
def test_a_token_from_the_future(
    browser: Browser, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    fixed = clock.now()
    monkeypatch.setattr(clock, "now", lambda: fixed)
    assert come_back(browser(), lying, lying.sign, iat=now() + seconds, exp=now() + 9999).status_code == 400


class TestShowingAgainThatItIsYou:
    """A provider may let somebody in without asking, say whoever sits down at a screen that was left open."""

    AGAIN = "/sign-in/cis2?again=yes&next=/sessions"

    @pytest.mark.parametrize("auth_time", [None, True, -3600])
    def test_who_was_let_in_without_being_asked_ends_nothing(
        self, browser: Browser, lying: LyingProvider, auth_time: Any
    ) -> None:
        other, here = browser(), browser()
        come_back(other, lying, lying.sign)
        come_back(here, lying, lying.sign, auth_time=now() + auth_time if auth_time == -3600 else auth_time)
        page = here.get("/sessions").content.decode()
        assert 'href="/sign-in/cis2?again=yes&amp;next=/sessions"' in page and 'name="mark"' not in page
        assert here.post("/sessions").status_code == 403
        assert other.get("/people/next").status_code == 200

    def test_who_was_asked_ends_the_others(self, browser: Browser, lying: LyingProvider) -> None:
        other, here = browser(), browser()
        come_back(other, lying, lying.sign)
        come_back(here, lying, lying.sign, auth_time=now() - 3600)
        asked = parse_qs(urlsplit(here.get(self.AGAIN).headers["Location"]).query)
        assert asked["prompt"] == ["login"] and asked["max_age"] == ["0"]
        answer = come_back(here, lying, lying.sign, self.AGAIN, auth_time=now())
        assert answer.headers["Location"] == "/sessions"
        assert here.post("/sessions").status_code == 302
        assert other.get("/people/next").status_code == 302 and here.get("/people/next").status_code == 200

    @pytest.mark.parametrize("seconds", [None, -60])
    def test_an_answer_by_which_nobody_was_asked_is_not_taken(
        self, browser: Browser, lying: LyingProvider, on_record: Record, seconds: int | None
    ) -> None:
        answer = come_back(browser(), lying, lying.sign, self.AGAIN, auth_time=seconds and now() + seconds)
        assert answer.status_code == 400 and on_record()[-1]["why"] == "cis2: token: auth_time"

    def test_a_time_to_come_proves_nothing_later(
        self, browser: Browser, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here = browser()
        come_back(here, lying, lying.sign, auth_time=now() + 10**6)
        began = clock.now()
        assert here.post("/sessions").status_code == 302
        monkeypatch.setattr(clock, "now", lambda: began + timedelta(minutes=11))
        assert here.post("/sessions").status_code == 403


class TestWhoWorksElsewhereNow:
    """A provider knows somebody for life; what they saw at one employer is not theirs at the next."""

    @pytest.fixture
    def move(self, browser: Browser, lying: LyingProvider) -> Callable[..., Client]:
        def move(*roles: dict[str, str], **said: str) -> Client:
            lying.userinfo = {"sub": GP, **ACCOUNTS[GP], "nhsid_nrbac_roles": list(roles), **said}
            client = browser()
            come_back(client, lying, lying.sign)
            return client

        return move

    AT_THE_PRACTICE = role("1", "S8000:G8000:R8000", "Y00001")
    IN_THE_TEAM = role("2", "S8000:G8001:R8001", "RXQ")

    def test_nothing_that_was_theirs_goes_along(self, move: Any, on_record: Record) -> None:
        before = move(self.AT_THE_PRACTICE)
        old = User.objects.get(subject=GP)
        after = move(self.IN_THE_TEAM)
        new = User.objects.get(subject=GP)
        assert new.pk != old.pk and (new.role, new.username) == ("nurse", f"{old.username}:2")
        assert not User.objects.get(pk=old.pk).is_active and before.get("/people/next").status_code == 302
        assert after.get("/people/next").status_code == 200
        assert ("account", old.username) in [(one["what"], one["whom"]) for one in on_record()]
        # And again: back to where they were is a third beginning.
        move(self.AT_THE_PRACTICE)
        assert User.objects.get(subject=GP).username == f"{old.username}:3"

    def test_who_has_both_jobs_is_one(self, move: Any) -> None:
        move(self.AT_THE_PRACTICE)
        own = User.objects.get(subject=GP)
        move(self.AT_THE_PRACTICE, self.IN_THE_TEAM, selected_roleid="2")
        assert User.objects.get(subject=GP).pk == own.pk and User.objects.get(pk=own.pk).role == "nurse"
        move(self.IN_THE_TEAM)
        assert User.objects.get(subject=GP).pk == own.pk


class TestSignatures:
    def test_none(self, browser: Browser, lying: LyingProvider, on_record: Record) -> None:
        client = browser()
        refused(client, come_back(client, lying, unsigned), on_record, "signature")

    def test_by_the_public_key_as_a_secret(self, browser: Browser, lying: LyingProvider, on_record: Record) -> None:
        client = browser()
        for secret in (lying.key.as_pem(private=False), lying.key.as_der(private=False)):
            answer = come_back(client, lying, lambda said, secret=secret: signed_by_secret(said, secret))
            assert answer.status_code == 400
        answer = come_back(client, lying, lambda said: signed_by_secret(said, lying.key.as_pem(private=False).strip()))
        assert {line["why"] for line in on_record()} == {"cis2: token: signature"} and len(on_record()) == 3

    def test_by_a_secret_that_the_provider_publishes(
        self, browser: Browser, lying: LyingProvider, on_record: Record
    ) -> None:
        secret = OctKey.generate_key(256, {"kid": "known"})
        lying.keys.append({**secret.as_dict(private=True), "use": "sig"})
        client = browser()
        answer = come_back(client, lying, lambda said: lying.sign(said, key=secret, alg="HS256", kid="known"))
        refused(client, answer, on_record, "signature")

    @pytest.mark.parametrize("kid", ["honest", "other", None])
    def test_by_somebody_else_s_key(
        self, browser: Browser, lying: LyingProvider, on_record: Record, kid: str | None
    ) -> None:
        other, client = new_key("other"), browser()
        answer = come_back(client, lying, lambda said: lying.sign(said, key=other, kid=kid))
        refused(client, answer, on_record, "signature")

    def test_by_a_key_that_the_token_brings_along(
        self, browser: Browser, lying: LyingProvider, on_record: Record
    ) -> None:
        other, client = new_key("other"), browser()
        brought = {"jwk": other.as_dict(private=False), "jku": f"{lying.issuer}/theirs"}
        answer = come_back(client, lying, lambda said: lying.sign(said, key=other, **brought))
        refused(client, answer, on_record, "signature")
        assert "/theirs" not in lying.asked

    def test_by_an_algorithm_that_the_place_does_not_take(
        self, browser: Browser, lying: LyingProvider, on_record: Record
    ) -> None:
        client = browser()
        answer = come_back(client, lying, lambda said: lying.sign(said, alg="RS384"))
        refused(client, answer, on_record, "signature")

    def test_changed_afterwards(self, browser: Browser, lying: LyingProvider, on_record: Record) -> None:
        def changed(said: dict[str, Any]) -> str:
            header, body, signature = lying.sign(said).split(".")
            return f"{header}.{body[:-4]}AAAA.{signature}"

        client = browser()
        refused(client, come_back(client, lying, changed), on_record, "signature")

    @pytest.mark.parametrize("text", ["", "a.b", "....", "é.é.é", "a" * 70_000])
    def test_no_token_at_all(self, browser: Browser, lying: LyingProvider, text: str) -> None:
        answer = come_back(browser(), lying, lambda _: text)
        assert answer.status_code in (400, 503) and not Session.objects.exists()

    def test_keys_are_looked_for_once_a_minute_at_most(self, browser: Browser, lying: LyingProvider) -> None:
        for _ in range(5):
            come_back(browser(), lying, lambda said: lying.sign(said, kid="unknown"))
        assert lying.asked.count("/jwks") == 1


class TestUserinfo:
    def test_of_somebody_else(self, browser: Browser, lying: LyingProvider, on_record: Record) -> None:
        lying.userinfo = {"sub": "555000000009", **ACCOUNTS[GP]}
        assert come_back(browser(), lying, lying.sign).status_code == 400
        assert on_record()[0]["why"] == "cis2: userinfo"

    def test_it_cannot_raise_the_level_that_was_signed(self, browser: Browser, lying: LyingProvider) -> None:
        answer = come_back(browser(), lying, lying.sign, authentication_assurance_level="1")
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "roles",
        [
            "S8000:G8000:R8000", {"role_code": "R8000"}, [["R8000"]], [{"role_code": ["R8000"], "org_code": "Y00001"}],
            [{"role_code": "R800", "org_code": "Y00001"}], [{"role_code": "R8000", "org_code": "y00001"}],
            [{"role_code": "", "org_code": "Y00001"}], [None], [7], {}, 7, None,
        ],
    )  # fmt: skip
    def test_roles_that_are_none(self, browser: Browser, lying: LyingProvider, roles: Any) -> None:
        lying.userinfo = {"sub": GP, **ACCOUNTS[GP], "nhsid_nrbac_roles": roles}
        assert come_back(browser(), lying, lying.sign).status_code == 403

    def test_a_role_selected_there_is_the_one(self, browser: Browser, lying: LyingProvider) -> None:
        several = "555000000002"
        lying.userinfo = {"sub": several, **ACCOUNTS[several]}
        answer = come_back(browser(), lying, lying.sign, sub=several, selected_roleid="22")
        assert answer.headers["Location"] == "/"
        assert User.objects.get(subject=several).role == "gp"
        for selected in ("23", "99"):
            answer = come_back(browser(), lying, lying.sign, sub=several, selected_roleid=selected)
            assert answer.status_code == 403

    def test_a_name_full_of_odd_signs(self, browser: Browser, lying: LyingProvider) -> None:
        lying.userinfo = {"sub": GP, **ACCOUNTS[GP], "name": "<b>A\u202e\0</b>\r\n" + "x" * 500}
        client = browser()
        come_back(client, lying, lying.sign)
        name = User.objects.get(subject=GP).name
        assert name.startswith("<b>A") and name.isprintable() and len(name) == 200
        assert "&lt;b&gt;A" in client.get("/people/next").content.decode()


class TestWhatItPublishes:
    @pytest.mark.parametrize(
        "said",
        [
            {"issuer": "https://other.example"},
            {"issuer": None},
            {"token_endpoint": "http://169.254.169.254/latest/meta-data"},
            {"token_endpoint": "https://elsewhere.example/token"},
            {"jwks_uri": "file:///etc/passwd"},
            {"userinfo_endpoint": "http://127.0.0.1:1/other-port"},
            {"authorization_endpoint": "javascript:alert(1)"},
            {"authorization_endpoint": None},
            {"end_session_endpoint": "https://127.0.0.1@elsewhere.example/"},
            {"jwks_uri": 7},
        ],
    )
    def test_addresses_elsewhere_are_not_asked(self, browser: Browser, lying: LyingProvider, said: Any) -> None:
        lying.said = said
        assert browser().get("/sign-in/cis2").status_code == 503
        assert set(lying.asked) == {"/.well-known/openid-configuration"}

    def test_a_redirect_is_not_followed(self, browser: Browser, lying: LyingProvider) -> None:
        lying.status["/.well-known/openid-configuration"] = 302
        lying.headers["Location"] = f"{lying.issuer}/inside"
        assert browser().get("/sign-in/cis2").status_code == 503
        assert "/inside" not in lying.asked

    @pytest.mark.parametrize("keys", [None, "x", {}, [7, {}, {"kty": "RSA", "n": "x"}]])
    def test_keys_that_are_none(self, browser: Browser, lying: LyingProvider, keys: Any) -> None:
        lying.keys = keys
        client = browser()
        if isinstance(keys, list):
            assert come_back(client, lying, lying.sign).status_code == 400
        else:
            assert client.get("/sign-in/cis2").status_code == 503

    def test_one_that_is_down_is_left_alone_for_a_while(
        self, browser: Browser, lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        began = clock.now()
        lying.said = {"issuer": None}
        for seconds, asked in ((0, 1), (5, 1), (9, 1), (10, 2)):
            monkeypatch.setattr(clock, "now", lambda seconds=seconds: began + timedelta(seconds=seconds))
            assert browser().get("/sign-in/cis2").status_code == 503
            assert len(lying.asked) == asked

    def test_too_much(self, browser: Browser, lying: LyingProvider) -> None:
        lying.said = {"more": "x" * 600_000}
        assert browser().get("/sign-in/cis2").status_code == 503

    def test_what_is_not_json_or_not_well(self, browser: Browser, lying: LyingProvider) -> None:
        lying.status["/token"] = 500
        client = browser()
        assert come_back(client, lying, lying.sign).status_code == 503
        lying.status = {"/userinfo": 403}
        assert come_back(browser(), lying, lying.sign).status_code == 503
        lying.status, lying.userinfo = {}, ["no", "claims"]
        assert come_back(browser(), lying, lying.sign).status_code == 503


class TestTheProviderEndsASession:
    @pytest.fixture
    def client(self, browser: Browser, lying: LyingProvider) -> Client:
        """Somebody at work, whose session is called there-1 at the provider."""
        made = browser()
        come_back(made, lying, lying.sign)
        assert self.at_work(made)
        return made

    @staticmethod
    def at_work(client: Client) -> bool:
        return client.get("/people/next").status_code == 200

    @staticmethod
    def said(lying: LyingProvider, **changes: Any) -> dict[str, Any]:
        honest = {
            "iss": lying.issuer,
            "aud": "vanguard-staff",
            "iat": now(),
            "exp": now() + 120,
            "jti": "one",
            "events": {LOGOUT_EVENT: {}},
            "sub": GP,
            "sid": "there-1",
        }
        return {name: value for name, value in (honest | changes).items() if value is not None}

    @staticmethod
    def tell(token: str, provider: str = "cis2") -> int:
        outside = Client(headers={"host": HOST}, enforce_csrf_checks=True)
        return outside.post(f"/sign-in/{provider}/ended", {"logout_token": token}).status_code

    @pytest.mark.parametrize("left_out", ["", "sub", "sid", "exp"])
    def test_at_once(self, client: Client, lying: LyingProvider, on_record: Record, left_out: str) -> None:
        changes = {left_out: None} if left_out else {}
        assert self.tell(lying.sign(self.said(lying, **changes), typ="logout+jwt")) == 200
        assert not self.at_work(client)
        line = on_record()[-1]
        assert (line["what"], line["why"], line["outcome"]) == ("sign_out", "cis2", "out")
        assert line["whom"] == [User.objects.get(subject=GP).username]

    def test_only_that_one(self, client: Client, browser: Browser, lying: LyingProvider) -> None:
        other = browser()
        come_back(other, lying, lying.sign, sid="there-2")
        assert self.tell(lying.sign(self.said(lying))) == 200
        assert self.at_work(other) and not self.at_work(client)
        assert self.tell(lying.sign(self.said(lying, sid=None, jti="two"))) == 200
        assert not self.at_work(other)

    def test_not_one_s_own_choice_of_another_s(self, client: Client, lying: LyingProvider) -> None:
        assert self.tell(lying.sign(self.said(lying, sub="555000000009"))) == 200
        assert self.tell(lying.sign(self.said(lying, sub="555000000009", sid=None, jti="two"))) == 200
        assert self.at_work(client)

    def test_while_a_role_is_chosen(self, browser: Browser, lying: LyingProvider) -> None:
        several, client = "555000000002", browser()
        lying.userinfo = {"sub": several, **ACCOUNTS[several]}
        assert come_back(client, lying, lying.sign, sub=several).headers["Location"] == "/choose-role"
        assert self.tell(lying.sign(self.said(lying, sub=several))) == 200
        assert client.post("/choose-role", {"role": "0"}).headers["Location"] == "/sign-in"

    FORGED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
        "another issuer": ({"iss": "https://evil.example"}, {}, "iss"),
        "another client": ({"aud": "somebody-else"}, {}, "aud"),
        "no event": ({"events": None}, {}, "events"),
        "another event": ({"events": {"http://schemas.openid.net/event/other": {}}}, {}, "events"),
        "an event of words": ({"events": {LOGOUT_EVENT: "yes"}}, {}, "events"),
        "a list of events": ({"events": [LOGOUT_EVENT]}, {}, "events"),
        "a nonce": ({"nonce": "n"}, {}, "nonce"),
        "nobody": ({"sub": None, "sid": None}, {}, "sub"),
        "no name of its own": ({"jti": None}, {}, "jti"),
        "no time": ({"iat": None}, {}, "iat"),
        "an old one": ({"iat": -3600}, {}, "iat"),
        "an expired one": ({"exp": -31}, {}, "exp"),
        "another kind": ({}, {"typ": "at+jwt"}, "typ"),
        "an odd session": ({"sid": ["there-1"]}, {}, "sid"),
    }

    @pytest.mark.parametrize("case", FORGED)
    def test_a_forged_one_ends_nothing(
        self, client: Client, lying: LyingProvider, on_record: Record, case: str
    ) -> None:
        changes, header, why = self.FORGED[case]
        changes = {name: now() + value if isinstance(value, int) else value for name, value in changes.items()}
        assert self.tell(lying.sign(self.said(lying, **changes), **header)) == 400
        assert self.at_work(client)
        line = on_record()[-2]
        assert (line["what"], line["why"], line["outcome"]) == ("sign_out", f"cis2: {why}", "refused")

    def test_one_that_is_not_signed_as_it_should_be(self, client: Client, lying: LyingProvider) -> None:
        said = self.said(lying)
        public = OctKey.import_key("x" * 40)
        for token in (
            "", "x", unsigned(said), lying.sign(said, key=new_key("honest")), lying.sign(said, key=public, alg="HS256"),
        ):  # fmt: skip
            assert self.tell(token) == 400
        assert Client(headers={"host": HOST}).post("/sign-in/cis2/ended").status_code == 400
        assert Client(headers={"host": HOST}).get("/sign-in/cis2/ended").status_code == 405
        assert self.at_work(client)

    def test_an_id_token_is_none(self, client: Client, lying: LyingProvider) -> None:
        assert self.tell(lying.sign(claims(lying))) == 400
        assert self.at_work(client)

    def test_one_is_taken_once(self, browser: Browser, client: Client, lying: LyingProvider, on_record: Record) -> None:
        token = lying.sign(self.said(lying, sid=None))
        assert self.tell(token) == 200
        again = browser()
        come_back(again, lying, lying.sign)
        assert self.tell(token) == 400
        assert self.at_work(again)
        assert [line["why"] for line in on_record() if line["what"] == "sign_out"] == ["cis2", "cis2: replay"]

    def test_one_provider_cannot_end_what_another_began(self, client: Client, lying: LyingProvider) -> None:
        assert self.tell(lying.sign(self.said(lying, aud="vanguard-public")), "nhs-login") == 200
        assert self.at_work(client)

    def test_it_ends_even_where_it_cannot_be_put_on_record(
        self, client: Client, lying: LyingProvider, place: Path
    ) -> None:
        for file in (place / "audit").iterdir():
            file.unlink()
        (place / "audit").rmdir()
        (place / "audit").write_text("in the way")
        assert self.tell(lying.sign(self.said(lying))) == 503
        (place / "audit").unlink()
        assert not self.at_work(client)
