"""The place's own keys, from the environment. A generated one lies in `<place>/secret/`, for its user only."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from vanguard.durable import sync
from vanguard.errors import BadInput

AUDIT, PSEUDONYMS, PUBLISH = "VANGUARD_AUDIT_KEY", "VANGUARD_PSEUDONYM_KEY", "VANGUARD_PUBLISH_KEY"
PURPOSES = {
    AUDIT: "signs the audit trail's heads",
    PSEUDONYMS: "makes pseudonyms",
    PUBLISH: "signs what is published",
}
SHORTEST = 40
SEALED = {"alg": "dir", "enc": "A256GCM"}


def secret_key(place: Path, *, demo: bool) -> str:
    """The key that signs cookies: VANGUARD_SECRET_KEY, or in a demo place a generated one.

    Empty where there is none, which Django refuses when it first needs it.
    """
    key = os.environ.get("VANGUARD_SECRET_KEY", "")
    return key or (_remembered(place, "sign.key") if demo else "")


def given(variable: str) -> str:
    """The secret text in the environment; empty if there is none. Raises BadInput for one that is too short."""
    text = os.environ.get(variable, "")
    if text and len(text) < SHORTEST:
        raise BadInput(
            f"The key that {PURPOSES[variable]} is too short to be secret.",
            where=variable,
            do="Set it to 50 random characters or more and keep it.",
        )
    return text


def check_keys() -> None:
    """Raises BadInput for a key in the environment that will not do."""
    for variable in PURPOSES:
        given(variable)


def pseudonym(place: Path, person_id: str, use: str = "pages") -> str:
    """A person's name towards analysts: the same each time for one use in this place, and meaningless elsewhere."""
    return hmac.new(pseudonym_key(place, use), person_id.encode(), hashlib.sha256).hexdigest()[:20]


def pseudonym_key(place: Path, use: str) -> bytes:
    """The key of one use's pseudonyms: what is given out for two uses cannot be joined by them."""
    key = given(PSEUDONYMS) or _remembered(place, "pseudonym.key")
    return hmac.digest(key.encode(), use.encode(), "sha256")


def device_key(user_id: int) -> str:
    """The key, in hexadecimal, under which one user's browsers keep what waits to be sent; given to that user alone."""
    return _of_device(f"key {user_id}").hexdigest()


def device_name(user_id: int, kind: str, what: str) -> str:
    """What such a thing is called on the device: its kind, and noise that is the same each time."""
    return f"{kind}-{_of_device(f'name {user_id} {kind} {what}').hexdigest()[:24]}"


def _of_device(text: str) -> hmac.HMAC:
    from django.conf import settings

    return hmac.new(b"vanguard.access.device\0" + settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256)


def sealed(text: str) -> str:
    """The text so that only this service can read it: encrypted under the key that signs cookies."""
    return jwe.encrypt_compact(SEALED, text, _seal())


def unsealed(text: str) -> str:
    """What was sealed; empty for nothing, and for what another key sealed."""
    try:
        return (jwe.decrypt_compact(text, _seal()).plaintext or b"").decode() if text else ""
    except (JoseError, ValueError):
        return ""


def _seal() -> OctKey:
    from django.conf import settings

    key = hashlib.sha256(b"vanguard.access.secrets\0" + settings.SECRET_KEY.encode()).digest()
    return OctKey.import_key(key)


def secret_file(place: Path, name: str) -> Path:
    """Where the place keeps its key `name`."""
    return place / "secret" / name


def kept(place: Path, name: str) -> str:
    """The key in the place's file `name`; made if it is not there, whole or not at all."""
    path = secret_file(place, name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch = path.with_name(f"{name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        # Two processes may start at once: the first link stands, and both read it.
        with suppress(FileExistsError):
            path.hardlink_to(scratch)
        scratch.unlink()
        sync(path.parent)
    return path.read_text()


_remembered = lru_cache(kept)
