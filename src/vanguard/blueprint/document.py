"""One YAML file as plain values that remember where they stand.

A small part of YAML, so that what a person types is what is meant: text, whole and decimal numbers, days, true and
false, null, lists and mappings. `no`, `on`, `07:30` and `1_000` are text. Anchors, tags and repeated keys are refused.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from vanguard.blueprint.not_yaml import in_quotes, not_yaml
from vanguard.errors import BadInput

Place = tuple[str | int, ...]

LARGEST = 256 * 1024
DEEPEST = 20
MOST_VALUES = 20_000
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}([eE][-+]?[0-9]{1,3})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Spot:
    """Where a value or a key begins, counted from 1. `text` is the column of a one-line text's first letter."""

    line: int
    column: int
    text: int | None = None


@dataclass(frozen=True)
class Document:
    """`data` is the file's mapping; `values` and `keys` say by place where it stands."""

    path: Path
    text: str
    data: dict[str, Any]
    values: dict[Place, Spot]
    keys: dict[Place, Spot]
    mistakes: tuple[BadInput, ...] = ()

    def where(self, place: Place, *, key: bool = False, offset: int = 0) -> str:
        """`file:line:column` of a value, or of its key; of its nearest parent where it is missing.

        `offset` counts characters within a text that stands on one line.
        """
        for length in range(len(place), -1, -1):
            found = (self.keys if key else self.values).get(place[:length]) or self.values.get(place[:length])
            if found is not None:
                inside = offset and length == len(place) and not key and found.text is not None
                return f"{self.path}:{found.line}:{(found.text or 0) + offset if inside else found.column}"
        return str(self.path)


def read_document(path: Path) -> Document:
    """The mapping that the file holds. Raises FileNotFoundError, or BadInput where we cannot read it at all."""
    text = _text(path)
    known = _faultless(text)
    if known is not None:
        data, values, keys = known
        return Document(path, text, _copy(data), values, keys)
    walk = _Walk(path)
    try:
        data = walk.document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        raise not_yaml(path, text, error) from None
    except yaml.YAMLError:
        odd = next((n for n, line in enumerate(text.split("\n"), 1) if not line.replace("\t", "").isprintable()), 1)
        do = "Delete it: it cannot be seen in most editors."
        raise BadInput("A letter stands here that YAML forbids.", where=f"{path}:{odd}", do=do) from None
    return Document(path, text, data, walk.values, walk.keys, tuple(walk.mistakes))


@lru_cache(maxsize=128)
def _faultless(text: str) -> tuple[dict[str, Any], dict[Place, Spot], dict[Place, Spot]] | None:
    """What a text without a mistake holds, and where: a place reads the same files again and again."""
    walk = _Walk(Path())
    try:
        data = walk.document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, BadInput):
        return None
    return None if walk.mistakes else (data, walk.values, walk.keys)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(one) for name, one in value.items()}
    return tuple(map(_copy, value)) if isinstance(value, tuple) else value


