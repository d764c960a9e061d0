"""What pydantic found, in our words and with its place."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from vanguard.blueprint.document import Place
from vanguard.blueprint.elements.basics import ID, NAMED_VERSION, ONE_VERSION, PERIOD, SITE
from vanguard.blueprint.elements.codes import CODE
from vanguard.blueprint.elements.main import PATH
from vanguard.blueprint.elements.pathways import CHOSEN, MOMENT
from vanguard.blueprint.fault import Fault
from vanguard.blueprint.shape import Shape, written
from vanguard.lake.condition import nearest

NEEDED = {
    "string_type": "Text is needed here.",
    "condition_type": "A condition such as age >= 75 is needed here.",
    "int_type": "A whole number is needed here.",
    "float_type": "A number is needed here.",
    "finite_number": "A number is needed here, and not an endless one.",
    "bool_type": "yes or no is needed here.",
    "date_type": "A day such as 2026-11-01 is needed here.",
    "tuple_type": "A list is needed here.",
    "mapping_type": "A mapping of names to values is needed here.",
    "dict_type": "A mapping of names to values is needed here.",
    "model_type": "A mapping of names to values is needed here.",
    "model_attributes_type": "A mapping of names to values is needed here.",
    "string_too_short": "This is empty.",
    "string_too_long": "This text is too long.",
}
LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("more than", "gt"),
    "less_than": ("less than", "lt"),
}
PATTERNS = {
    ID: "small letters, digits, _ and -, a letter first",
    SITE: "a site's id in small letters, digits and -, such as wirral-partners",
    ONE_VERSION: "a version such as 1.0.0",
    NAMED_VERSION: "a blueprint's name and version, such as name@1.0.0",
    PERIOD: "a period such as P1M (a month), P2W or P90D",
    PATH: "a path such as cohorts.*.review.every",
    CODE: "a code, without its system",
    MOMENT: "received, or a step with entered, began, arrived or finished, such as visit.arrived",
    CHOSEN: "an id, or $ and the id of a question",
}


def said(data: Mapping[str, Any], shape: Shape, detail: ErrorDetails) -> Iterator[Fault]:
    """The faults, in sentences, that one error of pydantic tells about a file that holds `data`."""
    place, is_key = _place(data, tuple(detail["loc"]))
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "wording":
        for within, problem in context["problems"]:
            yield Fault((*place, *within), problem.what, problem.do, at=problem.at)
    elif kind == "too_short" and detail["input"] and context.get("min_length") == 1:
        return  # pydantic counts only the good ones; the bad ones have their own mistakes
    elif kind == "missing":
        yield Fault(place[:-1], f"{place[-1]} is missing.", "Add it.", key=True)
    elif kind == "extra_forbidden":
        names = _names(shape, place[:-1])
        do = nearest(str(place[-1]), names, otherwise=f"There may be {', '.join(n for n in names if n != 'id')}.")
        yield Fault(place, f"We do not know {_short(place[-1])} here.", do, key=True)
    else:
        what, do = _said(kind, context, detail["input"])
        if kind in ("string_type", "literal_error", "condition_type") and isinstance(detail["input"], Mapping | tuple):
            what, do = _one_text(detail["input"])
        elif kind == "string_type" and (pattern := _pattern(shape, place)):
            what, do = f"{_short(detail['input'])} is not allowed here.", f"It takes {PATTERNS[pattern]}."
        elif kind in ("model_type", "model_attributes_type"):
            do = _parts_of(_shape_at(shape, place), detail["input"])
        yield Fault(place, what, do, key=is_key)


def _said(kind: str, context: Mapping[str, Any], value: Any) -> tuple[str, str]:
    given = _short(value)
    if value is None and kind != "missing":
        return "Nothing is written here.", "Fill it in, or take the line out."
    if kind == "literal_error":
        expected = context["expected"].replace("'", "")
        names = expected.replace(" or ", ", ").split(", ")
        near = nearest(given, names if len(names) > 3 else (), otherwise=f"It is one of {expected}.")
        return f"{given} is not allowed here.", near
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        return f"{given} is not allowed here.", f"It takes {PATTERNS.get(pattern, f'text like {pattern}')}."
    if kind == "union_tag_invalid":
        tags = context["expected_tags"].replace("'", "")
        return f"There is no kind {_short(context['tag'])}.", f"The kinds are {tags}."
    if kind == "union_tag_not_found":
        return "kind is missing.", "Add it, such as kind: lognormal."
    if kind in LIMITS:
        words, limit = LIMITS[kind]
        return f"{given} is not allowed here.", f"It must be {words} {context[limit]:,g}."
    if kind in ("too_short", "too_long"):
        wanted = context.get("min_length", context.get("max_length"))
        if wanted == 1:
            return "At least one is needed here.", ""
        return f"There are {context['actual_length']} here.", f"There must be {wanted}."
    return NEEDED.get(kind, "This is not allowed here."), _hint(kind, value)


def _hint(kind: str, value: Any) -> str:
    """What the writer most likely meant."""
    if kind == "string_type" and not isinstance(value, Mapping | tuple):
        return "Put it in quotes."
    if kind == "tuple_type" and isinstance(value, str | int | float):
        return f"Write [{_short(value)}]."
    if kind == "float_type" and isinstance(value, str) and (found := re.fullmatch(r"([0-9.]{1,9})\s*%", value)):
        return f"Write {float(found[1]) / 100:g}." if found[1].count(".") < 2 else ""
    return ""


def _one_text(value: Mapping[str, Any] | tuple[Any, ...]) -> tuple[str, str]:
    """What is said where one text is needed and a list or a mapping stands."""
    if isinstance(value, Mapping):
        return "A mapping stands here; one text is needed.", f"Write {next(iter(value))}." if len(value) == 1 else ""
    do = "Write one of them, without brackets."
    return "A list stands here; one text is needed.", f"Write {_short(value[0])}." if len(value) == 1 else do


def _parts_of(shape: Shape | None, value: Any) -> str:
    """How to write an element in place of what is none: its parts, with the value where only one is needed."""
    parts = written(shape.model) if shape and shape.model else {}
    needed = [name for name, part in parts.items() if part.is_required() and name != "id"]
    if len(needed) == 1 and isinstance(value, str | int | float):
        return f"Write {{{needed[0]}: {_short(value)}}}."
    return f"Its parts are {', '.join(needed)}." if needed else ""


def _pattern(shape: Shape, place: Place) -> str | None:
    """The pattern that a text at a place must have, where we have words for it."""
    found = _shape_at(shape, place)
    marks = [inner for mark in (found.marks if found else ()) for inner in (mark, *getattr(mark, "metadata", ()))]
    return next((mark.pattern for mark in marks if getattr(mark, "pattern", None) in PATTERNS), None)


def _place(data: Any, loc: Place) -> tuple[Place, bool]:
    """The place in the file, without what pydantic adds to it: the name of a variant, `[key]`."""
    is_key = bool(loc) and loc[-1] == "[key]"
    steps = loc[:-1] if is_key else loc
    place: list[str | int] = []
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        inside = (isinstance(data, Mapping) and step in data) or (
            isinstance(data, tuple) and isinstance(step, int) and step < len(data)
        )
        if inside:
            data = data[step]
        elif not last and isinstance(data, Mapping) and data.get("kind") == step:
            continue
        elif last and isinstance(data, Mapping) and data.get("kind") == step:
            break
        place.append(step)
    return tuple(place), is_key


def _names(shape: Shape, place: Place) -> tuple[str, ...]:
    """The names that may stand at a place of a file."""
    found = _shape_at(shape, place)
    return tuple(found.fields()) if found else ()


def _shape_at(shape: Shape, place: Place) -> Shape | None:
    found: Shape | None = shape
    for step in place:
        found = found.step(step) if found else None
    return found


def _short(value: object) -> str:
    text = f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
