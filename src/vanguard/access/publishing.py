"""The key with which a place signs what it publishes: Ed25519, from VANGUARD_PUBLISH_KEY or `secret/publish.key`."""

import hashlib
import hmac
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vanguard.access.audit.signing import is_signed, public_key
from vanguard.access.secrets import PUBLISH, given, kept

__all__ = ["is_signed", "publishing_key", "sign_published"]


def publishing_key(place: Path) -> str:
    """The public half, in hexadecimal, which a programme holds for the place; made with the place's first."""
    return public_key(_key(place))


def sign_published(place: Path, body: bytes) -> str:
    """The place's signature of these bytes, in hexadecimal."""
    return _key(place).sign(body).hex()


def _key(place: Path) -> Ed25519PrivateKey:
    secret = (given(PUBLISH) or kept(place, "publish.key")).encode()
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"what a place publishes", hashlib.sha256))
