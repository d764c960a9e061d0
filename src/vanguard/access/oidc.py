"""Signing in elsewhere: there, back, and in which role. Every outcome is on record, and nobody is let in because
something did not answer."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest
from django.urls import reverse
from joserfc.jwk import Key

from vanguard.access import oidc_provider as web
from vanguard.access.accounts import bring_up_to_date, citizen_for, handle, known_user
from vanguard.access.door import note
from vanguard.access.oidc_claims import Seat, missing_assurance, name_of, seats
from vanguard.access.oidc_file import Provider, SignInFile, sign_in_file
from vanguard.access.oidc_tokens import BadToken, FindKey, id_claims
from vanguard.access.sessions import ID_TOKEN, begin

MINUTES_THERE = 10
MINUTES_TO_CHOOSE = 5
PENDING = "_pending"
SALT = "vanguard.access.oidc"
LONGEST_NEXT = 1000


class NotSignedIn(Exception):
    """Nobody was let in. `what` and `do` are sentences for whoever tried; `status` is the answer's."""

    def __init__(self, what: str, do: str, status: int) -> None:
        super().__init__(what)
        self.what, self.do, self.status = what, do, status


@dataclass(frozen=True)
class Leaving:
    """Where the browser goes to sign in, and the cookie that must come back with it."""

    address: str
    cookie: str


@dataclass(frozen=True)
class Arrived:
    """Somebody came back believed. `choose` says that one of several roles must be chosen first."""

    next: str
    citizen: bool = False
    choose: bool = False


@dataclass(frozen=True)
class Choice:
    """The roles to choose from, whose they are, and which provider said so."""

    provider: str
    name: str
    seats: tuple[Seat, ...]


def cookie_name() -> str:
    """The cookie of somebody on the way. With its prefix no other site under our domain's roof can set it."""
    return "__Host-signing-in" if settings.SESSION_COOKIE_SECURE else "signing-in"


def providers() -> dict[str, Provider]:
    """The providers of this place by id, in the order of its file."""
    rules = sign_in_file(settings.PLACE)
    return dict(rules.providers) if rules else {}


def address_of(id_: str) -> str:
    """Where browsers must find this service to sign in with a provider. Raises Http404 if there is none by this id."""
    return rules_of(id_)[0].back_to("")


def public_keys(id_: str) -> list[dict[str, Any]]:
    """Our keys as the provider fetches them. Raises Http404."""
    return web.own_keys(id_, rules_of(id_)[1])


def leave(id_: str, next_page: str, *, now: datetime) -> Leaving:
    """Begin to sign in. Raises NotSignedIn if the provider does not answer, Http404 if there is none by this id."""
    rules, provider = rules_of(id_)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    try:
        address = web.authorization_address(
            provider, now.timestamp(), back=_back(rules, id_), state=state, nonce=nonce, verifier=verifier
        )
    except web.ProviderDown as down:
        _down(id_, provider, down, now)
    flow = {
        "provider": id_,
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "next": next_page[:LONGEST_NEXT],
        "until": int((now + timedelta(minutes=MINUTES_THERE)).timestamp()),
    }
    return Leaving(address, signing.Signer(salt=SALT).sign_object(flow))


