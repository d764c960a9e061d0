"""Conditions and sayings inside a blueprint: over the documented columns of person_feature and of event."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler, PlainValidator, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError

from vanguard.blueprint.refusal import Within, refusal, refusals
from vanguard.codes import alerts, conditions, frailty_weights
from vanguard.lake import tables
from vanguard.lake.condition import (
    BadCondition,
    Condition,
    Problem,
    Saying,
    Sentence,
    Vocabulary,
    nearest,
    read_condition,
    read_saying,
)


@cache
def person_vocabulary() -> Vocabulary:
    """The columns of person_feature that describe a person, and the words that some of them hold."""
    return Vocabulary.over(
        (column for column in tables()["person_feature"].columns if column.name != "person_id"),
        {
            "conditions": [condition.id for condition in conditions()],
            "alerts": [alert.id for alert in alerts()],
            "hospital_frailty_band": [band.id for band in frailty_weights().bands],
        },
    )


@cache
def event_vocabulary() -> Vocabulary:
    """The columns of event that say what happened; whose it was and when we knew are no business of a condition."""
    unsaid = ("event_id", "person_id", "detail")
    return Vocabulary.over(column for column in tables()["event"].columns if column.name not in unsaid)


def person_condition(value: Any) -> Condition:
    """A condition over person_feature, from its text."""
    return _condition(value, person_vocabulary())


def event_condition(value: Any) -> Condition:
    """A condition over event, from its text."""
    return _condition(value, event_vocabulary())


def _condition(value: Any, vocabulary: Vocabulary) -> Condition:
    if not isinstance(value, str):
        raise PydanticCustomError("condition_type", "")
    try:
        return read_condition(value, vocabulary)
    except BadCondition as bad:
        raise refusals(((), problem) for problem in bad.problems) from None


def saying(value: Any) -> Saying:
    """A saying: one text, or `count` (a whole-number column) with the texts `one` and `many`."""
    if isinstance(value, str):
        value = {"many": value}
    elif not (isinstance(value, dict) and set(value) == {"count", "one", "many"}):
        wanted = "Write one text, or count (a column), one and many (two texts)."
        raise refusal("This cannot be said.", wanted)
    wrong: list[tuple[Within, Problem]] = []
    read: dict[str, Sentence] = {}
    for part in ("one", "many"):
        within = (part,) if "one" in value else ()
        try:
            if part in value and not isinstance(value[part], str):
                wrong.append((within, Problem(0, "Text is needed here.", "Put it in quotes.")))
            elif part in value:
                read[part] = read_saying(value[part], person_vocabulary())
        except BadCondition as bad:
            wrong += [(within, problem) for problem in bad.problems]
    count = person_vocabulary().columns.get(str(value["count"])) if "count" in value else None
    if "count" in value and (count is None or not count.whole):
        do = nearest(str(value["count"]), _counts(), otherwise=f"There are {', '.join(_counts())}.")
        wrong.append((("count",), Problem(0, f"{value['count']} is no column of whole numbers.", do)))
    if wrong:
        raise refusals(wrong)
    return Saying(read["many"], read.get("one"), count)


def _counts() -> tuple[str, ...]:
    return tuple(name for name, column in person_vocabulary().columns.items() if column.whole)


def _ordered() -> tuple[str, ...]:
    return tuple(n for n, column in person_vocabulary().columns.items() if column.type in ("number", "date"))


def orderable(value: Any) -> str:
    """The name of a column that has an order: numbers and days."""
    if value not in _ordered():
        do = nearest(str(value), _ordered(), otherwise=f"There are {', '.join(_ordered())}.")
        raise refusal(f"{value} is no column to order by.", do)
    return str(value)


@dataclass(frozen=True)
class _Schema:
    """A JSON Schema that is made when it is asked for: whoever only reads conditions need not wait for the columns."""

    make: Callable[[], dict[str, Any]]

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.make()


def _saying_schema() -> dict[str, Any]:
    sentence = {"type": "string", "minLength": 1}
    return {
        "description": "One text, with columns in braces, or count (a column) with the texts one and many.",
        "oneOf": [
            sentence,
            {
                "type": "object",
                "properties": {"count": {"enum": list(_counts())}, "one": sentence, "many": sentence},
                "required": ["count", "one", "many"],
                "additionalProperties": False,
            },
        ],
    }


def _schema(table: str) -> WithJsonSchema:
    what = f"A condition over the columns of {table}, such as age >= 75; see the data dictionary."
    return WithJsonSchema({"type": "string", "minLength": 1, "description": what})


PersonCondition = Annotated[Condition, PlainValidator(person_condition), _schema("person_feature")]
EventCondition = Annotated[Condition, PlainValidator(event_condition), _schema("event")]
PersonSaying = Annotated[Saying, PlainValidator(saying), _Schema(_saying_schema)]
OrderedColumn = Annotated[str, PlainValidator(orderable), _Schema(lambda: {"enum": list(_ordered())})]
