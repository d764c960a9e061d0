"""Code sets that a place supplies, SNOMED CT and dm+d above all: we may ship none of their content.

They lie in the folder `codes` of the place: NAME.csv (columns set, system, code, perhaps term) or NAME.txt (a simple
reference set as SNOMED CT distributes it, RF2 snapshot), each with a NAME.yaml beside it that says where it comes from.
"""

import csv
import difflib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

from vanguard.codes.code_set import CodeSet
from vanguard.codes.groupings import Grouping, alerts, conditions, sensitive
from vanguard.codes.icd10 import icd10
from vanguard.codes.sctid import is_sctid
from vanguard.codes.weighted import cambridge_score, electronic_frailty_index
from vanguard.errors import BadInput

Some = TypeVar("Some", bound=Grouping)

FOLDER = "codes"
COLUMNS = ("set", "system", "code")
SYSTEMS = ("snomed", "dmd", "icd10")
MEMBERS = ("id", "effectiveTime", "active", "moduleId", "refsetId", "referencedComponentId")
NEEDED = ("id", "version", "source", "licence")
ALLOWED = (*NEEDED, "label", "caveats", "extends", "refsets", "system")
SHOWN = 20


@dataclass(frozen=True)
class SuppliedSet:
    """One file of the place. `extends` is the id of the shipped code set whose groupings `sets` add to, if any."""

    about: CodeSet
    extends: str | None
    sets: tuple[Grouping, ...]


def supplied_sets(home: Path) -> tuple[SuppliedSet, ...]:
    """Every set in the place's folder `home`, by name of file; none where it has no folder `codes`.

    Raises BadInput naming every mistake of the first file that has any, each with its line.
    """
    folder = home / FOLDER
    files = sorted(file for file in folder.glob("*") if file.suffix in (".csv", ".txt"))
    described = {file.stem for file in files}
    for file in sorted(folder.glob("*.yaml")):
        if file.stem not in described:
            raise BadInput(
                f"There is no {file.stem}.csv or {file.stem}.txt that this describes.",
                where=str(file),
                do="Put the codes beside it, or take it away.",
            )
    found = tuple(_supplied(file) for file in files)
    ids = [own.about.id for own in found]
    for file, own in zip(files, found, strict=True):
        if ids.count(own.about.id) > 1:
            raise BadInput(
                f"The id {own.about.id} is used twice.",
                where=str(file.with_suffix(".yaml")),
                do="Give each its own.",
            )
    return found


def extended(code_set: str, groupings: Iterable[Some], supplied: Iterable[SuppliedSet]) -> tuple[Some, ...]:
    """`groupings`, which are those of `code_set`, each with the codes that the place adds to it."""
    more: dict[str, tuple[tuple[str, str], ...]] = {}
    for own in supplied:
        if own.extends == code_set:
            for group in own.sets:
                more[group.id] = more.get(group.id, ()) + group.codes
    return tuple(replace(group, codes=group.codes + more.get(group.id, ())) for group in groupings)


def _extendable() -> dict[str, tuple[str, ...]]:
    """The ids of the groupings of each shipped code set that a place may add to."""
    shipped: dict[str, Iterable[Grouping]] = {
        "long_term_conditions": conditions(),
        "alerts": alerts(),
        "sensitive": sensitive(),
        cambridge_score().about.id: cambridge_score().conditions,
        electronic_frailty_index().about.id: electronic_frailty_index().conditions,
    }
    return {code_set: tuple(group.id for group in groupings) for code_set, groupings in shipped.items()}


def _supplied(file: Path) -> SuppliedSet:
    about, said = _about(file)
    extends = said.get("extends")
    extendable = _extendable()
    beside = file.with_suffix(".yaml")
    if extends is not None and extends not in extendable:
        raise BadInput(
            f"There is no code set {extends} to extend.",
            where=str(beside),
            do=f"Name one of {', '.join(extendable)}.",
        )
    if file.suffix == ".csv":
        rows = _csv_rows(file)
    else:
        rows = _refset_rows(file, said.get("refsets"), str(said.get("system", "snomed")))
    allowed = extendable[extends] if extends else None
    found: dict[str, dict[tuple[str, str], None]] = {}
    mistakes: list[str] = []
    for line, name, system, code in rows:
        wrong = _wrong(name, system, code, allowed)
        if wrong:
            mistakes.append(str(BadInput(wrong, where=f"{file}, line {line}")))
        else:
            plain = icd10(code) if system == "icd10" else code
            found.setdefault(name, {})[(system, str(plain))] = None
    if mistakes:
        left = f"\n… and {len(mistakes) - SHOWN:,} more." if len(mistakes) > SHOWN else ""
        raise BadInput("\n".join(mistakes[:SHOWN]) + left)
    if not found:
        raise BadInput("There are no codes in this file.", where=str(file), do="Fill it, or take it away.")
    sets = tuple(Grouping(name, name.replace("_", " ").capitalize(), tuple(codes)) for name, codes in found.items())
    return SuppliedSet(about, extends, sets)


