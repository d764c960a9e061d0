"""Reading a blueprint's folder: every file checked, every id cited found, every mistake said at once."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from vanguard.blueprint.checks import file_faults
from vanguard.blueprint.citations import citation_mistakes, there_are
from vanguard.blueprint.document import Document, read_document
from vanguard.blueprint.elements import FILES, MAIN, Blueprint, Strict
from vanguard.blueprint.layers import Layers, Overlay
from vanguard.blueprint.mistakes import BadBlueprint
from vanguard.blueprint.saying import sentences
from vanguard.blueprint.shape import Shape
from vanguard.blueprint.versions import shipped, version_number, versions
from vanguard.errors import BadInput
from vanguard.lake.condition import nearest

# So many mistakes of one file are told; a file with more is better begun again.
MOST = 200


@dataclass
class _Folder:
    """What one folder holds, laid over what it extends. A file that could not be read is None."""

    name: str = ""
    layers: dict[str, Layers | None] = field(default_factory=dict)
    mistakes: list[BadInput] = field(default_factory=list)


def read(name_or_folder: str | Path) -> Blueprint:
    """The blueprint of a shipped name or a folder. Raises BadBlueprint with every mistake found."""
    found = _open(find(name_or_folder), ())
    mistakes, files = list(found.mistakes), dict[str, Strict]()
    for file, model in FILES.items():
        layers = found.layers.get(file, Layers({}))
        if layers is None:
            continue
        try:
            files[file] = model.model_validate(layers.data, context={})
        except ValidationError as error:
            details = itertools.islice(error.errors(include_url=False), MOST)
            mistakes += [m for detail in details for m in sentences(layers, Shape.of(model), detail)]
    data = {file: layers.data if layers else None for file, layers in found.layers.items()}
    for amiss in itertools.islice(citation_mistakes(data), MOST):
        if layers := found.layers[amiss.file]:
            where = layers.where(amiss.place, key=amiss.is_key)
            mistakes.append(BadInput(amiss.what, where=where, do=amiss.do))
    for file, fault in file_faults(files):
        layers = found.layers.get(file)
        where = layers.where(fault.place, key=fault.key) if layers else file
        mistakes.append(BadInput(fault.what, where=where, do=fault.do))
    if mistakes:
        raise BadBlueprint(mistakes)
    main = files[MAIN]
    return Blueprint.model_construct(**dict(main), files=MappingProxyType(files))


def find(name_or_folder: str | Path) -> Path:
    """The folder of a shipped blueprint's name, or the folder itself."""
    known = shipped()
    if str(name_or_folder) in known:
        return known[str(name_or_folder)]
    folder = Path(name_or_folder)
    if not folder.is_dir():
        raise BadInput(
            f"There is no blueprint {name_or_folder}, neither shipped nor as a folder.",
            do=nearest(str(name_or_folder), known, otherwise=f"The shipped ones are {', '.join(known)}."),
        )
    return folder


def extends(folder: Path) -> bool:
    """Whether a folder is a site's: whether it extends another blueprint."""
    try:
        return "extends" in read_document(folder / MAIN).data
    except (FileNotFoundError, BadInput):
        return False


def _open(folder: Path, below: tuple[str, ...]) -> _Folder:
    """The folder's files over those of the blueprint that it extends; `below` are those that extend this one."""
    found = _Folder(mistakes=list(_strangers(folder)))
    documents: dict[str, Document | None] = {}
    for file in FILES:
        try:
            documents[file] = document = read_document(folder / file)
            found.mistakes += document.mistakes[:MOST]
        except FileNotFoundError:
            continue
        except BadInput as mistake:
            documents[file] = None
            found.mistakes.append(mistake)
    if MAIN not in documents:
        found.mistakes.append(BadInput(f"{MAIN} is missing.", where=str(folder), do="Every blueprint has one."))
        documents[MAIN] = None
    main = documents[MAIN]
    found.layers = {file: Layers(own.data, own) if own else None for file, own in documents.items()}
    if main is None:
        return found
    found.name = f"{main.data.get('id')}@{main.data.get('version')}"
    if isinstance(main.data.get("extends"), str):
        _extend(found, folder, main, documents, (*below, found.name))
    return found


def _extend(
    found: _Folder, folder: Path, main: Document, documents: dict[str, Document | None], chain: tuple[str, ...]
) -> None:
    wanted: str = main.data["extends"]
    at = main.where(("extends",))
    parent_folder = _parent(wanted, folder, at, chain)
    if isinstance(parent_folder, BadInput):
        found.mistakes.append(parent_folder)
        # Without its parent a site's files cannot be judged.
        found.layers = dict.fromkeys(found.layers)
        return
    parent = _open(parent_folder, chain)
    found.mistakes += parent.mistakes
    under_main = parent.layers.get(MAIN)
    may_vary = under_main.data.get("site_may_vary", ()) if under_main else ()
    overlay = Overlay(wanted.replace("@", " "), tuple(p for p in may_vary if isinstance(p, str)))
    for file in FILES:
        under, own = parent.layers.get(file, Layers({})), documents.get(file)
        if file in documents and own is not None and under is not None:
            found.layers[file], wrong = overlay.over(file, under, own)
            found.mistakes += wrong[:MOST]
        elif file in documents or file in parent.layers:
            found.layers[file] = under if file not in documents else None


def _parent(wanted: str, folder: Path, at: str, chain: tuple[str, ...]) -> Path | BadInput:
    name, _, version = wanted.partition("@")
    if not re.fullmatch(r"[^@]+@[0-9]+\.[0-9]+\.[0-9]+", wanted):
        return BadInput(f"{wanted} names no version.", where=at, do="Write a name and a version, such as name@1.0.0.")
    if wanted in chain:
        if wanted == chain[-1]:
            return BadInput("A blueprint cannot extend itself.", where=at, do="Name the one that it adopts.")
        ways = " → ".join((*chain[chain.index(wanted) :], wanted))
        return BadInput(f"The blueprints extend each other in a circle: {ways}.", where=at, do="Let one extend none.")
    known = versions(folder)
    if folders := known.get((name, version)):
        if len(folders) == 1:
            return folders[0]
        what = f"{' and '.join(map(str, folders))} both say that they are {wanted}."
        return BadInput(what, where=at, do="Give one of them another version, or move it away.")
    there = sorted((v for n, v in known if n == name), key=version_number)
    if there:
        what = f"There is no version {version} of {name}."
        return BadInput(what, where=at, do=there_are(there))
    names = sorted({n for n, _ in known})
    do = nearest(name, names, otherwise=there_are(names))
    return BadInput(f"There is no blueprint {name} to extend.", where=at, do=do)


def _strangers(folder: Path) -> Iterator[BadInput]:
    for path in itertools.islice(sorted(folder.iterdir()), MOST):
        if path.name not in (*FILES, "README.md") and not path.name.startswith("."):
            do = nearest(path.name, FILES, otherwise=f"The files are {', '.join(FILES)} and README.md.")
            yield BadInput(f"{path.name} is not a file of a blueprint.", where=str(path), do=do)
