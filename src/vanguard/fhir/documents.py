"""Files that may hold FHIR: gzip or not, Bundle, single resource or NDJSON, read as entries with their bytes.
What is no FHIR R4 in JSON at all is answered with a sentence; a single bad line of NDJSON stays an entry."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Literal

import orjson

from vanguard.errors import BadInput
from vanguard.fhir.fast_spans import fast_spans
from vanguard.fhir.r4 import other_version
from vanguard.fhir.spans import MOST_NESTED_BUNDLES, EntrySpan, ObjectSpans, after_space, object_spans

_BOM = b"\xef\xbb\xbf"
_LINES = (".ndjson", ".jsonl")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing received. `number` is its line (NDJSON) or its place in the Bundle, counted from 1.

    `body` is the resource's bytes as received, or those of the whole entry or line where `problem` says why
    there is none. `old_first`: of two versions without a date or number, the one that comes later is newer.
    """

    number: int
    body: bytes = field(repr=False)
    problem: str = ""
    full_url: str = ""
    method: str = ""
    url: str = ""
    modified: str = ""
    old_first: bool = True

    @property
    def deletes(self) -> bool:
        return self.method == "DELETE"


@dataclass(frozen=True)
class Document:
    """A file that holds FHIR. `timestamp` is a Bundle's own, as written."""

    path: Path
    kind: Literal["bundle", "resource", "ndjson"]
    timestamp: str = ""
    kept: tuple[Entry, ...] = ()

    def entries(self) -> Iterator[Entry]:
        """Every entry in the file's order. NDJSON is read anew each time: it need not fit in memory."""
        return _lines(self.path) if self.kind == "ndjson" else iter(self.kept)


def open_document(path: Path) -> Document:
    """Read a file as FHIR. Raises BadInput with a sentence for what is not FHIR R4 in JSON."""
    if _is_ndjson(path):
        return Document(path, "ndjson")
    data = _bytes(path).removeprefix(_BOM)
    text = _text(data, path)
    found = fast_spans(data)
    if found:
        return _bundle(path, found, data)
    at = after_space(text, 0)
    _refuse_other_formats(text, at, path)
    try:
        found = object_spans(text, at)
    except JSONDecodeError as error:
        if _first_line_is_json(text):
            return Document(path, "ndjson")
        raise _broken(error, path) from error
    rest = after_space(text, found.end)
    if rest < len(text):
        if text.startswith("{", rest):
            return Document(path, "ndjson")
        raise _broken(JSONDecodeError("Extra data", text, rest), path)
    _refuse_other_versions(found.members, path)
    if found.members["resourceType"] != "Bundle":
        return Document(path, "resource", kept=(Entry(1, text[at : found.end].encode()),))
    return _bundle(path, found, text)


def _bundle(path: Path, found: ObjectSpans, held: str | bytes) -> Document:
    _refuse_other_versions(found.members, path)
    if found.members.get("entry") is not None:
        raise BadInput(
            "The Bundle's `entry` should be a list, and is not.",
            where=path.name,
            do="Ask the partner to put it right.",
        )
    old_first = found.members.get("type") != "history"
    return Document(
        path,
        "bundle",
        timestamp=_word(found.members, "timestamp"),
        kept=tuple(_entry_of(held, span, n, old_first=old_first) for n, span in enumerate(found.entries, 1)),
    )


def _entry_of(held: str | bytes, span: EntrySpan, number: int, *, old_first: bool) -> Entry:
    """An entry of the file or line `held`, in whose measure its span is: characters or bytes."""
    body = held[span.start : span.end]
    request, response = _object(span.envelope, "request"), _object(span.envelope, "response")
    full_url, method, url = _word(span.envelope, "fullUrl"), _word(request, "method"), _word(request, "url")
    problem = ""
    if not span.has_resource and method != "DELETE":
        problem = (
            f"The entry has no resource: it only reports the answer {_word(response, 'status')}."
            if response
            else "The entry has no resource. Ask the partner to send the resource itself."
        )
    elif span.inside >= MOST_NESTED_BUNDLES:
        problem = f"The entry lies in more than {MOST_NESTED_BUNDLES} Bundles within one another. Send them apart."
    return Entry(
        number,
        body.encode() if isinstance(body, str) else body,
        problem=problem,
        full_url=full_url,
        method=method,
        url=url,
        modified=_word(response, "lastModified"),
        old_first=old_first,
    )


def _lines(path: Path) -> Iterator[Entry]:
    """NDJSON: each line that is not empty is one entry, a Bundle on a line is followed by its own entries."""
    with _opened(path) as stream:
        try:
            for number, raw in enumerate(stream, 1):
                line = raw.removeprefix(_BOM).strip() if number == 1 else raw.strip()
                if line:
                    yield from _line_entries(line, number)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise _broken_gzip(path) from error


