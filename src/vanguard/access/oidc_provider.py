"""Talking to a provider: what it publishes about itself, its keys, a code for tokens, and the claims of userinfo.

Only addresses that its own discovery document names are asked, and only on the hosts that the place's file allows.
"""

import time
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key
from pydantic_core import PydanticCustomError
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from vanguard.access.oidc_file import Provider, safe_address, secret_of

CONNECT_SECONDS, READ_SECONDS, ALTOGETHER_SECONDS = 3.05, 5, 8
LARGEST = 512 * 1024
KEPT_SECONDS = 3600  # for which what a provider publishes is believed without asking again
KEYS_AGAIN_SECONDS = 60  # between two looks for a key that was not there: nobody can make us ask in a loop
DOWN_SECONDS = 10  # for which a provider that did not answer is not asked again: nobody waits in a queue for it
ASSERTION_SECONDS = 120
MOST_KEYS = 50
KINDS = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}


class ProviderDown(Exception):
    """The provider does not answer, or not with what the protocol asks for. `str()` says what; never a value."""


class CodeRefused(Exception):
    """The provider will not give tokens for the code: used before, too old, or not ours."""


@dataclass(frozen=True)
class Endpoints:
    """The addresses that a provider publishes."""

    authorization: str
    token: str
    jwks: str
    userinfo: str | None
    end_session: str | None
    names_itself: bool
    basic_only: bool


@dataclass(frozen=True)
class Known:
    """What a provider published, when we asked, and when we last looked for new keys."""

    endpoints: Endpoints
    keys: tuple[Key, ...]
    asked: float
    looked: float


@dataclass(frozen=True)
class Tokens:
    access: str
    id_token: str


_known: dict[str, Known] = {}
_down_since: dict[str, float] = {}


def endpoints(provider: Provider, now: float) -> Endpoints:
    """The provider's addresses, asked for once an hour. Raises ProviderDown."""
    return _of(provider, now).endpoints


def find_key(provider: Provider, header: dict[str, Any], now: float) -> Key:
    """The published key that a token says it is signed with. Raises ValueError if there is none, or ProviderDown.

    A key that is not known yet is looked for once a minute at most: providers change their keys.
    """
    known = _of(provider, now)
    key = _fitting(known.keys, header)
    if key is None and now - known.looked >= KEYS_AGAIN_SECONDS:
        with _Web() as web:
            known = Known(known.endpoints, _keys(web, known.endpoints.jwks), known.asked, now)
        _known[provider.issuer] = known
        key = _fitting(known.keys, header)
    if key is None:
        raise ValueError("no such key")
    return key


def authorization_address(
    provider: Provider, now: float, *, back: str, state: str, nonce: str, verifier: str, again: bool
) -> str:
    """Where to send the browser, to be asked `again` or as the place's file says. Raises ProviderDown."""
    asked = provider.ask.model_dump(exclude_none=True) | ({"prompt": "login", "max_age": 0} if again else {})
    with OAuth2Session(
        provider.client_id, scope=" ".join(provider.scopes), redirect_uri=back, code_challenge_method="S256"
    ) as web:
        address, _ = web.create_authorization_url(
            endpoints(provider, now).authorization, state=state, code_verifier=verifier, nonce=nonce, **asked
        )
    return str(address)


def tokens_for(id_: str, provider: Provider, now: float, *, code: str, back: str, verifier: str) -> Tokens:
    """The tokens for a code. Raises CodeRefused or ProviderDown."""
    known = endpoints(provider, now)
    secret: str | Key = secret_of(id_, provider)
    if provider.authenticate == "private_key_jwt":
        secret = _own_key(provider, str(secret))
    with _Web(provider.client_id, client_secret=secret, redirect_uri=back) as web:
        if not isinstance(secret, str):
            web.register_client_auth_method(_assertion(provider, secret, known.token, now))
            web.token_endpoint_auth_method = "private_key_jwt"  # noqa: S105 - the method's name
        else:
            web.token_endpoint_auth_method = f"client_secret_{'basic' if known.basic_only else 'post'}"
        try:
            given = web.fetch_token(
                known.token, grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=back
            )
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise CodeRefused from error
            raise ProviderDown("token") from error
        except (requests.RequestException, ValueError, TypeError, AttributeError) as error:
            raise ProviderDown("token") from error
    access, id_token = given.get("access_token"), given.get("id_token")
    if not isinstance(access, str) or not isinstance(id_token, str):
        raise ProviderDown("token")
    return Tokens(access, id_token)


def userinfo(provider: Provider, now: float, access_token: str) -> dict[str, Any]:
    """The claims of the userinfo endpoint; none where the provider has no such endpoint. Raises ProviderDown."""
    address = endpoints(provider, now).userinfo
    if address is None:
        return {}
    with _Web() as web:
        return _json(web, address, "userinfo", {"Authorization": f"Bearer {access_token}"})


