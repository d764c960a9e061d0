"""Is this file readable text? Checks its bytes in one pass, and makes a tidy copy where its lines need it."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vanguard.errors import BadInput
from vanguard.know.intake.claim import Claim

CHUNK = 4 << 20
BLANK = "\x1e"
"""Stands for an empty line in a tidy copy: DuckDB drops empty lines, and line numbers would slip."""

LONGEST_LINE = 2_000_000
"""Bytes; a longer line is no row."""
MOST_UNPACKED = 100
"""Times its own size that a packed file may unpack to, once it is larger than FREELY_UNPACKED bytes."""
FREELY_UNPACKED = 100_000_000

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class TextFile:
    """Text that DuckDB can read line by line: UTF-8, no NUL, one kind of line end, no empty line.

    `path` is the received file itself, or a tidy copy with the same line numbers.
    """

    path: Path
    quotes: bool


@dataclass
class _Seen:
    """What one pass over the bytes found out about a file."""

    quotes: bool = False
    untidy: bool = False
    empty: bool = True
    plain: bool = False
    """Some line ends in a line feed alone."""
    paired: bool = False
    """Some line ends in carriage return and line feed."""


def text_file(claim: Claim, scratch: Path) -> TextFile:
    """The file as checked text; a tidy copy goes below `scratch`.

    Raises BadInput for what is empty, is not text, is not in the declared encoding or cannot be unpacked.
    """
    try:
        seen = _check(claim)
        if seen.empty:
            raise BadInput("The file is empty.", where=claim.name, do="Ask for the extract again.")
        packed = claim.path.suffix.lower() == ".gz"
        if not (seen.untidy or packed or claim.feed.encoding != "utf-8"):
            return TextFile(claim.path, seen.quotes)
        copy = scratch / f"{hashlib.sha256(claim.name.encode()).hexdigest()[:20]}.csv"
        _tidy(claim, copy)
        return TextFile(copy, seen.quotes)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadInput(
            f"The gzip file cannot be unpacked: {str(error).rstrip('.').lower()}.",
            where=claim.name,
            do="Ask for it again, or pack it again.",
        ) from error


def sha256(path: Path) -> str:
    """Hash of the file's bytes as received."""
    with path.open("rb") as received:
        return hashlib.file_digest(received, "sha256").hexdigest()


def _open(path: Path) -> BinaryIO:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def _chunks(path: Path) -> Iterator[bytes]:
    with _open(path) as received:
        while chunk := received.read(CHUNK):
            yield chunk


def _check(claim: Claim) -> _Seen:
    seen, at, last = _Seen(), 0, b""
    decoder = codecs.getincrementaldecoder(_codec(claim))()
    packed = claim.path.stat().st_size if claim.path.suffix.lower() == ".gz" else 0
    unbroken = 0
    for chunk in _chunks(claim.path):
        unbroken = _unbroken(claim, unbroken, chunk)
        if packed and at > max(FREELY_UNPACKED, packed * MOST_UNPACKED):
            raise BadInput(
                f"The gzip file unpacks to more than {MOST_UNPACKED} times its size.",
                where=claim.name,
                do="Unpack it yourself if that is right, or ask for it again.",
            )
        if at == 0 and chunk.startswith(_UTF16):
            raise _utf16(claim)
        if (nul := chunk.find(0)) >= 0:
            raise _utf16(claim) if chunk[:4096].count(0) * 4 > len(chunk[:4096]) else _nul(claim, at + nul)
        if not (chunk.isascii() and decoder.getstate()[0] == b""):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                before = len(error.object) - len(chunk)
                raise _not_encoded(claim, at + error.start - before, error.object[error.start]) from error
        seen.quotes = seen.quotes or b'"' in chunk
        seen.empty = seen.empty and not (chunk if at else chunk.removeprefix(codecs.BOM_UTF8)).strip()
        _line_ends(seen, last, chunk)
        at, last = at + len(chunk), chunk[-1:]
    if pending := decoder.getstate()[0]:
        raise _not_encoded(claim, at - len(pending), pending[0])
    seen.untidy = seen.untidy or last == b"\r" or (seen.plain and seen.paired)
    return seen