def _line_entries(line: bytes, number: int) -> Iterator[Entry]:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode(errors="replace")
        yield Entry(number, text.encode(), problem="The line is not UTF-8. Save the file as UTF-8.")
        return
    yield Entry(number, line)
    if '"Bundle"' not in text:
        return
    try:
        found = object_spans(text, 0)
    except JSONDecodeError:
        return
    if found.members.get("resourceType") == "Bundle":
        old_first = found.members.get("type") != "history"
        for span in found.entries:
            yield _entry_of(text, span, number, old_first=old_first)


def _is_ndjson(path: Path) -> bool:
    """By its name, unless its first line cannot stand alone (a Bundle printed over many lines)."""
    if not path.name.lower().removesuffix(".gz").endswith(_LINES):
        return False
    with _opened(path) as stream:
        try:
            first = next((line for line in stream if line.strip()), b"")
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise _broken_gzip(path) from error
    return first.removeprefix(_BOM).strip() not in (b"", b"{", b"[") and not first.lstrip().startswith(b"<")


def _opened(path: Path) -> Any:
    with path.open("rb") as probe:
        zipped = probe.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if zipped else path.open("rb")


def _bytes(path: Path) -> bytes:
    with _opened(path) as stream:
        try:
            data: bytes = stream.read()
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise _broken_gzip(path) from error
    return data


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise BadInput(
            "The file is not UTF-8, as FHIR in JSON must be.",
            where=f"{path.name}, line {line}, column {column}",
            do="Save it as UTF-8 and load it again.",
        ) from error


def _refuse_other_formats(text: str, at: int, path: Path) -> None:
    start = text[at : at + 400].lower()
    if not start:
        raise BadInput("The file is empty.", where=path.name, do="Ask the partner to send it again.")
    if start.startswith(("<!doctype html", "<html")):
        raise BadInput(
            "This is a web page, not FHIR; a sign-in or an error page may have been saved in its place.",
            where=path.name,
            do="Fetch the file again.",
        )
    if start.startswith("<"):
        raise BadInput(
            "This is XML, and FHIR is read here as JSON only.",
            where=path.name,
            do="Ask the partner for FHIR R4 as JSON (application/fhir+json).",
        )
    if start.startswith("["):
        raise BadInput(
            "This is a JSON list, and FHIR knows no list of resources as a file.",
            where=path.name,
            do="Send a Bundle, or NDJSON with one resource a line.",
        )
    if not start.startswith("{"):
        raise BadInput(
            "This is not JSON: it should begin with an object, {.",
            where=f"{path.name}, line 1, column {at + 1}",
            do="Send FHIR R4 as a JSON Bundle, a single resource or NDJSON.",
        )


def _refuse_other_versions(members: dict[str, Any], path: Path) -> None:
    if not isinstance(members.get("resourceType"), str):
        raise BadInput(
            "This JSON is not FHIR: it has no resourceType.",
            where=path.name,
            do="Send FHIR R4 as a Bundle, a single resource or NDJSON.",
        )
    version = other_version(members)
    if version:
        raise BadInput(
            f"This is FHIR {version}, and only FHIR R4 is read.",
            where=path.name,
            do="Ask the partner for FHIR R4 (4.0.1).",
        )


def _first_line_is_json(text: str) -> bool:
    first, _, rest = text.lstrip().partition("\n")
    if not rest.strip():
        return False
    try:
        return isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def _broken(error: JSONDecodeError, path: Path) -> BadInput:
    ended = error.pos >= len(error.doc.rstrip()) or error.msg in (
        "Unterminated string starting at",
        "Bracket not closed",
    )
    return BadInput(
        "The JSON breaks off: the file is cut short." if ended else f"This is not JSON: {error.msg}.",
        where=f"{path.name}, line {error.lineno}, column {error.colno}",
        do="Ask the partner to send the whole file again." if ended else "Ask the partner to put it right.",
    )


def _broken_gzip(path: Path) -> BadInput:
    return BadInput("The gzip file is damaged or cut short.", where=path.name, do="Ask the partner to send it again.")


def _object(members: dict[str, Any], name: str) -> dict[str, Any]:
    value = members.get(name)
    return value if isinstance(value, dict) else {}


def _word(members: dict[str, Any], name: str) -> str:
    """A text member, without lone surrogates; empty where it is missing or of another type."""
    value = members.get(name)
    if not isinstance(value, str):
        return ""
    return value.encode(errors="ignore").decode()
