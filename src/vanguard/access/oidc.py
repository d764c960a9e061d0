"""Signing in elsewhere: there and back. Every outcome is on record, and nobody is let in because something did not
answer."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from vanguard.access import oidc_provider as web
from vanguard.access.accounts import handle
from vanguard.access.oidc_claims import missing_assurance
from vanguard.access.oidc_file import Provider
from vanguard.access.oidc_place import back_to, find_key, rules_of
from vanguard.access.oidc_refusal import down, refuse
from vanguard.access.oidc_seating import Arrived, take_in_citizen, take_in_professional
from vanguard.access.oidc_tokens import BadToken, id_claims, proved_at
from vanguard.access.secrets import sealed
from vanguard.access.sessions import ID_TOKEN, PROVED

MINUTES_THERE = 10
SALT = "vanguard.access.oidc"
LONGEST_NEXT = 1000


@dataclass(frozen=True)
class Leaving:
    """Where the browser goes to sign in, and the cookie that must come back with it."""

    address: str
    cookie: str


def sign_in_cookie() -> str:
    """The cookie of somebody on the way. With its prefix no other site under our domain's roof can set it."""
    return "__Host-signing-in" if settings.SESSION_COOKIE_SECURE else "signing-in"


def leave_to_sign_in(id_: str, next_page: str, *, again: bool, now: datetime) -> Leaving:
    """Begin to sign in; `again` asks who is signed in there to show anew that it is them.

    Raises NotSignedIn if the provider does not answer, Http404 if there is none by this id.
    """
    rules, provider = rules_of(id_)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    try:
        address = web.authorization_address(
            provider,
            now.timestamp(),
            back=back_to(rules, id_),
            state=state,
            nonce=nonce,
            verifier=verifier,
            again=again,
        )
    except web.ProviderDown as silent:
        down(id_, provider, silent, now)
    flow = {
        "provider": id_,
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "next": next_page[:LONGEST_NEXT],
        "again_since": int(now.timestamp()) if again else None,
        "until": int((now + timedelta(minutes=MINUTES_THERE)).timestamp()),
    }
    return Leaving(address, signing.Signer(salt=SALT).sign_object(flow))


def back_from_sign_in(request: HttpRequest, id_: str, *, now: datetime) -> Arrived:
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
            back=back_to(rules, id_),
            verifier=flow["verifier"],
        )
        claims = id_claims(
            tokens.id_token,
            provider,
            find_key(provider, at),
            now=int(at),
            nonce=flow["nonce"],
            access_token=tokens.access,
            again_since=flow["again_since"],
        )
        more = web.userinfo(provider, at, tokens.access)
    except web.ProviderDown as silent:
        down(id_, provider, silent, now)
    except web.CodeRefused:
        refuse(id_, now, "code", f"{provider.name} did not confirm this sign-in.", "Sign in again.", 400)
    except BadToken as bad:
        refuse(
            id_, now, f"token: {bad}", f"The answer of {provider.name} cannot be trusted.", "Sign in again. If it "
            "happens again, tell your administrator: nobody can sign in until it is put right.", 400
        )  # fmt: skip
    if more and more.get("sub") != claims["sub"]:
        refuse(id_, now, "userinfo", f"The answer of {provider.name} cannot be trusted.", "Sign in again.", 400)
    # What is signed for us outweighs what is only told.
    claims = {**more, **claims}
    if missing := missing_assurance(claims, provider.require):
        refuse(
            id_, now, f"assurance: {missing}",
            f"{provider.name} did not say surely enough who you are.",
            f"Sign in to {provider.name} again in its stronger way, for example with a smartcard, a passkey or a "
            "proven identity.", 403, handle(id_, provider.issuer, claims["sub"]),
        )  # fmt: skip
    # Nothing in the future: it would prove for ever.
    kept = {"sid": _short(claims.get("sid")), PROVED: min(proved_at(claims), int(at))}
    # The provider asks for the token back when the session is ended there; where it cannot be, it is not kept.
    if web.endpoints(provider, at).end_session:
        kept[ID_TOKEN] = sealed(tokens.id_token)
    if provider.people == "public":
        return take_in_citizen(request, id_, provider, claims, kept, flow["next"], now)
    return take_in_professional(request, rules, id_, provider, claims, kept, flow["next"], now)


def _flow(request: HttpRequest, id_: str, provider: Provider, now: datetime) -> dict[str, Any]:
    """What this browser took along. A callback that it did not set out for is somebody else's sign-in."""
    try:
        flow = signing.Signer(salt=SALT).unsign_object(request.COOKIES.get(sign_in_cookie(), ""))
    except (signing.BadSignature, ValueError):
        flow = {}
    same = hmac.compare_digest(str(flow.get("state", "")).encode(), request.GET.get("state", "").encode())
    if not flow or flow["provider"] != id_ or not same or flow["until"] <= now.timestamp():
        refuse(
            id_, now, "state", "This sign-in was not begun in this browser, or was left for too long.",
            f"Sign in with {provider.name} again from this page.", 400,
        )  # fmt: skip
    return dict(flow)


def _answered(request: HttpRequest, id_: str, provider: Provider, now: datetime) -> None:
    """That the answer names this provider, and is no refusal."""
    names_itself = web.endpoints(provider, now.timestamp()).names_itself
    issuer = request.GET.get("iss", "" if names_itself else provider.issuer)
    if issuer != provider.issuer:
        refuse(id_, now, "iss", f"This is not an answer of {provider.name}.", "Sign in again.", 400)
    if "error" in request.GET or not request.GET.get("code"):
        refuse(
            id_, now, "error", f"{provider.name} did not sign you in.",
            "If you stopped it yourself, sign in again when you wish to.", 400,
        )  # fmt: skip


def _short(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 255 and value.isprintable() else ""