def _text(path: Path) -> str:
    try:
        # A pipe would keep us waiting for ever.
        if path.exists() and not path.is_file():
            raise BadInput("This cannot be read: it is not a file.", where=str(path), do="Put a file in its place.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
            size = path.stat().st_size
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadInput(f"This cannot be read: {error.strerror}.", where=str(path)) from None
    if len(content) > LARGEST:
        raise BadInput(
            f"The file has {size:,} bytes; the largest allowed has {LARGEST:,}.",
            where=str(path),
            do="A blueprint is written by hand; look what else got into it.",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadInput("This is not UTF-8.", where=f"{path}:{line}", do="Save the file as UTF-8.") from None


@dataclass
class _Cut:
    """A text in { } or [ ] whose bracket ( is open: what a comma cuts off it belongs to it."""

    name: str = ""
    first: Event | None = None
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return ", ".join([getattr(self.first, "value", ""), *self.pieces])

    def takes(self, piece: ScalarEvent) -> bool:
        """Whether a plain text that follows belongs to it."""
        plain = isinstance(self.first, ScalarEvent) and not self.first.style and not piece.style
        if not plain or self.text.count("(") <= self.text.count(")"):
            return False
        self.pieces.append(piece.value)
        return True


class _Walk:
    """Turns the parser's events into values and notes their places; never goes deeper than allowed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[Place, Spot] = {}
        self.keys: dict[Place, Spot] = {}
        self.mistakes: list[BadInput] = []
        self.anchored: dict[str, Any] = {}

    def document(self, events: Iterator[Event]) -> dict[str, Any]:
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.refused(event, "A second document begins here (---).", "Keep one in each file.")
            elif not isinstance(event, StreamStartEvent | StreamEndEvent | DocumentEndEvent):
                if not isinstance(event, MappingStartEvent) and not (
                    isinstance(event, ScalarEvent) and not event.value
                ):
                    raise self.refused(event, "A mapping of names to values is needed here.", "Write name: value.")
                data = self.value(event, events, ())
        if data is None:
            raise BadInput("The file is empty.", where=f"{self.path}:1:1", do="Fill it, or take it away.")
        return dict(data)

    def value(self, event: Event, events: Iterator[Event], place: Place) -> Any:
        self.values[place] = _spot(event)
        if len(self.values) > MOST_VALUES:
            what = f"The file holds more than {MOST_VALUES:,} values."
            raise self.refused(event, what, "A blueprint is written by hand; look what else got into it.")
        if isinstance(event, AliasEvent):
            self.note(event, "This repeats something from above (*).", "Write it out each time.")
            return self.anchored.get(event.anchor or "", f"*{event.anchor}")
        if anchor := getattr(event, "anchor", None):
            self.note(event, "This is given a name for repeating it (&).", "Write it out each time.")
            # Only texts are passed on, to spare the reader mistakes that follow from this one: they cannot explode.
            if isinstance(event, ScalarEvent):
                self.anchored[anchor] = self.scalar(event)
        if tag := getattr(event, "tag", None):
            self.note(event, f"{_short(tag)} means nothing here.", "Put a text that begins with ! in quotes.")
        if len(place) > DEEPEST and not isinstance(event, ScalarEvent):
            raise self.refused(event, "This is nested too deeply.", "No element of a blueprint needs it.")
        if isinstance(event, MappingStartEvent):
            return self.mapping(events, place, in_braces=bool(event.flow_style))
        if isinstance(event, SequenceStartEvent):
            return self.sequence(events, place, in_braces=bool(event.flow_style))
        assert isinstance(event, ScalarEvent)
        return self.scalar(event)

    def mapping(self, events: Iterator[Event], place: Place, *, in_braces: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        cut = _Cut()
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                do = "Put a text that begins with { or [ in quotes."
                raise self.refused(event, "A name is needed here.", do)
            name = event.value
            spot = _spot(event)
            given = next(events)
            if isinstance(given, ScalarEvent) and not given.value and cut.takes(event):
                values[cut.name] = cut.text
                continue
            self.note_cut(cut)
            cut = _Cut(name, given) if in_braces else cut
            if name in values:
                what = f"{_short(name)} is given twice; first in line {self.keys[(*place, name)].line}."
                self.note(event, what, "Keep one of them.")
                # Read past it under a place that nothing looks up.
                self.value(given, events, (*place, name, ""))
                continue
            self.keys[(*place, name)] = spot
            values[name] = self.value(given, events, (*place, name))
        self.note_cut(cut)
        return values

    def sequence(self, events: Iterator[Event], place: Place, *, in_braces: bool) -> tuple[Any, ...]:
        items: list[Any] = []
        cut = _Cut()
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            if isinstance(event, ScalarEvent) and cut.takes(event):
                items[-1] = cut.text
                continue
            self.note_cut(cut)
            cut = _Cut("", event) if in_braces else cut
            items.append(self.value(event, events, (*place, len(items))))
        self.note_cut(cut)
        return tuple(items)

    def note_cut(self, cut: "_Cut") -> None:
        if cut.pieces and cut.first is not None:
            self.note(cut.first, *in_quotes(cut.text))

    def scalar(self, event: ScalarEvent) -> Any:
        text: str = event.value
        if event.style:
            return text
        if text in CONSTANTS:
            return CONSTANTS[text]
        if WHOLE.fullmatch(text):
            return int(text)
        if DECIMAL.fullmatch(text):
            number = float(text)
            return number if math.isfinite(number) else text
        if DAY.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.note(event, f"There is no day {text}.", "Write year-month-day.")
                return date.min
        return text

    def note(self, event: Event, what: str, do: str) -> None:
        self.mistakes.append(self.refused(event, what, do))

    def refused(self, event: Event, what: str, do: str) -> BadInput:
        spot = _spot(event)
        return BadInput(what, where=f"{self.path}:{spot.line}:{spot.column}", do=do)


def _spot(event: Event) -> Spot:
    start, end = event.start_mark, event.end_mark
    assert start is not None and end is not None, "the parser marks every event"
    text = None
    if isinstance(event, ScalarEvent) and end.line == start.line and event.style not in ("|", ">"):
        text = start.column + 1 + bool(event.style)
    return Spot(start.line + 1, start.column + 1, text)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