def _wrong(name: str, system: str, code: str, allowed: tuple[str, ...] | None) -> str | None:
    """What is wrong with one row, in a sentence; None if nothing is."""
    if not name:
        return "The set is empty."
    if allowed is not None and name not in allowed:
        near = difflib.get_close_matches(name, allowed, n=1, cutoff=0)
        return f"There is no set {name} to extend; the nearest is {near[0]}."
    if system not in SYSTEMS:
        return f"The system {system or '(empty)'} is not known; use {', '.join(SYSTEMS)}."
    if system == "icd10":
        return None if icd10(code) else f"{code or '(empty)'} is not an ICD-10 code."
    if "e+" in code.casefold() or "." in code:
        return f"{code} is a number that a spreadsheet has spoiled; keep codes as text."
    return None if is_sctid(code) else f"{code or '(empty)'} is not a SNOMED CT identifier: the check digit is wrong."


def _about(file: Path) -> tuple[CodeSet, Mapping[str, Any]]:
    beside = file.with_suffix(".yaml")
    if not beside.is_file():
        raise BadInput(
            f"There is no {beside.name} beside this file.",
            where=str(file),
            do=f"Write one that says {', '.join(NEEDED)}.",
        )
    try:
        said = yaml.safe_load(beside.read_text("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInput(
            f"This is not valid YAML: {getattr(error, 'problem', None) or 'it cannot be read'}.",
            where=f"{beside}, line {mark.line + 1}" if mark else str(beside),
        ) from None
    if not isinstance(said, dict):
        raise BadInput("Names and values are needed here.", where=f"{beside}, line 1", do="Write id: …")
    for name in said:
        if name not in ALLOWED:
            raise BadInput(f"{name} is not known here.", where=str(beside), do=f"Use {', '.join(ALLOWED)}.")
    for name in NEEDED:
        if said.get(name) is None or isinstance(said[name], (list, dict)):
            raise BadInput(f"It does not say its {name} in a word or a sentence.", where=str(beside), do=f"{name}: …")
    caveats = said.get("caveats", [])
    if not isinstance(caveats, list) or any(isinstance(caveat, (list, dict)) for caveat in caveats):
        raise BadInput("The caveats must be a list of sentences.", where=str(beside), do="Begin each with a hyphen.")
    about = CodeSet(
        id=str(said["id"]),
        label=str(said.get("label", said["id"])),
        version=str(said["version"]),
        source=str(said["source"]),
        licence=str(said["licence"]),
        caveats=tuple(str(caveat) for caveat in caveats),
    )
    return about, said


def _csv_rows(file: Path) -> Iterator[tuple[int, str, str, str]]:
    """Line, set, system and code of every row of a CSV file."""
    reader = csv.reader(_lines(file), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise BadInput(
                f"The column {missing[0]} is missing.",
                where=f"{file}, line 1",
                do=f"The columns are {', '.join(COLUMNS)} and perhaps term.",
            )
        places = [header.index(name) for name in COLUMNS]
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                raise BadInput(
                    f"This row has {len(row)} fields; expected {len(header)}, as in the header.",
                    where=f"{file}, line {reader.line_num}",
                )
            name, system, code = (row[place].strip() for place in places)
            yield reader.line_num, name, system, code
    except csv.Error as error:
        raise BadInput(f"This is not CSV: {error}.", where=f"{file}, line {reader.line_num}") from None


def _refset_rows(file: Path, refsets: object, system: str) -> Iterator[tuple[int, str, str, str]]:
    """Line, set, system and code of every active member of an RF2 simple reference set, in its snapshot form.

    `refsets` gives each reference set, by its id, the name of our set.
    """
    if not isinstance(refsets, dict) or not refsets:
        raise BadInput(
            "It does not say which set of ours each reference set is.",
            where=str(file.with_suffix(".yaml")),
            do="Add refsets: with a line for each, its refsetId: the name of the set.",
        )
    names = {str(id): str(name) for id, name in refsets.items()}
    lines = _lines(file)
    header = tuple(next(lines, "").rstrip("\r\n").split("\t"))
    if header != MEMBERS:
        raise BadInput(
            "This is not a simple reference set in RF2: the header differs.",
            where=f"{file}, line 1",
            do=f"It must be {', '.join(MEMBERS)}, parted by tabs.",
        )
    empty = set(names)
    for number, line in enumerate(lines, start=2):
        fields = line.rstrip("\r\n").split("\t")
        if fields == [""]:
            continue
        if len(fields) != len(MEMBERS):
            raise BadInput(
                f"This row has {len(fields)} fields; expected {len(MEMBERS)}.", where=f"{file}, line {number}"
            )
        _, _, active, _, refset, member = fields
        if active == "1" and refset in names:
            empty.discard(refset)
            yield number, names[refset], system, member
    if empty:
        raise BadInput(
            f"The reference set {min(empty)} has no active member here.",
            where=str(file),
            do=f"Mend refsets in {file.stem}.yaml, or take the right release.",
        )


def _lines(file: Path) -> Iterator[str]:
    """The text of `file` line by line; a file that is not UTF-8 is refused in a sentence."""
    try:
        return io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise BadInput("This is not UTF-8.", where=f"{file}, line {line}", do="Save it as UTF-8.") from None
