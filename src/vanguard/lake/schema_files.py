"""The schema of every lake table, read from `schema/*.yaml`."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from vanguard.own_yaml import data_of

SQL_TYPES = {
    "text": "VARCHAR",
    "date": "DATE",
    "instant": "TIMESTAMP",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "bytes": "BLOB",
    "list of text": "VARCHAR[]",
}


YAML_NULL = None
"""The key `null` of a column: YAML reads that bare word as its null."""


@dataclass(frozen=True)
class Column:
    """One documented column; `sql_type` is the DuckDB type, instants are UTC without a zone.

    `one_of` are the only words that a column of text can hold; empty where it may hold any. `at_most` is the largest
    size that a number can have, without its sign; conditions rest on it.
    """

    name: str
    type: str
    null: bool
    what: str
    one_of: tuple[str, ...] = ()
    at_most: float | None = None

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """One lake table. `folder` is where its files lie: who may read the folder may read the table.

    `shown_as` is the name that a pseudonymised table has for who reads that folder alone: its twin's.
    """

    name: str
    folder: Literal["identified", "pseudonymised"]
    one_row_is: str
    made_by: str
    columns: tuple[Column, ...]
    shown_as: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def words(self, column: str) -> tuple[str, ...]:
        """The only words that a column can hold; empty where it may hold any."""
        return next(found.one_of for found in self.columns if found.name == column)


@cache
def tables() -> dict[str, Table]:
    """Every lake table by name."""
    folder = resources.files("vanguard.lake") / "schema"
    found = [_table(data_of(file.read_text("utf-8"))) for file in folder.iterdir() if file.name.endswith(".yaml")]
    return {table.name: table for table in sorted(found, key=lambda table: table.name)}


def _table(data: dict[str, object]) -> Table:
    columns = data["columns"]
    assert isinstance(columns, dict)
    return Table(
        name=str(data["table"]),
        folder="pseudonymised" if data["folder"] == "pseudonymised" else "identified",
        one_row_is=str(data["one_row_is"]),
        made_by=str(data["made_by"]),
        columns=tuple(
            Column(
                name,
                str(spec["type"]),
                bool(spec.get(YAML_NULL, False)),
                str(spec["what"]),
                tuple(map(str, spec.get("one_of", ()))),
                spec.get("at_most"),
            )
            for name, spec in columns.items()
        ),
        shown_as=str(data.get("shown_as", "")),
    )
