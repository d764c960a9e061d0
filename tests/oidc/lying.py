"""A provider that answers with whatever a test tells it to: what no honest one would send."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.oidc.real import new_key


@cache
def honest_key() -> RSAKey:
    return new_key("honest")


class LyingProvider:
    """`token` makes the ID token for a nonce; `said`, `userinfo` and `status` replace what it publishes."""

    def __init__(self) -> None:
        self.key = honest_key()
        self.keys: list[dict[str, Any]] = [self.key.as_dict(private=False)]
        self.said: dict[str, Any] = {}
        self.userinfo: Any = None
        self.status: dict[str, int] = {}
        self.headers: dict[str, str] = {}
        self.id_token: Callable[[], str] = lambda: ""
        self.asked: list[str] = []
        self.posted: dict[str, str] = {}
        lying = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                lying.posted = {name: values[0] for name, values in parse_qs(body).items()}
                self._answer()

            def _answer(self) -> None:
                path = self.path.partition("?")[0]
                lying.asked.append(path)
                body = json.dumps(lying.page(path)).encode()
                self.send_response(lying.status.get(path, 200))
                for name, value in {"content-type": "application/json", **lying.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def page(self, path: str) -> Any:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "end_session_endpoint": f"{self.issuer}/end",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            } | self.said
        if path == "/jwks":
            return {"keys": self.keys}
        if path == "/token":
            return {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token()}
        if path == "/userinfo":
            return self.userinfo
        return {}

    def sign(self, claims: dict[str, Any], *, key: RSAKey | OctKey | None = None, **header: Any) -> str:
        """A token by the published key, or by another."""
        header = {name: value for name, value in ({"alg": "RS256", "kid": "honest"} | header).items() if value}
        return jwt.encode(header, claims, key or self.key, algorithms=[header["alg"]])

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def half_hash(text: str) -> str:
    """The at_hash of a token under RS256."""
    return _base64(hashlib.sha256(text.encode()).digest()[:16])


def unsigned(claims: dict[str, Any]) -> str:
    """A token that says that it needs no signature."""
    return _parts({"alg": "none", "typ": "JWT"}, claims) + "."


def signed_by_secret(claims: dict[str, Any], secret: bytes) -> str:
    """A token signed by hand with a secret that anybody can know: the provider's public key."""
    text = _parts({"alg": "HS256", "typ": "JWT", "kid": "honest"}, claims)
    return f"{text}.{_base64(hmac.digest(secret, text.encode(), 'sha256'))}"


def _parts(*parts: dict[str, Any]) -> str:
    return ".".join(_base64(json.dumps(one).encode()) for one in parts)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
