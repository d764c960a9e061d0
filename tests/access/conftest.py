"""Sign-in elsewhere: the providers that tests use, and a browser of ours."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from joserfc.jwk import RSAKey
from tests.oidc.lying import LyingProvider
from tests.oidc.place import ACCOUNTS, HOST, SECRET, clients
from tests.oidc.real import RealProvider, new_key

from vanguard.access import oidc_provider
from vanguard.access.audit.ledger import LEDGER


@pytest.fixture(scope="session")
def own_key() -> RSAKey:
    """Our private key towards the public's provider."""
    return RSAKey.generate_key(2048, private=True)


@pytest.fixture(scope="session")
def provider_key() -> RSAKey:
    return new_key("first")


@pytest.fixture(scope="session")
def real_provider(own_key: RSAKey, provider_key: RSAKey) -> Iterator[RealProvider]:
    public = {"keys": [{**own_key.as_dict(private=False), "kid": own_key.thumbprint(), "use": "sig", "alg": "RS512"}]}
    provider = RealProvider(clients(public), ACCOUNTS)
    provider.start(provider_key)
    yield provider
    provider.stop()


@pytest.fixture
def lying() -> Iterator[LyingProvider]:
    provider = LyingProvider()
    yield provider
    provider.stop()


@pytest.fixture(autouse=True)
def sign_in_secrets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment of a place with two providers holds; nothing of a provider is remembered."""
    monkeypatch.setattr(oidc_provider, "_known", {})
    monkeypatch.setattr(oidc_provider, "_down_since", {})
    if {"real_provider", "lying"} & set(request.fixturenames):
        key: RSAKey = request.getfixturevalue("own_key")
        monkeypatch.setenv("VANGUARD_SIGN_IN_CIS2_SECRET", SECRET)
        monkeypatch.setenv("VANGUARD_SIGN_IN_NHS_LOGIN_KEY", key.as_pem(private=True).decode())


@pytest.fixture
def browser() -> Callable[[], Client]:
    """A browser that finds the service under the address that the place's file gives."""
    return lambda: Client(headers={"host": HOST})


@pytest.fixture
def on_record(place: Path) -> Callable[[], list[dict[str, Any]]]:
    """The audit trail's lines so far."""

    def lines() -> list[dict[str, Any]]:
        kept = [path for path in (place / "audit").glob("*.jsonl") if path.name != LEDGER]
        entries = [orjson.loads(line) for path in kept for line in path.read_bytes().splitlines()]
        return [entry for entry in entries if "who" in entry]

    return lines
