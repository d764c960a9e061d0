"""Reading a blueprint's folder: every file checked, every id cited found, every mistake said at once."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vanguard.blueprint.document import Document, Place, read_document
from vanguard.blueprint.elements import FILES, Blueprint, Cited, Cohorts, Main, fields_at, readable
from vanguard.blueprint.mistakes import BadBlueprint
from vanguard.errors import BadInput
from vanguard.lake.condition import nearest

NEEDED = {
    "string_type": "Text is needed here.",
    "int_type": "A whole number is needed here.",
    "date_type": "A day such as 2026-11-01 is needed here.",
    "tuple_type": "A list is needed here.",
    "mapping_type": "A mapping of ids to elements is needed here.",
    "dict_type": "A mapping of ids to elements is needed here.",
    "model_type": "A mapping of names to values is needed here.",
    "too_short": "At least one is needed here.",
    "string_too_short": "This is empty.",
    "string_too_long": "This text is too long.",
}


def shipped() -> dict[str, Path]:
    """The blueprints inside the package, by name."""
    folder = Path(str(resources.files("vanguard"))) / "blueprints"
    return {path.name: path for path in sorted(folder.iterdir()) if (path / "blueprint.yaml").exists()}


def read(name_or_folder: str | Path) -> Blueprint:
    """The blueprint of a shipped name or a folder. Raises BadBlueprint with every mistake found."""
    folder = _folder(name_or_folder)
    mistakes: list[BadInput] = list(_strangers(folder))
    documents: dict[str, Document] = {}
    parts: dict[str, Any] = {}
    for file, model in FILES.items():
        try:
            documents[file] = read_document(folder / file)
        except FileNotFoundError:
            mistakes.append(BadInput(f"{file} is missing.", where=str(folder), do="Every blueprint has one."))
            continue
        except BadInput as mistake:
            mistakes.append(mistake)
            continue
        mistakes += documents[file].mistakes
        try:
            parts[file] = model.model_validate(documents[file].data, context={})
        except ValidationError as error:
            mistakes += [m for detail in error.errors() for m in _said(documents[file], model, detail)]
    if isinstance(main := parts.get("blueprint.yaml"), Main):
        cohorts = parts.get("cohorts.yaml")
        mistakes += _uncited(main, cohorts, documents)
        if not mistakes and isinstance(cohorts, Cohorts):
            return Blueprint.model_construct(**dict(main), cohorts=cohorts.cohorts)
    raise BadBlueprint(mistakes)


def _folder(name_or_folder: str | Path) -> Path:
    known = shipped()
    if str(name_or_folder) in known:
        return known[str(name_or_folder)]
    folder = Path(name_or_folder)
    if not folder.is_dir():
        shown = ", ".join(known)
        raise BadInput(
            f"There is no blueprint {name_or_folder}, neither shipped nor as a folder.",
            do=nearest(str(name_or_folder), known, otherwise=f"The shipped ones are {shown}."),
        )
    return folder


def _strangers(folder: Path) -> Iterator[BadInput]:
    for path in sorted(folder.iterdir()):
        if path.name not in (*FILES, "README.md") and not path.name.startswith("."):
            do = nearest(path.name, FILES, otherwise=f"The files are {', '.join(FILES)} and README.md.")
            yield BadInput(f"{path.name} is not a file of a blueprint.", where=str(path), do=do)


def _said(document: Document, model: type[Main] | type[Any], detail: ErrorDetails) -> Iterator[BadInput]:
    """What pydantic found, in our words and with its place."""
    place: Place = tuple(detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "wording":
        for within, problem in context["problems"]:
            where = document.where((*place, *within), offset=problem.at)
            yield BadInput(problem.what, where=where, do=problem.do)
    elif kind == "too_short" and detail["input"]:
        return  # pydantic counts only the good ones; the bad ones have their own mistakes
    elif kind == "missing":
        yield BadInput(f"{place[-1]} is missing.", where=document.where(place[:-1], key=True), do="Add it.")
    elif kind == "extra_forbidden":
        names = fields_at(model, place[:-1])
        do = nearest(str(place[-1]), names, otherwise=f"There may be {', '.join(n for n in names if n != 'id')}.")
        yield BadInput(f"We do not know {place[-1]} here.", where=document.where(place, key=True), do=do)
    elif kind == "literal_error":
        yield BadInput(f"{detail['input']} is not allowed here.", where=document.where(place), do=_one_of(context))
    elif kind == "string_pattern_mismatch":
        do = f"It takes {readable(context['pattern'])}."
        yield BadInput(f"{detail['input']} is not allowed here.", where=document.where(place), do=do)
    else:
        do = "Put it in quotes." if kind == "string_type" and place[-1] != "when" else ""
        yield BadInput(NEEDED.get(kind, f"{detail['msg']}."), where=document.where(place), do=do)


def _one_of(context: dict[str, Any]) -> str:
    return f"It is one of {context['expected']}."


def _uncited(main: Main, cohorts: object, documents: dict[str, Document]) -> Iterator[BadInput]:
    """Each id that is cited and not there."""
    for cited, known, what, file, place in _citations(main, cohorts if isinstance(cohorts, Cohorts) else None):
        if cited not in known:
            do = nearest(cited, known, otherwise=f"There are {', '.join(known)}.")
            yield BadInput(f"There is no {what} {cited}.", where=documents[file].where(place), do=do)


def _citations(main: Main, cohorts: Cohorts | None) -> Iterator[tuple[str, list[str], str, str, Place]]:
    """Each id cited: the id, what there is, what it should be, and the file and place that cites it."""
    sources, file = list(main.sources), "blueprint.yaml"

    def source(cited: Cited, file: str, place: Place) -> tuple[str, list[str], str, str, Place]:
        return cited.cites, sources, "source", file, (*place, "source", "cites")

    yield source(main.source, file, ())
    for name, elements in (("roles", main.roles), ("tiers", main.tiers)):
        for id, element in elements.items():
            yield source(element.source, file, (name, id))
    file = "cohorts.yaml"
    for id, cohort in cohorts.cohorts.items() if cohorts else ():
        place = ("cohorts", id)
        yield source(cohort.source, file, place)
        yield cohort.tier, list(main.tiers), "tier", file, (*place, "tier")
        for number, role in enumerate(cohort.review.by):
            yield role, list(main.roles), "role", file, (*place, "review", "by", number)
        for number, reason in enumerate(cohort.because):
            yield source(reason.source, file, (*place, "because", number))
