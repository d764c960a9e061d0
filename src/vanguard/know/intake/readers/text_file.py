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
    quotes: bool = False
    untidy: bool = False
    empty: bool = True


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
    seen, at, lines, last = _Seen(), 0, 1, b""
    decoder = codecs.getincrementaldecoder(claim.feed.encoding.replace("windows-", "cp"))()
    line_ends = [0, 0, 0]
    for chunk in _chunks(claim.path):
        if at == 0 and chunk.startswith(_UTF16):
            raise _not_utf8(claim, 0, 1, chunk[0], "UTF-16")
        nul = chunk.find(0)
        if nul >= 0:
            line = lines + chunk.count(b"\n", 0, nul)
            wide = chunk[:4096].count(0) > len(chunk[:4096]) // 4
            raise _nul(claim, at + nul, line, wide=wide)
        try:
            if not (chunk.isascii() and decoder.getstate()[0] == b""):
                decoder.decode(chunk)
        except UnicodeDecodeError as error:
            pending = len(error.object) - len(chunk)
            offset = max(error.start - pending, 0)
            line = lines + chunk.count(b"\n", 0, offset)
            raise _not_utf8(claim, at + error.start - pending, line, error.object[error.start], "") from error
        seen.quotes = seen.quotes or b'"' in chunk
        seen.empty = seen.empty and not chunk.strip()
        joined = last + chunk
        line_ends[0] += chunk.count(b"\n")
        line_ends[1] += chunk.count(b"\r")
        line_ends[2] += joined.count(b"\r\n") if b"\r" in joined else 0
        seen.untidy = seen.untidy or b"\n\n" in joined or b"\n\r" in joined or (at == 0 and chunk[:1] in b"\r\n")
        at += len(chunk)
        lines += chunk.count(b"\n")
        last = chunk[-1:]
    if decoder.getstate()[0]:
        raise _not_utf8(claim, at - 1, lines, last[0], "")
    lf, cr, both = line_ends
    seen.untidy = seen.untidy or (cr > 0 and not lf == cr == both)
    return seen


def _tidy(claim: Claim, copy: Path) -> None:
    """Write the text as UTF-8 with line feeds, and BLANK on empty lines."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    encoding = "utf-8-sig" if claim.feed.encoding == "utf-8" else claim.feed.encoding.replace("windows-", "cp")
    with _open(claim.path) as received, copy.open("w", encoding="utf-8", newline="\n") as out:
        text, fresh = io.TextIOWrapper(received, encoding=encoding, newline=None), True
        while piece := text.read(CHUNK):
            starts, fresh = fresh, piece.endswith("\n")
            if starts and piece.startswith("\n"):
                piece = BLANK + piece
            out.write(piece.replace("\n\n", f"\n{BLANK}\n").replace("\n\n", f"\n{BLANK}\n"))


def _nul(claim: Claim, at: int, line: int, *, wide: bool) -> BadInput:
    if wide:
        return BadInput("The file looks like UTF-16.", where=f"{claim.name}, line {line}", do="Save it as UTF-8.")
    return BadInput(
        f"Byte {at + 1} of the file is NUL, so it is damaged or no text.",
        where=f"{claim.name}, line {line}",
        do="Ask for the extract again.",
    )


def _not_utf8(claim: Claim, at: int, line: int, byte: int, looks: str) -> BadInput:
    looks = looks or ("Windows-1252" if 0x80 <= byte <= 0x9F else "Latin-1")
    declare = "" if looks == "UTF-16" else f", or declare `encoding: {looks.lower()}` in the feed {claim.feed.feed}"
    return BadInput(
        f"Byte {at + 1} of the file (0x{byte:02X}) is not {claim.feed.encoding.upper()}; it looks like {looks}.",
        where=f"{claim.name}, line {line}",
        do=f"Save the file as UTF-8{declare}.",
    )
