"""Sealing a stream for the holder of a private key, and opening it: age, with X25519 keys, by pyrage."""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias

import pyrage

from vanguard.durable import sync
from vanguard.errors import BadInput

Recipient: TypeAlias = Any
Identity: TypeAlias = Any
FIRST_BYTES = b"age-encryption.org/v1\n"
DAMAGED = "It is damaged or cut short"


class Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


def write_new_identity(path: Path) -> str:
    """Make a key pair: the private key goes to a new file at `path`, the public key is returned.

    Raises BadInput where there is a file already.
    """
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
    except FileExistsError as error:
        raise BadInput(
            "There is a file already, which may be the key to your backups.", where=str(path), do="Name another."
        ) from error
    except OSError as error:
        raise BadInput(f"The key cannot be written: {error.strerror}.", where=str(path)) from error
    with file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)
    return public


def read_recipient(text: str) -> Recipient:
    """The public key written `age1…`. Raises BadInput."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        what = "This is a private key" if text.strip().upper().startswith("AGE-SECRET") else "This is not a public key"
        # Not repeated: what was given by mistake may be the secret one.
        raise BadInput(
            f"{what}.", where="recipient", do="Give the key that begins with age1, as `vanguard backup-key` prints it."
        ) from error


def read_identity(path: Path) -> Identity:
    """The private key in a file as `write_new_identity` or age-keygen made it. Raises BadInput."""
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("The private key cannot be read.", where=str(path), do="Name the key's file.") from error
    for line in lines:
        if line.startswith("AGE-SECRET-KEY-"):
            with suppress(pyrage.IdentityError):
                return pyrage.x25519.Identity.from_str(line.strip())
    raise BadInput(
        "This file holds no private key.",
        where=str(path),
        do="It has a line that begins with AGE-SECRET-KEY-1, as `vanguard backup-key` writes it.",
    )


def seal(pieces: Iterable[bytes], to: Sink, recipients: list[Recipient]) -> None:
    """Write the pieces to `to`, readable by each of the recipients. What the pieces raise passes through."""
    source = _Pulled(iter(pieces))
    try:
        pyrage.encrypt_io(source, to, recipients)
    except (pyrage.EncryptError, OSError):
        if source.failed:
            raise source.failed from None
        raise


@contextmanager
def unsealed(path: Path, identity: Identity) -> Iterator[BinaryIO]:
    """The stream that was sealed in the file. Raises BadInput, on entering or on leaving, for a file that is no
    backup, is not for this key, or was changed or cut: use nothing of it before it was left without an error.
    """
    _check_kind(path)
    out, into = os.pipe()
    failed: list[Exception] = []
    thread = threading.Thread(target=_open, args=(path, identity, into, failed), daemon=True)
    thread.start()
    stream = os.fdopen(out, "rb")
    try:
        try:
            yield stream
            while stream.read(1 << 20):
                pass
        finally:
            # A reader that gives up lets the writer go.
            stream.close()
            thread.join()
    except Exception:
        # What was wrong with the file explains best why its reader stopped.
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise _explained(failed[0], path) from None
        raise
    if failed:
        raise _explained(failed[0], path) from None


def damaged(path: Path) -> BadInput:
    """The error for a file whose content is not what was sealed."""
    return BadInput(f"{DAMAGED}, so nothing was restored.", where=str(path), do="Fetch it again, or use an older one.")


class _Pulled:
    """Pieces as a file to read from; keeps what they raise, which the library would turn into words."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, memoryview(b"")
        self.failed: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._left:
                self._left = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.failed = error
            raise
        some, self._left = self._left[:size], self._left[size:]
        return bytes(some)


def _open(path: Path, identity: Identity, into: int, failed: list[Exception]) -> None:
    with suppress(BrokenPipeError), os.fdopen(into, "wb") as sink, path.open("rb") as file:
        try:
            pyrage.decrypt_io(file, sink, [identity])
        except Exception as error:
            failed.append(error)


def _check_kind(path: Path) -> None:
    try:
        with path.open("rb") as file:
            begins = file.read(len(FIRST_BYTES))
    except OSError as error:
        raise BadInput(f"The backup cannot be read: {error.strerror}.", where=str(path)) from error
    if begins != FIRST_BYTES:
        raise BadInput("This is not a backup of Vanguard.", where=str(path), do="Name a file that `backup` made.")


def _explained(error: Exception, path: Path) -> BadInput:
    if "No matching keys" in str(error):
        return BadInput("This backup was not made for this key.", where=str(path), do="Name the other private key.")
    return damaged(path)
