"""What information governance says beside the living files, read and checked; and what the service's database holds."""

import ast
from functools import cache

from pydantic import Field, model_validator

from vanguard.lake import tables

from .log import ROOT, Strict, hazard_log, read


class Kept(Strict):
    """One thing that is kept: `tables` of the lake, `models` of the service's database; for how long, how it goes."""

    what: str
    where: str
    tables: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    kept_for: str = Field(alias="for")
    goes: str
    gap: str = ""


class Right(Strict):
    """One right of the people whom data are about."""

    right: str
    here: str
    place: str
    gap: str = ""


class Retention(Strict):
    """docs/safety/retention.yaml."""

    kept: tuple[Kept, ...]
    rights: tuple[Right, ...]

    @model_validator(mode="after")
    def _everything_once(self) -> "Retention":
        for known, listed in (
            (set(tables()), [one for kept in self.kept for one in kept.tables]),
            (set(models()), [one for kept in self.kept for one in kept.models]),
        ):
            if wrong := known.symmetric_difference(listed):
                raise ValueError(f"retention.yaml says nothing of, or knows too much of {', '.join(sorted(wrong))}")
            if len(set(listed)) < len(listed):
                raise ValueError("retention.yaml names something twice")
        return self


class Scope(Strict):
    people: str
    special: str
    amount: str
    area: str


class Purpose(Strict):
    purpose: str
    who: str
    basis: str


class Question(Strict):
    question: str
    answer: str


class Consulted(Strict):
    who: str
    about: str


class Privacy(Strict):
    """docs/safety/privacy.yaml."""

    need: str
    collection: str
    use: str
    storage: str
    scope: Scope
    context: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    necessity: tuple[Question, ...]
    risks: tuple[str, ...]
    consultation: tuple[Consulted, ...]
    sign_off: tuple[str, ...]

    @model_validator(mode="after")
    def _known_risks(self) -> "Privacy":
        if unknown := set(self.risks) - {one.id for one in hazard_log().hazards}:
            raise ValueError(f"privacy.yaml names {', '.join(sorted(unknown))}, which hazards.yaml has not")
        return self


@cache
def retention() -> Retention:
    """What is kept for how long. Raises ValueError where something that is kept is missing."""
    return Retention.model_validate(read("retention.yaml"))


@cache
def privacy() -> Privacy:
    """The assessment's own words."""
    return Privacy.model_validate(read("privacy.yaml"))


@cache
def models() -> dict[str, str]:
    """The tables of the service's database, as app.Class, each with the sentence that its source says of it."""
    found = {}
    for file in sorted((ROOT / "src" / "vanguard").rglob("models.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not any("Manager" in ast.unparse(base) for base in node.bases):
                words = (ast.get_docstring(node) or "").partition("\n\n")[0]
                found[f"{file.parent.name}.{node.name}"] = " ".join(words.split())
    return found
