"""The key that signs heads: Ed25519, from VANGUARD_AUDIT_KEY or else kept in the place's `secret/audit.key`."""

import hashlib
import hmac
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vanguard.access.secrets import AUDIT, given, kept, secret_file


def signing_key(place: Path) -> Ed25519PrivateKey:
    """The place's key; made and kept in the place if none was given. Raises BadInput for one that is too short."""
    return _key(given(AUDIT) or kept(place, "audit.key"))


def public_key(key: Ed25519PrivateKey) -> str:
    """The public half, in hexadecimal: whoever has it can check heads and make none."""
    return key.public_key().public_bytes_raw().hex()


def known_key(place: Path) -> str:
    """The public half of the place's key; empty where there is none, and none is made."""
    if not given(AUDIT) and not secret_file(place, "audit.key").exists():
        return ""
    return public_key(signing_key(place))


def is_signed(body: bytes, signature: str, public: str) -> bool:
    """Whether the holder of the key whose public half this is signed these bytes. Both texts are hexadecimal."""
    try:
        sign, half = bytes.fromhex(signature), bytes.fromhex(public)
        Ed25519PublicKey.from_public_bytes(half).verify(sign, body)
    except (InvalidSignature, ValueError):
        return False
    # Hexadecimal can be written in more than one way, and only one is ours.
    return sign.hex() == signature


def _key(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(
        hmac.digest(secret.encode(), b"heads of the audit trail", hashlib.sha256)
    )
