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
    "list of text": ("list of text", False),
}

FUNCTIONS = {
    "has": "has(list, 'text') is true where the list holds the text",
    "has_any": "has_any(list, 'text', 'text', …) is true where the list holds at least one of them",
    "how_many": "how_many(list) is the number of its entries",
    "days_between": "days_between(day, later_day) is the number of days from one to the other",
    "coalesce": "coalesce(a, b, …) is the first of them that is known",
}


@dataclass(frozen=True)
class Vocabulary:
    """`columns` by name; `known` holds, for some columns, the only words that they can hold."""

    columns: Mapping[str, ColumnRef]
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @staticmethod
    def over(columns: Iterable[Column], known: Mapping[str, Iterable[str]] | None = None) -> "Vocabulary":
        """The vocabulary over documented columns; those of other types (instants, bytes) are not in it."""
        return Vocabulary(
            {column.name: ColumnRef(column.name, *TYPES[column.type]) for column in columns if column.type in TYPES},
            {name: frozenset(words) for name, words in (known or {}).items()},
        )
