"""Rows as files hold them: CSV with a header line, or JSON with a list of objects. Every cell is text."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vanguard.errors import BadInput
from vanguard.programme.tables.declaring import SOURCES, Table
from vanguard.row_file import Mistakes, read_rows, separator

# What a spreadsheet would take for a formula. Such a cell is given with an apostrophe before it and read without.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Told:
    """One row of a file: its line (of JSON, its place in the list) and the cells of the columns that the file has."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Given:
    """The rows that a file holds for a table."""

    table: Table
    where: str
    rows: tuple[Told, ...]

    def mistakes(self) -> Mistakes:
        """A list for what is wrong with it."""
        return Mistakes(self.where)


def read_file(table: Table, file: Path) -> Given:
    """The rows of a file for a table. Raises BadInput for a file that is none, or has other columns than the table."""
    if file.suffix == ".json":
        return _json(table, file)
    needed, optional = _columns(table)
    rows = list(read_rows(file, needed, (*optional, *_derived(table))))
    heading = _first_line(file)
    header = [
        one.strip().casefold() for one in next(csv.reader(io.StringIO(heading), delimiter=separator(heading)), [])
    ]
    told = tuple(
        Told(line, {name: _plain(row[name]) for name in header if name not in _derived(table)}) for line, row in rows
    )
    return Given(table, str(file), told)


def _first_line(file: Path) -> str:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return lines.readline()


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _derived(table: Table) -> tuple[str, ...]:
    """What files of a list have besides, and is passed over: it follows from the rest."""
    return tuple(one.name for one in table.derived)


def _columns(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = tuple(one.name for one in table.columns)
    needed = tuple(name for name in names if table.needed(name) or name in table.key)
    return needed, tuple(name for name in names if name not in needed)


def _json(table: Table, file: Path) -> Given:
    try:
        held: Any = json.loads(file.read_text("utf-8-sig"), object_pairs_hook=_once)
    except FileNotFoundError as problem:
        raise BadInput("There is no such file.", where=str(file), do="Check the path.") from problem
    except _Twice as problem:
        what = f"The name {str(problem)[:60]} stands twice in one object."
        raise BadInput(what, where=str(file), do="Give each once.") from problem
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise BadInput("The file is not JSON.", where=str(file), do="Give a list of objects in UTF-8.") from problem
    if not isinstance(held, list) or not all(isinstance(one, dict) for one in held):
        raise BadInput("The file is no list of objects.", where=str(file), do=f"Give one object for each {table.one}.")
    needed, optional = _columns(table)
    rows = []
    for line, one in enumerate(held, start=1):
        missing = [name for name in needed if name not in one]
        unknown = [name for name in one if name not in (*needed, *optional, *_derived(table))]
        if missing or unknown:
            what = f"There is no {missing[0]}." if missing else f"The name {unknown[0][:60]} is one too many."
            do = f"The names are {', '.join(needed)}, and may be {', '.join(optional)}."
            raise BadInput(what, where=f"{file}, item {line}", do=do)
        told = {name: value for name, value in one.items() if name not in _derived(table)}
        for name, value in told.items():
            # Sources alone may be a list, and of text.
            within = value if isinstance(value, list) and table.kind(name) == SOURCES else [value]
            if any(isinstance(each, list | dict) for each in within):
                what = f"{name} holds more than one value."
                raise BadInput(what, where=f"{file}, item {line}", do="Give text, a number, true, false or null.")
        rows.append(Told(line, {name: _cell(value) for name, value in told.items()}))
    return Given(table, str(file), tuple(rows))


class _Twice(ValueError):
    """A name that stands twice in one object: which of its values counts, nobody can say."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice(next(name for at, (name, _) in enumerate(pairs) if name in dict(pairs[:at])))
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(_cell(one) for one in value) if isinstance(value, list) else str(value).strip()
