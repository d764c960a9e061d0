"""The arguments of a function: whether each is what the function takes."""

from collections.abc import Sequence

from vanguard.lake.condition.functions import FUNCTIONS, Function, Kind
from vanguard.lake.condition.tree import Call, ColumnRef, Constant, Expression, Type, type_of

MOST_PLACES = 6
ORDERED: tuple[Type, ...] = ("number", "date", "instant")
SHOWN: dict[Type, str] = {
    "number": "a number",
    "text": "a text",
    "bool": "something true or false",
    "date": "a day",
    "instant": "an instant",
    "list of text": "a list",
}
WANTED: dict[Kind, str] = {
    "list": "a column that is a list",
    "word": "a text in single quotes",
    "date": "a day",
    "instant": "an instant",
    "number": "a number",
    "places": f"a written whole number from 0 to {MOST_PLACES}",
    "like the first": "a number, text, day, instant or something true or false, all of one type",
    "ordered": "a number, day or instant, all of one type",
}


def call(name: str, of: Sequence[Expression]) -> Call | tuple[int, str]:
    """The call, or the place among the arguments of the first that is wrong (-1: their number), and what is."""
    function = FUNCTIONS[name]
    fewest = function.needs or len(function.takes)
    if len(of) < fewest or (len(of) > len(function.takes) and not function.more):
        return -1, f"{name} takes {_how_many(function, fewest)}; here {'is' if len(of) == 1 else 'are'} {len(of)}."
    for place, argument in enumerate(of):
        kind = function.kind(place)
        if not _fits(kind, argument, of[0]):
            found = "another" if kind == "places" else shown(type_of(argument))
            found = "a column" if kind == "word" and type_of(argument) == "text" else found
            return place, f"{name} takes {WANTED[kind]} here; this is {found}."
    return Call(name, tuple(of), type_of(of[0]) if function.gives == "like the first" else function.gives)


def shown(kind: Type) -> str:
    """A type in words."""
    return SHOWN[kind]


def _how_many(function: Function, fewest: int) -> str:
    most = len(function.takes)
    if function.more:
        return f"{fewest} arguments or more"
    return f"{fewest} argument{'s' if fewest > 1 else ''}" if fewest == most else f"{fewest} or {most} arguments"


def _fits(kind: Kind, argument: Expression, first: Expression) -> bool:
    found = type_of(argument)
    match kind:
        case "list":
            return found == "list of text" and isinstance(argument, ColumnRef)
        case "word":
            return found == "text" and isinstance(argument, Constant)
        case "places":
            value = argument.value if isinstance(argument, Constant) else None
            return type(value) is int and 0 <= value <= MOST_PLACES
        case "like the first":
            return found != "list of text" and found == type_of(first)
        case "ordered":
            return found in ORDERED and found == type_of(first)
        case _:
            return found == kind