def come_back(request: HttpRequest, id_: str, *, now: datetime) -> Arrived:
    """Finish signing in with what the provider sent back with the browser. Raises NotSignedIn or Http404."""
    rules, provider = rules_of(id_)
    flow = _flow(request, id_, provider, now)
    at = now.timestamp()
    try:
        _answered(request, id_, provider, now)
        tokens = web.tokens_for(
            id_,
            provider,
            at,
            code=request.GET.get("code", ""),
            back=_back(rules, id_),
            verifier=flow["verifier"],
        )
        claims = id_claims(
            tokens.id_token,
            provider,
            find_key(provider, at),
            now=int(at),
            nonce=flow["nonce"],
            access_token=tokens.access,
        )
        more = web.userinfo(provider, at, tokens.access)
    except web.ProviderDown as down:
        _down(id_, provider, down, now)
    except web.CodeRefused:
        _refuse(id_, now, "code", f"{provider.name} did not confirm this sign-in.", "Sign in again.", 400)
    except BadToken as bad:
        _refuse(
            id_, now, f"token: {bad}", f"The answer of {provider.name} cannot be trusted.", "Sign in again. If it "
            "happens again, tell your administrator: nobody can sign in until it is put right.", 400
        )  # fmt: skip
    if more and more.get("sub") != claims["sub"]:
        _refuse(id_, now, "userinfo", f"The answer of {provider.name} cannot be trusted.", "Sign in again.", 400)
    # What is signed for us outweighs what is only told.
    claims = {**more, **claims}
    if missing := missing_assurance(claims, provider):
        _refuse(
            id_, now, f"assurance: {missing}",
            f"{provider.name} did not say surely enough who you are.",
            f"Sign in to {provider.name} again in its stronger way, for example with a smartcard, a passkey or a "
            "proven identity.", 403, handle(id_, provider.issuer, claims["sub"]),
        )  # fmt: skip
    kept = {"sid": _short(claims.get("sid")), ID_TOKEN: tokens.id_token}
    if provider.people == "public":
        return _citizen(request, id_, provider, claims, kept, now)
    return _professional(request, rules, id_, provider, claims, kept, flow["next"], now)


def choice(request: HttpRequest, *, now: datetime) -> Choice | None:
    """What there is to choose from in this browser; None if nothing is, or it took too long."""
    pending = _pending(request, now)
    if pending is None:
        return None
    name = providers()[pending["provider"]].name
    return Choice(name, pending["name"], tuple(Seat.of(one) for one in pending["seats"]))


def choose(request: HttpRequest, number: str, *, now: datetime) -> str | None:
    """Begin the session in the chosen role and give the next page; None if it is none of those to choose from."""
    pending = _pending(request, now)
    if pending is None or not number.isascii() or not number.isdigit() or int(number) >= len(pending["seats"]):
        return None
    seat = Seat.of(pending["seats"][int(number)])
    provider = providers()[pending["provider"]]
    _sit(request, pending["provider"], provider, pending["subject"], pending["name"], seat, pending["kept"], now)
    return str(pending["next"])


def _professional(
    request: HttpRequest,
    rules: SignInFile,
    id_: str,
    provider: Provider,
    claims: dict[str, Any],
    kept: dict[str, Any],
    next_page: str,
    now: datetime,
) -> Arrived:
    subject, name = claims["sub"], name_of(claims)
    whom = handle(id_, provider.issuer, subject)
    known = known_user(provider, subject)
    if known and not known.is_active:
        _refuse(id_, now, "closed", "Your account here is closed.", "Ask your administrator.", 403, whom)
    found = seats(claims, provider, rules.organisations)
    if not found.held:
        _refuse(id_, now, found.why, *_why_not(found.why, provider), 403, whom)
    if len(found.held) == 1:
        _sit(request, id_, provider, subject, name, found.held[0], kept, now)
        return Arrived(next_page)
    note(None, now, what="sign_in", whom=whom, why=id_, outcome="choosing")
    pending = {
        "provider": id_,
        "subject": subject,
        "name": name,
        "seats": [seat.kept() for seat in found.held],
        "kept": kept,
        "next": next_page,
    }
    # Named by the provider already: if it ends the session meanwhile, nobody can choose any more.
    begin(
        request,
        now,
        lasts=timedelta(minutes=MINUTES_TO_CHOOSE),
        provider=id_,
        sid=kept["sid"],
        **{PENDING: {**pending, "until": int((now + timedelta(minutes=MINUTES_TO_CHOOSE)).timestamp())}},
    )
    return Arrived(next_page, choose=True)


def _sit(
    request: HttpRequest,
    id_: str,
    provider: Provider,
    subject: str,
    name: str,
    seat: Seat,
    kept: dict[str, Any],
    now: datetime,
) -> None:
    """Begin a professional's session in one role, on record first: no audit, no session."""
    note(None, now, what="sign_in", whom=handle(id_, provider.issuer, subject), why=f"{id_} {seat.role}", outcome="in")
    user = bring_up_to_date(id_, provider, subject, name, seat)
    begin(request, now, user_id=user.pk, provider=id_, **kept)


