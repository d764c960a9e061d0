"""What a condition within a pathway may speak about: its questions, and what is known when someone is referred."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, get_args

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from vanguard.blueprint.refusal import refusals
from vanguard.lake import tables
from vanguard.lake.condition import BadCondition, Condition, Type, Vocabulary, read_condition

KNOWN_AT_ENTRY: dict[str, Type] = {"origin": "text", "channel": "text", "age": "number", "sex": "text"}
TYPES: dict[str, Type] = {"yes_no": "bool", "choice": "text", "number": "number"}
Channel = Literal["phone", "online", "list", "api"]


def offer_vocabulary(data: Any, info: ValidationInfo) -> Any:
    """Before the file's elements are read: note in the context what their conditions may name."""
    if isinstance(info.context, dict) and isinstance(data, dict):
        info.context["answers"] = vocabulary_of(data)
    return data


def vocabulary_of(data: dict[str, Any]) -> Vocabulary:
    """The vocabulary over the questions of a pathways.yaml as read, faults and all."""
    types = dict(KNOWN_AT_ENTRY)
    known: dict[str, Iterable[str]] = {"sex": tables()["person_feature"].words("sex"), "channel": get_args(Channel)}
    if origins := _origins(data):
        known["origin"] = origins
    for id, question in _mapping(data, "questions").items():
        kind = question.get("kind") if isinstance(question, dict) else None
        if isinstance(kind, str) and kind in TYPES and id not in KNOWN_AT_ENTRY:
            types[str(id)] = TYPES[kind]
            if kind == "choice" and isinstance(question.get("of"), dict):
                known[str(id)] = map(str, question["of"])
    return Vocabulary.of(types, known)


def answer_condition(value: Any, info: ValidationInfo) -> Condition:
    """A condition over answers, from its text."""
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "")
    assert isinstance(info.context, dict), "a pathways.yaml is validated with a context"
    try:
        return read_condition(value, info.context["answers"])
    except BadCondition as bad:
        raise refusals(((), problem) for problem in bad.problems) from None


AnyCondition = Annotated[Condition, PlainValidator(answer_condition), WithJsonSchema({"type": "string"})]


def _origins(data: dict[str, Any]) -> list[str]:
    entries = (_mapping(pathway, "entry") for pathway in _mapping(data, "pathways").values())
    return [str(origin) for entry in entries for origin in _mapping(entry, "from")]


def _mapping(data: Any, name: str) -> dict[Any, Any]:
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}
