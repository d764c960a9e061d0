"""An evaluation.yaml that stands alone, without the blueprint round it: for those who bring only a question."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vanguard.blueprint.document import Document, Place, read_document
from vanguard.blueprint.elements.evaluation import CHECKS, Evaluation, Evaluations
from vanguard.blueprint.mistakes import BadBlueprint
from vanguard.blueprint.saying import said
from vanguard.blueprint.shape import Shape
from vanguard.errors import BadInput

ALL_THE_TIME = "P100Y"
"""Before or after, where a plan alone does not say how long: all that the data hold."""


def read_evaluations(file: Path) -> Mapping[str, Evaluation]:
    """The plans of a file by id. Measures that they cite need not be defined anywhere.

    The file is an evaluation.yaml, or holds one plan without the heading `evaluations` and its id. What a plan alone
    may leave out: label, question, source, before and after (all the time of the data), checks (all of its design).
    Raises BadBlueprint with every mistake found, or BadInput where there is no such file.
    """
    try:
        document = read_document(file)
    except FileNotFoundError as problem:
        raise BadInput("There is no such file.", where=str(file), do="Check the path.") from problem
    if document.mistakes:
        raise BadBlueprint(document.mistakes)
    bare = "outcome" in document.data and "evaluations" not in document.data
    held, above = _wrapped(document) if bare else (document.data, ())
    whole = {**held, "evaluations": _completed(held.get("evaluations"))}
    try:
        return Evaluations.model_validate(whole).evaluations
    except ValidationError as error:
        faults = [
            fault for detail in error.errors(include_url=False) for fault in said(whole, Shape.of(Evaluations), detail)
        ]
        raise BadBlueprint(
            BadInput(fault.what, where=document.where(_within(fault.place, above), key=fault.key), do=fault.do)
            for fault in faults
        ) from error


def _wrapped(document: Document) -> tuple[dict[str, Any], Place]:
    """One plan without a heading, under its own id or the file's name."""
    plan = dict(document.data)
    name = plan.pop("id", None) or document.path.stem.lower().replace(".", "_").replace(" ", "_")
    return {"evaluations": {str(name): plan}}, ("evaluations", str(name))


def _within(place: Place, above: Place) -> Place:
    return place[len(above) :] if place[: len(above)] == above else place


def _completed(plans: Any) -> Any:
    if not isinstance(plans, Mapping):
        return {} if plans is None else plans
    return {name: _complete(name, plan) if isinstance(plan, Mapping) else plan for name, plan in plans.items()}


def _complete(name: str, plan: Mapping[str, Any]) -> dict[str, Any]:
    label = plan.get("label") or str(name).replace("_", " ").capitalize()
    # Of a design that there is not, the design alone is told.
    checks = CHECKS.get(str(plan.get("design")), ("placebo_in_time",))
    controlled = ("negative_control",) if plan.get("negative_controls") else ()
    left_out: dict[str, Any] = {
        "label": label,
        "question": str(label),
        "source": {"cites": "this_plan"},
        "before": ALL_THE_TIME,
        "after": ALL_THE_TIME,
        "checks": (*checks, *controlled),
    }
    return {**left_out, **plan}
