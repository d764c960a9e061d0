"""Where the resources of a Bundle lie in its text: a walk over JSON that keeps offsets.

JSON parsers give values and forget where they stood. A received resource must be kept as it was received, so
this walks the envelopes of Bundles itself, and leaves what lies below them to the standard library's scanner.
Offsets count characters of the decoded text; UTF-8 decodes and encodes without loss, so
`text[start:end].encode()` is the file's own bytes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Any

# Numbers stay words: nothing here needs them as numbers, and a number of 5,000 digits is still a number.
_DECODER = JSONDecoder(parse_float=str, parse_int=str)
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_CLOSES = {"}": "{", "]": "["}

MOST_NESTED_BUNDLES = 20


@dataclass(frozen=True, slots=True)
class EntrySpan:
    """One Bundle entry: [start, end) bounds its resource, or the whole entry where it has none.

    `envelope` holds the entry's other members, numbers as words. `inside` counts the Bundles around its own.
    """

    start: int
    end: int
    has_resource: bool
    envelope: dict[str, Any]
    inside: int


@dataclass(frozen=True, slots=True)
class ObjectSpans:
    """A JSON object: its members but for the entries, the spans of those, and the offset behind it."""

    members: dict[str, Any]
    entries: list[EntrySpan]
    end: int


def object_spans(text: str, at: int, inside: int = 0) -> ObjectSpans:
    """Walk the object that begins at `at`; the items of its list `entry` are taken for Bundle entries.

    The entries of a Bundle within an entry follow the entry that holds it. Raises JSONDecodeError.
    """
    members: dict[str, Any] = {}
    entries: list[EntrySpan] = []

    def member(name: str, begin: int) -> int:
        if name == "entry" and text.startswith("[", begin):
            return _each_item(text, begin, lambda item: _entry(text, item, inside, entries))
        members[name], end = _value(text, begin)
        return end

    end = _each_member(text, at, member)
    return ObjectSpans(members, entries, end)


def after_space(text: str, at: int) -> int:
    """The offset of the first character from `at` on that is not white space."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _entry(text: str, at: int, inside: int, entries: list[EntrySpan]) -> int:
    """Add the entry that begins at `at`, and those of a Bundle within it; the offset behind it."""
    if not text.startswith("{", at):
        _, end = _value(text, at)
        entries.append(EntrySpan(at, end, False, {}, inside))
        return end
    envelope: dict[str, Any] = {}
    found: list[tuple[int, int, bool]] = []

    def member(name: str, begin: int) -> int:
        value, end = _value(text, begin)
        if name == "resource" and text.startswith("{", begin):
            found[:] = [(begin, end, isinstance(value, dict) and value.get("resourceType") == "Bundle")]
        else:
            envelope[name] = value
        return end

    end = _each_member(text, at, member)
    if not found:
        entries.append(EntrySpan(at, end, False, envelope, inside))
        return end
    start, stop, is_bundle = found[0]
    entries.append(EntrySpan(start, stop, True, envelope, inside))
    if is_bundle and inside < MOST_NESTED_BUNDLES:
        entries.extend(object_spans(text, start, inside + 1).entries)
    return end


def _each_member(text: str, at: int, visit: Callable[[str, int], int]) -> int:
    """Call `visit(name, offset of the value)`, which gives the offset behind the value, for each member."""
    at = after_space(text, _past(text, at, "{"))
    if text.startswith("}", at):
        return at + 1
    while True:
        _past(text, at, '"')
        name, at = _DECODER.raw_decode(text, at)
        at = after_space(text, _past(text, after_space(text, at), ":"))
        at = after_space(text, visit(name, at))
        if text.startswith("}", at):
            return at + 1
        at = after_space(text, _past(text, at, ","))


def _each_item(text: str, at: int, visit: Callable[[int], int]) -> int:
    """Call `visit(offset of the item)`, which gives the offset behind it, for each item of a list."""
    at = after_space(text, _past(text, at, "["))
    if text.startswith("]", at):
        return at + 1
    while True:
        at = after_space(text, visit(at))
        if text.startswith("]", at):
            return at + 1
        at = after_space(text, _past(text, at, ","))


def _past(text: str, at: int, mark: str) -> int:
    if not text.startswith(mark, at):
        raise JSONDecodeError(f"Expecting {mark!r}", text, at)
    return at + 1


def _value(text: str, at: int) -> tuple[Any, int]:
    """The JSON value at `at` and the offset behind it. One nested too deep to parse is only skipped: None."""
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        return None, _behind_brackets(text, at)


def _behind_brackets(text: str, at: int) -> int:
    """The offset behind the object or list that begins at `at`, by its brackets alone."""
    opened: list[str] = []
    for match in _STRING_OR_BRACKET.finditer(text, at):
        mark = match.group()
        if mark in ("{", "["):
            opened.append(mark)
        elif mark in _CLOSES:
            if not opened or opened.pop() != _CLOSES[mark]:
                raise JSONDecodeError("Bracket closed that was not opened", text, match.start())
            if not opened:
                return match.end()
    raise JSONDecodeError("Bracket not closed", text, at)
