"""A publication as a file: its body in one way of writing it, the hash of that, and the signature of the place."""

import hashlib
import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from vanguard.learn.board.publishing.form import Hash, Published


class Sealed(BaseModel):
    """The file. The signature is of the body as `body_of` writes it; `key` is the public half that checks it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    published: dict[str, Any]
    sha256: Hash
    key: Hash
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]

    def text(self) -> str:
        """The file's text."""
        return json.dumps(self.model_dump(), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def body_of(published: dict[str, Any]) -> bytes:
    """The one way to write a body: names in order, nothing between, UTF-8."""
    return json.dumps(published, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def hash_of(body: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def sealed(published: Published, key: str, sign: Any) -> Sealed:
    """The publication with its hash, and with what `sign` gives for its bytes."""
    plain = published.model_dump(mode="json")
    body = body_of(plain)
    return Sealed(published=plain, sha256=hash_of(body), key=key, signature=sign(body))