def own_keys(id_: str, provider: Provider) -> list[dict[str, Any]]:
    """The public half of the key that we sign with, as a provider fetches it; none where a secret is used."""
    if provider.authenticate != "private_key_jwt":
        return []
    key = _own_key(provider, secret_of(id_, provider))
    public = key.as_dict(private=False)
    return [{**public, "kid": key.thumbprint(), "use": "sig", "alg": provider.signs_with}]


class _Careful(HTTPAdapter):
    """Answers within a time and a size; a redirect is an answer like any other."""

    def send(self, request: Any, *_: Any, **options: Any) -> requests.Response:
        until = time.monotonic() + ALTOGETHER_SECONDS
        options |= {"timeout": (CONNECT_SECONDS, READ_SECONDS), "stream": True}
        response = super().send(request, **options)
        body = bytearray()
        try:
            for part in response.raw.stream(16 * 1024, decode_content=True):
                body += part
                if len(body) > LARGEST or time.monotonic() > until:
                    raise requests.Timeout("too much or too slow")
        except HTTPError as error:
            raise requests.ConnectionError("broken off") from error
        finally:
            response.close()
        response.raw = BytesIO(bytes(body))
        return response


class _Web(OAuth2Session):  # type: ignore[misc]
    """A session that follows no redirect: where a provider's answer comes from was decided beforehand."""

    def __init__(self, client_id: str = "", **options: Any) -> None:
        super().__init__(client_id, **options)
        self.max_redirects = 0
        self.mount("https://", _Careful())
        self.mount("http://", _Careful())


def _of(provider: Provider, now: float) -> Known:
    known = _known.get(provider.issuer)
    if known is None or not 0 <= now - known.asked < KEPT_SECONDS:
        if 0 <= now - _down_since.get(provider.issuer, -DOWN_SECONDS) < DOWN_SECONDS:
            raise ProviderDown("discovery")
        try:
            with _Web() as web:
                found = _discovered(web, provider)
                known = Known(found, _keys(web, found.jwks), now, now)
        except ProviderDown:
            _down_since[provider.issuer] = now
            raise
        _known[provider.issuer] = known
    return known


def _discovered(web: _Web, provider: Provider) -> Endpoints:
    said = _json(web, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", "discovery")
    if said.get("issuer") != provider.issuer:
        raise ProviderDown("issuer")
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Endpoints(
        _allowed(provider, said.get("authorization_endpoint")),
        _allowed(provider, said.get("token_endpoint")),
        _allowed(provider, said.get("jwks_uri")),
        _allowed(provider, said["userinfo_endpoint"]) if said.get("userinfo_endpoint") else None,
        _allowed(provider, said["end_session_endpoint"]) if said.get("end_session_endpoint") else None,
        said.get("authorization_response_iss_parameter_supported") is True,
        not isinstance(methods, list) or "client_secret_post" not in methods,
    )


def _allowed(provider: Provider, address: object) -> str:
    """An address on the issuer's own host, or one that the place's file names."""
    try:
        parts = urlsplit(safe_address(address)) if isinstance(address, str) else None
    except (PydanticCustomError, ValueError) as error:
        raise ProviderDown("address") from error
    if parts is None or (parts.netloc != urlsplit(provider.issuer).netloc and parts.netloc not in provider.hosts):
        raise ProviderDown("address")
    return str(address)


def _keys(web: _Web, address: str) -> tuple[Key, ...]:
    listed = _json(web, address, "keys").get("keys")
    if not isinstance(listed, list):
        raise ProviderDown("keys")
    found = []
    for one in listed[:MOST_KEYS]:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        try:
            found.append(import_key(one))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return tuple(found)


def _fitting(keys: tuple[Key, ...], header: dict[str, Any]) -> Key | None:
    """The one key of the right kind that the header names; without a name it must be the only one.

    No kind is a secret: one that stands in public would let anybody sign.
    """
    kind = KINDS.get(str(header.get("alg"))[:2])
    kid = header.get("kid")
    fitting = [key for key in keys if isinstance(key, kind or ()) and (kid is None or key.kid == kid)]
    return fitting[0] if len(fitting) == 1 else None


def _json(web: _Web, address: str, what: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        response = web.request("GET", address, withhold_token=True, headers=headers)
        said = response.json() if response.status_code == 200 else None
    except (requests.RequestException, ValueError, OSError, RecursionError) as error:
        raise ProviderDown(what) from error
    if not isinstance(said, dict):
        raise ProviderDown(what)
    return said


def _own_key(provider: Provider, pem: str) -> Key:
    return KINDS[provider.signs_with[:2]].import_key(pem)


def _assertion(provider: Provider, key: Key, audience: str, now: float) -> PrivateKeyJWT:
    claims = {"iat": int(now), "exp": int(now) + ASSERTION_SECONDS, "jti": generate_token(36)}
    return PrivateKeyJWT(audience, claims, {"kid": key.thumbprint()}, provider.signs_with)
