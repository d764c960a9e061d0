"""The hazard log and its matrix, read and checked: nothing in it is vague, unclassed or without a control."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from vanguard.own_yaml import data_of

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "safety"


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RiskClass(Strict):
    """What a class of risk is called and what it asks for."""

    name: str
    asks: str


class Matrix(Strict):
    """The scales in order, mildest and rarest first, and the class for each likelihood and severity."""

    severity: dict[str, str]
    likelihood: dict[str, str]
    matrix: dict[str, tuple[int, ...]]
    classes: dict[int, RiskClass]
    kinds: dict[str, str]
    owners: tuple[str, ...]

    @model_validator(mode="after")
    def _whole(self) -> "Matrix":
        if set(self.matrix) != set(self.likelihood):
            raise ValueError("the matrix has a row for each likelihood")
        if any(len(row) != len(self.severity) or set(row) - set(self.classes) for row in self.matrix.values()):
            raise ValueError("each row of the matrix has a known class for each severity")
        return self

    def risk(self, judged: "Judged") -> int:
        """The class, 1 to 5, of a severity and a likelihood."""
        return self.matrix[judged.likelihood][list(self.severity).index(judged.severity)]


class Judged(Strict):
    """How bad and how likely, in words of the matrix."""

    severity: str
    likelihood: str


class Change(Strict):
    """One text of one source file, and what stands in its place when the control is off."""

    file: str = Field(alias="in")
    replace: str
    by: str


class Control(Strict):
    """What lowers the risk, the test that shows it, and the changes of the source that turn it off."""

    what: str
    kind: Literal["design", "test"]
    test: str = Field(pattern=r"^tests/[\w/]+\.py::[\w:]+$")
    disable: Annotated[tuple[Change, ...], BeforeValidator(lambda one: [one] if isinstance(one, dict) else one)]


class AtPlace(Strict):
    """What the software cannot do: training or a duty that stays with the place, and who owns it."""

    what: str
    kind: Literal["training", "duty"]
    owner: str


class Hazard(Strict):
    """One hazard. `open` is what no control covers yet."""

    id: str = Field(pattern=r"^H\d\d$")
    hazard: str
    cause: str
    effect: str
    before: Judged
    after: Judged
    controls: tuple[Control, ...] = Field(min_length=1)
    place: tuple[AtPlace, ...] = Field(min_length=1)
    open: str = ""


class HazardLog(Strict):
    """The whole log."""

    hazards: tuple[Hazard, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> "HazardLog":
        known = matrix()
        twice = [one for one, times in Counter(hazard.id for hazard in self.hazards).items() if times > 1]
        if twice:
            raise ValueError(f"{', '.join(twice)}: two hazards have the same id")
        for hazard in self.hazards:
            for judged in (hazard.before, hazard.after):
                if judged.severity not in known.severity or judged.likelihood not in known.likelihood:
                    raise ValueError(f"{hazard.id}: {judged} is not in the matrix")
            if known.risk(hazard.after) > known.risk(hazard.before):
                raise ValueError(f"{hazard.id}: its controls make it worse")
            if strangers := {one.owner for one in hazard.place} - set(known.owners):
                raise ValueError(f"{hazard.id}: {', '.join(strangers)} is no owner that matrix.yaml names")
        return self

    @property
    def controls(self) -> tuple[tuple[str, Control], ...]:
        """Every control with its name: the hazard's id and its place in it, such as H01.2."""
        return tuple(
            (f"{hazard.id}.{number}", control)
            for hazard in self.hazards
            for number, control in enumerate(hazard.controls, 1)
        )


@cache
def matrix() -> Matrix:
    """The matrix of docs/safety/matrix.yaml."""
    return Matrix.model_validate(read("matrix.yaml"))


@cache
def hazard_log() -> HazardLog:
    """The log of docs/safety/hazards.yaml. Raises pydantic's ValidationError, which says where it is wrong."""
    return HazardLog.model_validate(read("hazards.yaml"))


def read(name: str) -> Any:
    """A file of docs/safety."""
    return data_of((FOLDER / name).read_text("utf-8"))
