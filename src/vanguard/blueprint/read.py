"""Reading a blueprint's folder: every file checked, every id cited found, every mistake said at once."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vanguard.blueprint.blame import Blame, Told, told
from vanguard.blueprint.citations import there_are
from vanguard.blueprint.document import Document, Place, read_document
from vanguard.blueprint.elements import FILES, MAIN, Blueprint
from vanguard.blueprint.fault import Fault
from vanguard.blueprint.judge import MOST, Judged, judge
from vanguard.blueprint.layers import Layers, Overlay, dotted, value_at
from vanguard.blueprint.mistakes import BadBlueprint
from vanguard.blueprint.versions import shipped, version_number, versions
from vanguard.errors import BadInput
from vanguard.lake.condition import nearest


@dataclass
class _Folder:
    """What one folder holds, laid over what it extends. A file that could not be read is None."""

    name: str = ""
    layers: dict[str, Layers | None] = field(default_factory=dict)
    mistakes: list[BadInput] = field(default_factory=list)
    parent: "_Folder | None" = None
    extended_at: str = ""

    def judged(self) -> Judged:
        texts = tuple((file, layers.texts if layers else None) for file, layers in self.layers.items())
        return _judged(_Written(texts, {file: layers.data if layers else None for file, layers in self.layers.items()}))


@dataclass(frozen=True)
class _Written:
    """The files as they count. Equal texts are equal data, so that they need to be judged once only."""

    texts: tuple[tuple[str, tuple[str, ...] | None], ...]
    data: Mapping[str, Mapping[str, Any] | None] = field(compare=False)


@lru_cache(maxsize=32)
def _judged(written: _Written) -> Judged:
    return judge(written.data)


def read(name_or_folder: str | Path) -> Blueprint:
    """The blueprint of a shipped name or a folder. Raises BadBlueprint with every mistake found."""
    found = _open(find(name_or_folder), ())
    judged = found.judged()
    mistakes = [*found.mistakes, *_placed(found, judged).values()]
    if mistakes:
        raise BadBlueprint(mistakes)
    main = judged.files[MAIN]
    return Blueprint.model_construct(**dict(main), files=MappingProxyType(dict(judged.files)))


def _placed(found: _Folder, judged: Judged) -> dict[Told, BadInput]:
    """Each fault with the place where it was written: a site's in the site's own file, whatever it clashes with."""
    if found.parent is None or not judged.faults:
        return {told(file, fault): _where_it_stands(found, file, fault) for file, fault in judged.faults}
    inherited = _placed(found.parent, found.parent.judged())
    blame = Blame(found.layers, found.parent.layers, frozenset(told(*one) for one in judged.faults))
    placed: dict[Told, BadInput] = {}
    for file, fault in judged.faults:
        layers, mistake = found.layers.get(file), told(file, fault)
        ours = layers and layers.own and layers is not found.parent.layers.get(file)
        if mistake in inherited:
            placed[mistake] = inherited[mistake]
        elif layers is None or (ours and layers.document(fault.place) is layers.own):
            placed[mistake] = _where_it_stands(found, file, fault)
        else:
            clash = f"It clashes with {dotted(fault.place) or file} of {found.parent.name.replace('@', ' ')}."
            do = f"{fault.do} {clash}".strip()
            own, place = blame.place(mistake) or (None, ())
            where = own.where(place, key=_stands_by_its_name(own, place)) if own else found.extended_at
            placed[mistake] = BadInput(fault.what, where=where, do=do)
    return placed


def _where_it_stands(found: _Folder, file: str, fault: Fault) -> BadInput:
    layers = found.layers.get(file)
    where = layers.where(fault.place, key=fault.key, offset=fault.at) if layers else file
    return BadInput(fault.what, where=where, do=fault.do)


def _stands_by_its_name(own: Document, place: Place) -> bool:
    value = value_at(own.data, place)
    return value is None or isinstance(value, Mapping)


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
    found.parent, found.extended_at = parent, at
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