def _unbroken(claim: Claim, before: int, chunk: bytes) -> int:
    """How many bytes stand after the last line end, `before` those of this chunk. Raises BadInput past LONGEST_LINE.

    A line within one chunk is found too long by the reader.
    """
    first = max(chunk.find(b"\n"), chunk.find(b"\r"))
    if first < 0:
        before += len(chunk)
    if before > LONGEST_LINE:
        raise too_long(claim)
    return before if first < 0 else len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))


def too_long(claim: Claim) -> BadInput:
    """The sentence for a file with a line that no row can be."""
    return BadInput(f"A line is longer than {LONGEST_LINE:,} bytes.", where=claim.name, do="Ask for the extract again.")


def _line_ends(seen: _Seen, last: bytes, chunk: bytes) -> None:
    """Note which line ends occur in `chunk`, which follows the byte `last`, and whether a line is empty."""
    if b"\r" in chunk or last == b"\r":
        joined = last + chunk
        pairs = joined.count(b"\r\n")
        lone = joined.count(b"\r") - pairs - chunk.endswith(b"\r")
        seen.paired = seen.paired or pairs > 0
        seen.plain = seen.plain or chunk.count(b"\n") > pairs
        seen.untidy = seen.untidy or lone > 0 or b"\n\r" in joined
    else:
        seen.plain = seen.plain or b"\n" in chunk
    empty = b"\n\n" in chunk or last + chunk[:1] == b"\n\n" or (not last and chunk[:1] in b"\r\n")
    seen.untidy = seen.untidy or empty or last + chunk[:1] == b"\n\r"


def _tidy(claim: Claim, copy: Path) -> None:
    """Write the text as UTF-8 with line feeds, and BLANK on empty lines."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    encoding = "utf-8-sig" if claim.feed.encoding == "utf-8" else _codec(claim)
    with _open(claim.path) as received, copy.open("w", encoding="utf-8", newline="\n") as out:
        text, fresh = io.TextIOWrapper(received, encoding=encoding, newline=None), True
        while piece := text.read(CHUNK):
            starts, fresh = fresh, piece.endswith("\n")
            if starts and piece.startswith("\n"):
                piece = BLANK + piece
            out.write(piece.replace("\n\n", f"\n{BLANK}\n").replace("\n\n", f"\n{BLANK}\n"))


def _codec(claim: Claim) -> str:
    return claim.feed.encoding.replace("windows-", "cp")


def _place(claim: Claim, at: int) -> str:
    """File and line of the byte at offset `at`."""
    before, lines = 0, 1
    for chunk in _chunks(claim.path):
        lines += chunk.count(b"\n", 0, at - before)
        before += len(chunk)
        if before >= at:
            break
    return f"{claim.name}, line {lines}"


def _utf16(claim: Claim) -> BadInput:
    return BadInput("The file looks like UTF-16.", where=f"{claim.name}, line 1", do="Save it as UTF-8.")


def _nul(claim: Claim, at: int) -> BadInput:
    return BadInput(
        f"Byte {at + 1} of the file is NUL, so it is damaged or no text.",
        where=_place(claim, at),
        do="Ask for the extract again.",
    )


def _not_encoded(claim: Claim, at: int, byte: int) -> BadInput:
    looks = "Windows-1252" if 0x80 <= byte <= 0x9F else "Latin-1"
    return BadInput(
        f"Byte {at + 1} of the file (0x{byte:02X}) is not {claim.feed.encoding.upper()}; it looks like {looks}.",
        where=_place(claim, at),
        do=f"Save the file as UTF-8, or declare `encoding: {looks.lower()}` in the feed {claim.feed.feed}.",
    )
