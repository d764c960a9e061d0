"""Rows from files or forms into the tables: all of them or none, and the same again changes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from vanguard.errors import BadInput
from vanguard.learn.board import ENDING
from vanguard.programme.tables.checking import faults_of, key_of, twins, values_of
from vanguard.programme.tables.declaring import Fault, RowFault, Table
from vanguard.programme.tables.giving import cells_of
from vanguard.programme.tables.models import Change
from vanguard.programme.tables.reading import Given, Told, read_file
from vanguard.programme.tables.registry import all_tables, named_by, named_table
from vanguard.programme.tables.row import Row

AT_ONCE = 500


@dataclass(frozen=True)
class Written:
    """How many rows were new, changed, and stayed as they were."""

    new: int
    changed: int
    same: int


def files_in(path: Path) -> list[tuple[Table, Path]]:
    """The table and file of each file that `path` is or holds. Raises BadInput for a file of no table."""
    if not path.exists():
        raise BadInput("There is no such file or folder.", where=str(path), do="Check the path.")
    files = _tables_in(path) if path.is_dir() else [path]
    _refuse_left_out(path, files)
    if not files:
        raise BadInput("The folder holds no file of a table.", where=str(path), do="Give .csv or .json files.")
    known = all_tables()
    for file in files:
        if file.stem not in known or file.suffix not in (".csv", ".json"):
            do = f"Files are called after their table: {', '.join(f'{id_}.csv' for id_ in known)}."
            raise BadInput(f"{file.name} is no table of a programme.", where=str(file), do=do)
    order = list(known)
    return sorted(((known[file.stem], file) for file in files), key=lambda one: order.index(one[0].id))


def _refuse_left_out(path: Path, files: Sequence[Path]) -> None:
    """Raise BadInput where a folder holds a table in another form, such as a spreadsheet: nobody would notice."""
    for one in sorted(path.iterdir()) if path.is_dir() else ():
        if one.stem.casefold() in all_tables() and one not in files and one.is_file():
            do = f"Save it as {one.stem.casefold()}.csv, or take it out of the folder."
            raise BadInput(f"{one.name} is neither .csv nor .json.", where=str(one), do=do)


def holds_tables(path: Path) -> bool:
    """Whether a folder holds a file that may be a table's; of a single file, whether it is no published one."""
    return bool(_tables_in(path)) if path.is_dir() else not path.name.endswith(ENDING)


def _tables_in(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.suffix in (".csv", ".json") and not one.name.endswith(ENDING))


def load(path: Path, now: datetime, *, by: str = "") -> dict[str, Written]:
    """Write every row of the file or folder. Raises BadInput with each mistake; then nothing was written."""
    return write([read_file(table, file) for table, file in files_in(path)], now, by=by)


@transaction.atomic
def write(given: Sequence[Given], now: datetime, *, by: str = "") -> dict[str, Written]:
    """Write the rows, table by table. Raises BadInput with each mistake of the first table that has any."""
    done: dict[str, Written] = {}
    lines: dict[str, dict[str, tuple[Given, int]]] = {}
    for one in given:
        done.setdefault(one.table.id, Written(0, 0, 0))
        for part in _generations(one):
            written, keys = _write(part, now, by)
            before = done[one.table.id]
            done[one.table.id] = Written(*(a + b for a, b in zip(astuple(before), astuple(written), strict=True)))
            lines.setdefault(one.table.id, {}).update({key: (one, line) for key, line in keys.items()})
    _check_all(lines)
    return done


@transaction.atomic
def write_one(table: Table, cells: Mapping[str, str], now: datetime, *, by: str, number: int | None = None) -> Row:
    """One row as typed: a new one, or row `number` changed. Raises Refusal."""
    values, faults = values_of(table, cells, _named(table, [Told(1, cells)]), _sources())
    if faults := faults or faults_of(table, values):
        raise Refusal(faults)
    key = key_of(table, values)
    taken = table.model._default_manager.filter(key=key).exclude(pk=number).exists()
    if taken:
        raise Refusal([Fault(table.key[-1], f"There is such a {table.one} already.", "Change that one instead.")])
    if twin := _other_of_that_name(table, {1: (key, values)}, {1: number}):
        raise Refusal([fault for _, fault in twin])
    row = table.model._default_manager.get(pk=number) if number else table.model()
    before = cells_of(table, row) if number else None
    for name, value in {**values, "key": key}.items():
        setattr(row, name, value)
    row.save()
    _note(table, [(row, before)], now, by)
    wrong = [fault for _, fault in _faults_of_all()]
    if wrong:
        raise Refusal([one.fault for one in wrong])
    return row


