"""What a token must be to be believed: its signature, who made it, for whom, when, and in answer to what. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jwt import JWTClaimsRegistry

from vanguard.access.oidc_file import Provider

LEEWAY = 30  # seconds by which two clocks may differ
LOGOUT_LIVES = 600  # seconds for which a logout token is taken
LONGEST = 64 * 1024
LONGEST_ID = 255
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

FindKey = Callable[[dict[str, Any]], Key]


class BadToken(Exception):
    """A token that is not believed. `str()` names the check that failed, for the record; never a value."""


@dataclass(frozen=True)
class Ended:
    """What a logout token says: the session `sid`, or every session of `subject`, ended there. `jti` is its name."""

    jti: str
    subject: str
    sid: str


def id_claims(
    token: object,
    provider: Provider,
    find_key: FindKey,
    *,
    now: int,
    nonce: str,
    access_token: str,
    again_since: int | None = None,
) -> dict[str, Any]:
    """The claims of an ID token made by this provider for us, in answer to our own question. Raises BadToken.

    Who was to be asked again must have shown who they are since then.
    """
    header, claims = _opened(token, provider, find_key)
    checked = CodeIDToken(
        claims,
        header,
        {"iss": {"essential": True, "value": provider.issuer}},
        {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
    )
    try:
        checked.validate(now=now, leeway=LEEWAY)
    except (JoseError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise BadToken(_check_of(error)) from error
    _only_for_us(claims, provider)
    _text(claims, "sub")
    max_age = provider.ask.max_age
    since = again_since if again_since is not None else None if max_age is None else now - max_age
    if since is not None and proved_at(claims) < since - LEEWAY:
        raise BadToken("auth_time")
    return claims


def proved_at(claims: dict[str, Any]) -> int:
    """When the provider says that somebody last showed who they are, in seconds; 0 if it does not say."""
    said = claims.get("auth_time")
    return said if isinstance(said, int) and not isinstance(said, bool) else 0


def logout_claims(token: object, provider: Provider, find_key: FindKey, *, now: int) -> Ended:
    """What a logout token of this provider says. Raises BadToken; whether it was used before is not known here."""
    header, claims = _opened(token, provider, find_key)
    # A token of another kind, say an ID token that somebody kept, must end nobody's session.
    if header.get("typ", "logout+jwt").casefold() not in ("logout+jwt", "jwt"):
        raise BadToken("typ")
    required = {name: {"essential": True} for name in ("aud", "iat", "jti", "events")}
    try:
        issuer = {"essential": True, "value": provider.issuer}
        JWTClaimsRegistry(now, LEEWAY, iss=issuer, **required).validate(claims)  # type: ignore[arg-type]
    except (JoseError, TypeError, ValueError) as error:
        raise BadToken(_check_of(error)) from error
    _only_for_us(claims, provider)
    if claims["iat"] < now - LOGOUT_LIVES:
        raise BadToken("iat")
    events = claims["events"]
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise BadToken("events")
    if "nonce" in claims:
        raise BadToken("nonce")
    if "sub" not in claims and "sid" not in claims:
        raise BadToken("sub")
    subject, sid = (_text(claims, name) if name in claims else "" for name in ("sub", "sid"))
    return Ended(_text(claims, "jti"), subject, sid)


def _opened(token: object, provider: Provider, find_key: FindKey) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, the signature checked by a key that the provider publishes."""
    if not isinstance(token, str) or not token.isascii() or len(token) > LONGEST:
        raise BadToken("form")
    try:
        opened = jwt.decode(token, lambda signed: find_key(signed.headers()), algorithms=list(provider.signed_with))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadToken("signature") from error
    return dict(opened.header), dict(opened.claims)


def _only_for_us(claims: dict[str, Any], provider: Provider) -> None:
    """Another audience beside us would be someone else who could have shown us the token."""
    if claims.get("aud") not in (provider.client_id, [provider.client_id]):
        raise BadToken("aud")


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID or not value.isprintable():
        raise BadToken(name)
    return value


def _check_of(error: Exception) -> str:
    """The claim that failed, by the library's own name for it."""
    return str(getattr(error, "claim", "") or getattr(error, "error", "") or "claims")