def _citizen(
    request: HttpRequest, id_: str, provider: Provider, claims: dict[str, Any], kept: dict[str, Any], now: datetime
) -> Arrived:
    whom = handle(id_, provider.issuer, claims["sub"])
    citizen = citizen_for(provider, claims["sub"], name_of(claims))
    if not citizen.is_active:
        _refuse(id_, now, "closed", "Your account here is closed.", "Ask your GP practice.", 403, whom)
    note(None, now, what="sign_in", whom=whom, why=id_, outcome="in")
    begin(request, now, citizen_id=citizen.pk, provider=id_, **kept)
    return Arrived("", citizen=True)


def _flow(request: HttpRequest, id_: str, provider: Provider, now: datetime) -> dict[str, Any]:
    """What this browser took along. A callback that it did not set out for is somebody else's sign-in."""
    try:
        flow = signing.Signer(salt=SALT).unsign_object(request.COOKIES.get(cookie_name(), ""))
    except (signing.BadSignature, ValueError):
        flow = {}
    same = hmac.compare_digest(str(flow.get("state", "")).encode(), request.GET.get("state", "").encode())
    if not flow or flow["provider"] != id_ or not same or flow["until"] <= now.timestamp():
        _refuse(
            id_, now, "state", "This sign-in was not begun in this browser, or was left for too long.",
            f"Sign in with {provider.name} again from this page.", 400,
        )  # fmt: skip
    return dict(flow)


def _answered(request: HttpRequest, id_: str, provider: Provider, now: datetime) -> None:
    """That the answer names this provider, and is no refusal."""
    names_itself = web.endpoints(provider, now.timestamp()).names_itself
    issuer = request.GET.get("iss", "" if names_itself else provider.issuer)
    if issuer != provider.issuer:
        _refuse(id_, now, "iss", f"This is not an answer of {provider.name}.", "Sign in again.", 400)
    if "error" in request.GET or not request.GET.get("code"):
        _refuse(
            id_, now, "error", f"{provider.name} did not sign you in.",
            "If you stopped it yourself, sign in again when you wish to.", 400,
        )  # fmt: skip


def find_key(provider: Provider, now: float) -> FindKey:
    """How a token's key is found among those that the provider publishes."""

    def found(header: dict[str, Any]) -> Key:
        return web.find_key(provider, header, now)

    return found


def _pending(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    pending = request.session.get(PENDING)
    return pending if pending and pending["until"] > now.timestamp() and pending["provider"] in providers() else None


def _why_not(why: str, provider: Provider) -> tuple[str, str]:
    sentences = {
        "no role": f"{provider.name} names no role of yours.",
        "not of this place": "None of your roles is at an organisation of this place.",
        "no role here": "None of your roles at an organisation of this place has a use here.",
    }
    return sentences[why], "If you work here, ask those who look after your roles, and tell your administrator."


def _refuse(id_: str, now: datetime, why: str, what: str, do: str, status: int, whom: str = "") -> NoReturn:
    note(None, now, what="sign_in", whom=whom, why=f"{id_}: {why}", outcome="refused")
    raise NotSignedIn(what, do, status)


def _down(id_: str, provider: Provider, down: web.ProviderDown, now: datetime) -> NoReturn:
    note(None, now, what="sign_in", whom="", why=f"{id_}: {down}", outcome="unavailable")
    raise NotSignedIn(
        f"{provider.name} does not answer as it should, so nobody can be signed in with it just now.",
        "Try again in a few minutes. If someone\u2019s care depends on it, telephone the partner who holds the record.",
        503,
    )


def rules_of(id_: str) -> tuple[SignInFile, Provider]:
    """The place's file and one provider of it. Raises Http404."""
    rules = sign_in_file(settings.PLACE)
    if rules is None or id_ not in rules.providers:
        raise Http404
    return rules, rules.providers[id_]


def _back(rules: SignInFile, id_: str) -> str:
    return rules.back_to(reverse("sign-in-back", args=[id_]))


def _short(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 255 and value.isprintable() else ""