class Refusal(Exception):
    """A row that was typed cannot be kept: `faults` say why, by column."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(one.what for one in self.faults))


def _generations(given: Given) -> Iterator[Given]:
    """The rows in the order in which they can be written, where some name others of the same file."""
    table = given.table
    own = [name for name in table.rows_named() if named_table(table, name) is table]
    if not own:
        yield given
        return
    mistakes = given.mistakes()
    raw = {told.line: " | ".join(told.cells[name] for name in table.key) for told in given.rows}
    for line, first in twins(raw):
        mistakes.add(line, table.key[0], f"The {table.one} stands in line {first} already.")
    mistakes.stop()
    left = list(given.rows)
    while left:
        waiting = {raw[told.line] for told in left}
        ready = [told for told in left if not any(told.cells.get(name) in waiting for name in own)]
        # Rows that name each other in a circle are left for the check of each, which finds none of them there.
        yield replace(given, rows=tuple(ready or left))
        written = {told.line for told in ready}
        left = [told for told in left if told.line not in written] if ready else []


def _write(given: Given, now: datetime, by: str) -> tuple[Written, dict[str, int]]:
    table, mistakes = given.table, given.mistakes()
    checked: dict[int, tuple[str, dict[str, Any]]] = {}
    named, sources = _named(table, given.rows), _sources()
    for told in given.rows:
        values, faults = values_of(table, told.cells, named, sources)
        for fault in faults:
            mistakes.add(told.line, fault.column, fault.what, do=fault.do)
        if not faults:
            checked[told.line] = (key_of(table, values), values)
    for line, first in twins({line: key for line, (key, _) in checked.items()}):
        mistakes.add(line, table.key[0], f"The {table.one} stands in line {first} already.")
    rows = _by_key(table, [key for key, _ in checked.values()])
    own = {line: rows[key].pk for line, (key, _) in checked.items() if key in rows}
    told = [(line, one) for line, (key, values) in checked.items() for one in faults_of(table, values, rows.get(key))]
    for line, fault in told + _other_of_that_name(table, checked, own):
        mistakes.add(line, fault.column, fault.what, do=fault.do)
    mistakes.stop()
    new, changed = [], []
    for key, values in checked.values():
        row = rows.get(key)
        if row is None:
            new.append(table.model(key=key, **values))
        elif any(getattr(row, _stored(table, name)) != _plain(value) for name, value in values.items()):
            before = cells_of(table, row)
            for name, value in values.items():
                setattr(row, name, value)
            changed.append((row, before))
    table.model._default_manager.bulk_create(new, batch_size=AT_ONCE)
    if changed:
        names = [one.name for one in table.columns]
        table.model._default_manager.bulk_update([row for row, _ in changed], names, batch_size=AT_ONCE)
    _note(table, [*((row, None) for row in new), *changed], now, by)
    counts = Written(len(new), len(changed), len(checked) - len(new) - len(changed))
    return counts, {key: line for line, (key, _) in checked.items()}


def _stored(table: Table, name: str) -> str:
    return table.field(name).attname


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Row) else value


def _by_key(table: Table, keys: Iterable[str]) -> dict[str, Row]:
    """The rows with these keys, with those that they name."""
    found: dict[str, Row] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), AT_ONCE):
        rows = table.model._default_manager.filter(key__in=wanted[start : start + AT_ONCE])
        found.update({row.key: row for row in rows.select_related(*table.rows_named() or (None,))})
    return found


def _named(table: Table, rows: Iterable[Told]) -> dict[str, dict[str, Row]]:
    """For each column that names rows of another table, those that the cells name."""
    told = list(rows)
    return {
        name: _by_key(named_table(table, name), (one.cells[name] for one in told if one.cells.get(name)))
        for name in table.rows_named()
    }


def _sources() -> dict[str, Row]:
    from vanguard.programme.sources.models import Source

    return {one.key: one for one in Source.objects.all()}


def _other_of_that_name(
    table: Table, checked: Mapping[int, tuple[str, Mapping[str, Any]]], own: Mapping[int, int | None]
) -> list[tuple[int, Fault]]:
    """Lines whose value stands in another row, or line, though no two may have it; case does not tell them apart."""
    found = []
    unique = [one.name for one in table.columns if table.field(one.name).unique and (one.name,) != table.key]
    for name in unique:
        there = {str(value).casefold(): pk for pk, value in table.model._default_manager.values_list("pk", name)}
        first: dict[str, int] = {}
        for line, (_, values) in checked.items():
            value = str(values.get(name, ""))
            folded = value.casefold()
            twin, pk = first.setdefault(folded, line), there.get(folded)
            if twin != line:
                found.append(
                    (line, Fault(name, f"{value} stands in line {twin} already.", "Two cannot have one name."))
                )
            elif pk is not None and pk != own.get(line) and pk not in own.values():
                found.append(
                    (line, Fault(name, f"Another {table.one} is called {value}.", "Two cannot have one name."))
                )
    return found


def _note(table: Table, rows: Iterable[tuple[Row, dict[str, str] | None]], now: datetime, by: str) -> None:
    notes = [
        Change(table=table.id, row=row.key, at=now, by=by, before=before, after=cells_of(table, row))
        for row, before in rows
    ]
    Change.objects.bulk_create(notes, batch_size=AT_ONCE)


def _faults_of_all() -> Iterator[tuple[Table, RowFault]]:
    """What is wrong with the tables as they now stand, taken together."""
    for table in all_tables().values():
        for fault in table.check_all() if table.check_all else ():
            yield table, fault
        if table.replaced_by:
            gone = table.model._default_manager.exclude(**{table.replaced_by: None})
            for other, column in named_by(table):
                naming = other.model._default_manager.filter(**{f"{column}__in": gone})
                for row in naming.select_related(column, f"{column}__{table.replaced_by}"):
                    old = getattr(row, column)
                    new = getattr(old, table.replaced_by)
                    what = f"{table.called(old)} was merged into {table.called(new)}."
                    yield other, RowFault((row.key,), Fault(column, what, f"Write {new.key}."))


def _check_all(lines: Mapping[str, Mapping[str, tuple[Given, int]]]) -> None:
    faults = list(_faults_of_all())
    sentences = []
    for table, one in faults:
        told = [lines[table.id][key] for key in one.keys if key in lines.get(table.id, {})]
        where = f"{table.one} {one.keys[-1]}"
        for given, line in told[-1:]:
            where = f"{given.where}, line {line}, column {one.fault.column}"
        sentences.append(str(BadInput(one.fault.what, where=where, do=one.fault.do)))
    if sentences:
        raise BadInput("\n".join(sentences[:50]))
