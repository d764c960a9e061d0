"""Reads feed descriptions from YAML; a mistake becomes a sentence with file and line."""

import csv
import hashlib
import io
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from vanguard.errors import BadInput
from vanguard.know.intake.feed import Feed
from vanguard.know.intake.feed_rules import Place, broken_rules

# The loader in C reads the same, many times as fast.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def feeds(own: Path | None = None) -> dict[str, Feed]:
    """Every feed by id: those shipped, and over them a place's own from the folder `own` if it is there.

    Raises BadInput that lists every mistake in every description.
    """
    found = shipped_feeds() | (_read_all(own) if own and own.is_dir() else {})
    return dict(sorted(found.items()))


@cache
def shipped_feeds() -> dict[str, Feed]:
    """The feeds described in the package, by id."""
    with resources.as_file(resources.files("vanguard.know.intake") / "feeds") as folder:
        return _read_all(folder)


def _read_all(folder: Path) -> dict[str, Feed]:
    found: dict[str, Feed] = {}
    mistakes: list[str] = []
    for path in _descriptions(folder):
        try:
            feed = read_feed(path)
            found[feed.feed] = feed
        except BadInput as mistake:
            mistakes.append(str(mistake))
    if mistakes:
        raise BadInput("\n".join(mistakes))
    return found


def read_feed(path: Path) -> Feed:
    """The feed described in one file. Raises BadInput with every mistake, its file and line.

    Every value is read as text: 1, no and 2A are codes like any other; the objects make of it what they need.
    """
    raw = path.read_bytes()
    try:
        loader = _LOADER(raw.decode("utf-8"))
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except UnicodeDecodeError as error:
        raise BadInput("The feed description is not UTF-8.", where=str(path), do="Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        problem = str(getattr(error, "problem", None) or error).replace("\n", " ")
        raise BadInput(f"This is not YAML: {problem}.", where=where) from error
    if node is None or not isinstance(data, dict):
        raise BadInput("A feed description is a list of `name: value`.", where=str(path))
    lines = dict(_lines(node, ()))
    twice = [f"{path}, line {line}: {name} occurs twice." for name, line in _repeated(node)]
    if twice:
        raise BadInput("\n".join(twice))
    listed = _code_lists(path, lines, data)
    bytes_read = hashlib.sha256(raw)
    for name in sorted(listed):
        bytes_read.update(listed[name][1])
    try:
        feed = Feed.model_validate({**data, "described_by": bytes_read.hexdigest()[:20]})
    except ValidationError as error:
        found = [(item["loc"], _sentence(item)) for item in error.errors()]
        raise BadInput("\n".join(_placed(path, lines, found))) from error
    feed = _with_codes(feed, {column: codes for column, (codes, _) in listed.items()})
    broken = list(broken_rules(feed))
    if broken:
        raise BadInput("\n".join(_placed(path, lines, broken)))
    return feed


def _code_lists(path: Path, lines: dict[Place, int], data: dict[str, Any]) -> dict[str, tuple[dict[str, str], bytes]]:
    """The code lists that the description keeps in files beside it, by column, with their bytes."""
    columns = data.get("columns")
    if not isinstance(columns, dict):
        return {}
    found, broken = {}, []
    for name, spec in columns.items():
        if isinstance(spec, dict) and isinstance(spec.get("codes_file"), str):
            try:
                found[name] = read_codes(path.parent / spec["codes_file"])
            except BadInput as problem:
                broken += _placed(path, lines, [(("columns", name, "codes_file"), str(problem))])
    if broken:
        raise BadInput("\n".join(broken))
    return found


def _with_codes(feed: Feed, listed: dict[str, dict[str, str]]) -> Feed:
    columns = {
        name: column.model_copy(update={"codes": listed[name]}) if name in listed else column
        for name, column in feed.columns.items()
    }
    return feed.model_copy(update={"columns": columns})


def read_codes(path: Path) -> tuple[dict[str, str], bytes]:
    """A code list, and the bytes of its file: CSV with the header code,word. Raises BadInput with file and line."""
    try:
        raw = path.read_bytes()
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    except OSError as error:
        raise BadInput(f"The code list cannot be read: {error.strerror}.", where=path.name) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput("The code list is not CSV in UTF-8.", where=path.name) from error
    if not rows or rows[0] != ["code", "word"]:
        raise BadInput("The header of a code list is code,word.", where=f"{path.name}, line 1")
    codes: dict[str, str] = {}
    for number, row in enumerate(rows[1:], 2):
        if len(row) != 2 or not row[0] or row[0] in codes:
            raise BadInput(
                "Each line of a code list has one new code and its word.", where=f"{path.name}, line {number}"
            )
        codes[row[0]] = row[1]
    if not codes:
        raise BadInput("The code list is empty.", where=path.name)
    return codes, raw


def _descriptions(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def _sentence(item: Any) -> str:
    names = [part for part in item["loc"] if isinstance(part, str) and not part.startswith("[")]
    name = names[-1] if names else "feed"
    if item["type"] == "missing":
        return f"`{name}` is missing."
    if item["type"] == "extra_forbidden":
        return f"`{name}` is not a word that a feed description knows here."
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"`{name}`: {message}."


def _placed(path: Path, lines: dict[Place, int], found: Iterable[tuple[Place, str]]) -> list[str]:
    """Sentences with file and line; the line is that of the nearest enclosing part that is in the file."""
    return [f"{path}, line {_line(lines, place)}: {sentence}" for place, sentence in found]


def _line(lines: dict[Place, int], place: Place) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _lines(node: yaml.Node, place: Place) -> Iterable[tuple[Place, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*place, str(key.value)))
            yield (*place, str(key.value)), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*place, number))


def _repeated(node: yaml.Node) -> Iterable[tuple[str, int]]:
    """Names given twice in one mapping: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield str(key.value), key.start_mark.line + 1
            seen.add(key.value)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated(value)
