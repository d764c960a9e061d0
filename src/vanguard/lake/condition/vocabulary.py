"""What a condition may speak about: documented columns, and the words that some of them hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vanguard.lake.condition.tree import ColumnRef, Type
from vanguard.lake.schema_files import Column

TYPES: dict[str, tuple[Type, bool]] = {
    "int": ("number", True),
    "float": ("number", False),
    "text": ("text", False),
    "bool": ("bool", False),
    "date": ("date", False),
    "instant": ("instant", False),
    "list of text": ("list of text", False),
}


@dataclass(frozen=True)
class Vocabulary:
    """`columns` by name; `known` holds, for some columns, the only words that they can hold."""

    columns: Mapping[str, ColumnRef]
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @staticmethod
    def over(columns: Iterable[Column], known: Mapping[str, Iterable[str]] | None = None) -> "Vocabulary":
        """The vocabulary over documented columns; those of other types (bytes) are not in it.

        `known` adds to the words that the columns themselves are documented to hold.
        """
        usable = [column for column in columns if column.type in TYPES]
        documented = {column.name: column.one_of for column in usable if column.one_of}
        return Vocabulary(
            {column.name: ColumnRef(column.name, *TYPES[column.type], column.at_most) for column in usable},
            _frozen({**documented, **(known or {})}),
        )

    @staticmethod
    def of(types: Mapping[str, Type], known: Mapping[str, Iterable[str]] | None = None) -> "Vocabulary":
        """The vocabulary over names that are no columns, such as the questions of a pathway, by their types."""
        return Vocabulary({name: ColumnRef(name, kind) for name, kind in types.items()}, _frozen(known))


def _frozen(known: Mapping[str, Iterable[str]] | None) -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in (known or {}).items()}
