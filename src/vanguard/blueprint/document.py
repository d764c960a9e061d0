"""One YAML file as plain values that remember where they stand."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from vanguard.errors import BadInput

Place = tuple[str | int, ...]

LARGEST = 256 * 1024
DEEPEST = 20


@dataclass(frozen=True)
class Document:
    """`data` is the file's mapping; `nodes` and `keys` are the YAML nodes of values and keys by place."""

    path: Path
    data: dict[str, Any]
    nodes: dict[Place, Node]
    keys: dict[Place, Node]
    mistakes: tuple[BadInput, ...]

    def where(self, place: Place, *, key: bool = False, offset: int = 0) -> str:
        """`file:line:column` of a value, or of its key; of its nearest parent where it is missing.

        `offset` counts characters within a text that stands on one line.
        """
        for length in range(len(place), -1, -1):
            node = (self.keys if key else self.nodes).get(place[:length]) or self.nodes.get(place[:length])
            if node is not None:
                return _spot(self.path, node, offset if length == len(place) else 0)
        return str(self.path)


def read_document(path: Path) -> Document:
    """The mapping that the file holds. Raises BadInput where it is no YAML that we can read at all."""
    text = _text(path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise BadInput(
            f"This is not valid YAML: {error.problem or error.context}.",
            where=where,
            do="Check indentation (spaces, never tabs), colons and quotes.",
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise BadInput("This is not valid YAML.", where=str(path), do="Check for odd characters.") from None
    if not isinstance(root, MappingNode):
        raise BadInput("A mapping of names to values is needed here.", where=f"{path}:1:1", do="Write id: …")
    walk = _Walk(path)
    data = walk.value(root, ())
    return Document(path, data, walk.nodes, walk.keys, tuple(walk.mistakes))


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > LARGEST:
        raise BadInput(
            f"The file has {size:,} bytes; the largest allowed has {LARGEST:,}.",
            where=str(path),
            do="A blueprint is written by hand; look what else got into it.",
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadInput("This is not UTF-8.", where=f"{path}:{line}", do="Save the file as UTF-8.") from None
    _check_nesting(path, text)
    return text


def _check_nesting(path: Path, text: str) -> None:
    """Refuse deep nesting before the parser recurses into it: by brackets in a row or by indentation."""
    for number, line in enumerate(text.split("\n"), start=1):
        indent = len(line) - len(line.lstrip(" "))
        opened = max(itertools.accumulate((c in "[{") - (c in "]}") for c in line), default=0)
        if opened > DEEPEST or (indent > 10 * DEEPEST and line.strip()) or line.count("- ") > 10 * DEEPEST:
            raise BadInput(
                "This is nested too deeply.",
                where=f"{path}:{number}",
                do="No element of a blueprint needs it.",
            )


class _Walk:
    """Turns nodes into values, noting places, and refuses keys given twice and anchors used again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.nodes: dict[Place, Node] = {}
        self.keys: dict[Place, Node] = {}
        self.mistakes: list[BadInput] = []
        self.seen: set[int] = set()
        self.scalars = yaml.constructor.SafeConstructor()

    def value(self, node: Node, place: Place) -> Any:
        self.nodes[place] = node
        # An alias is the same node met again: what makes a small file explode.
        if id(node) in self.seen:
            self.note(node, "This is used again further on (an anchor, & and *).", "Write it out each time.")
            return node.value if isinstance(node, ScalarNode) else {}
        self.seen.add(id(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, place)
        if isinstance(node, SequenceNode):
            return tuple(self.value(item, (*place, number)) for number, item in enumerate(node.value))
        try:
            return self.scalars.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self.note(node, f"{node.value} cannot be read as {node.tag.rpartition(':')[2]}.", "Put it in quotes.")
            return node.value

    def mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.note(key, "A name is needed here.", "")
                continue
            name = key.value
            if name in values:
                first = self.keys[(*place, name)].start_mark.line + 1
                self.note(key, f"{name} is given twice; first in line {first}.", "Keep one of them.")
                continue
            self.keys[(*place, name)] = key
            values[name] = self.value(value, (*place, name))
        return values

    def note(self, node: Node, what: str, do: str) -> None:
        self.mistakes.append(BadInput(what, where=_spot(self.path, node, 0), do=do))


def _spot(path: Path, node: Node, offset: int) -> str:
    mark = node.start_mark
    one_line = isinstance(node, ScalarNode) and node.end_mark.line == mark.line
    quote = 1 if isinstance(node, ScalarNode) and node.style in ("'", '"') else 0
    column = mark.column + 1 + (offset + quote if one_line and offset else 0)
    return f"{path}:{mark.line + 1}:{column}"
