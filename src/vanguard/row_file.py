"""A short list in a CSV file that people keep by hand: its rows, and every mistake at once with line and column.
For lists of dozens or hundreds of lines; `table_file` reads those of any size."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vanguard.errors import BadInput
from vanguard.no_table import what_it_is

MOST_SHOWN = 50


@dataclass
class Mistakes:
    """What is wrong with a list, collected until all of it was read."""

    of: str
    found: list[BadInput] = field(default_factory=list)

    def add(self, line: int, column: str, what: str, *, do: str = "") -> None:
        """One more, at a line and a column."""
        self.found.append(BadInput(what, where=f"{self.of}, line {line}, column {column}", do=do))

    def stop(self) -> None:
        """Raise BadInput with a line for each mistake, if there are any."""
        if self.found:
            more = [f"And {len(self.found) - MOST_SHOWN:,} more."] if len(self.found) > MOST_SHOWN else []
            raise BadInput("\n".join([*map(str, self.found[:MOST_SHOWN]), *more]))


def read_rows(
    file: Path, needed: Collection[str], optional: Collection[str] = ()
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row with its line, by the names of our columns, every cell trimmed and what is missing empty.

    Raises BadInput for a file that cannot be read, or whose header lacks a column that is needed or has one too many.
    """
    text = _text(file)
    if not text.strip():
        raise BadInput("There is nothing in it.", where=str(file), do=_columns(needed, optional))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text), strict=True)
    try:
        header = [name.strip().casefold() for name in next(lines, [])]
        _check_header(file, header, needed, optional)
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                what = f"The line has {len(cells)} cells and the header {len(header)}."
                raise BadInput(what, where=f"{file}, line {lines.line_num}", do="Put text with a comma into quotes.")
            row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            yield lines.line_num, dict.fromkeys((*needed, *optional), "") | row
    except csv.Error as problem:
        what, do = f"The line is not CSV: {problem}.", "Check the quotes around its cells."
        raise BadInput(what, where=f"{file}, line {lines.line_num}", do=do) from problem


def _text(file: Path) -> str:
    try:
        held = file.read_bytes()
    except FileNotFoundError as problem:
        raise BadInput("There is no such file.", where=str(file), do="Check the path.") from problem
    except OSError as problem:
        raise BadInput("The file cannot be read.", where=str(file), do="Check the path.") from problem
    if found := what_it_is(held[:16]):
        what, do = found
        raise BadInput(f"The file cannot be read as a table: {what}.", where=str(file), do=do)
    try:
        if b"\0" in held:
            line = held.count(b"\n", 0, held.index(b"\0")) + 1
            what, do = "A character here is in no text.", "Save it as CSV (UTF-8) again."
            raise BadInput(what, where=f"{file}, line {line}", do=do)
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = held.count(b"\n", 0, problem.start) + 1
        what, do = "A letter here is not UTF-8.", "In a spreadsheet, save it as CSV UTF-8."
        raise BadInput(what, where=f"{file}, line {line}", do=do) from problem


def separator(text: str) -> str:
    """What stands between the cells: a comma, or what the heading has instead, as cells copied from a spreadsheet do
    (tabs) and files of some countries (semicolons)."""
    heading = text.partition("\n")[0]
    return "," if "," in heading else next((one for one in ("\t", ";") if one in heading), ",")


def _check_header(file: Path, header: list[str], needed: Collection[str], optional: Collection[str]) -> None:
    missing = [name for name in needed if name not in header]
    unknown = [name for name in header if name not in (*needed, *optional)]
    if twice := [name for name in header if name and header.count(name) > 1]:
        raise BadInput(f"The column {twice[0]} stands twice.", where=f"{file}, line 1", do="Leave one of them out.")
    if missing or unknown:
        what = (
            f"There is no column {missing[0]}."
            if missing
            else f"The column {unknown[0] or 'without a name'} is one too many."
        )
        raise BadInput(what, where=f"{file}, line 1", do=_columns(needed, optional))


def _columns(needed: Collection[str], optional: Collection[str]) -> str:
    also = f", and may have {', '.join(optional)}" if optional else ""
    return f"The columns are {', '.join(needed)}{also}."
