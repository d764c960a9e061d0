"""What pydantic found, in our words and with its place."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from vanguard.blueprint.document import Place
from vanguard.blueprint.layers import Layers
from vanguard.blueprint.shape import Shape
from vanguard.errors import BadInput
from vanguard.lake.condition import nearest

NEEDED = {
    "string_type": "Text is needed here.",
    "condition_type": "A condition such as age >= 75 is needed here.",
    "int_type": "A whole number is needed here.",
    "float_type": "A number is needed here.",
    "finite_number": "A number is needed here, and not an endless one.",
    "bool_type": "true or false is needed here.",
    "date_type": "A day such as 2026-11-01 is needed here.",
    "tuple_type": "A list is needed here.",
    "mapping_type": "A mapping of names to values is needed here.",
    "dict_type": "A mapping of names to values is needed here.",
    "model_type": "A mapping of names to values is needed here.",
    "model_attributes_type": "A mapping of names to values is needed here.",
    "string_too_short": "This is empty.",
    "string_too_long": "This text is too long.",
}
PATTERNS = {
    "P1M": "a period such as P1M (a month), P2W or P90D",
    "1.0.0": "a version such as 1.0.0",
    "name@1.0.0": "a blueprint's name and version, such as name@1.0.0",
    "a.*.b": "a path such as cohorts.*.review.every",
    "E11.9": "a code, without its system",
    "an-id": "small letters, digits, _ and -, a letter first",
}


def sentences(layers: Layers, shape: Shape, detail: ErrorDetails) -> Iterator[BadInput]:
    """The mistakes, in sentences, that one error of pydantic tells."""
    place, is_key = _place(layers.data, tuple(detail["loc"]))
    kind, context = detail["type"], detail.get("ctx", {})
    given = _short(detail["input"])
    if kind == "wording":
        for within, problem in context["problems"]:
            where = layers.where((*place, *within), offset=problem.at)
            yield BadInput(problem.what, where=where, do=problem.do)
    elif kind == "too_short" and detail["input"] and context.get("min_length") == 1:
        return  # pydantic counts only the good ones; the bad ones have their own mistakes
    elif kind == "missing":
        where = layers.where(place[:-1], key=True)
        yield BadInput(f"{place[-1]} is missing.", where=where, do="Add it.")
    elif kind == "extra_forbidden":
        names = _names(shape, place[:-1])
        do = nearest(str(place[-1]), names, otherwise=f"There may be {', '.join(n for n in names if n != 'id')}.")
        yield BadInput(f"We do not know {_short(place[-1])} here.", where=layers.where(place, key=True), do=do)
    else:
        what, do = _said(kind, context, given)
        if kind == "string_type" and detail["input"] is None:
            what, do = "Nothing is written here.", "Add a text."
        yield BadInput(what, where=layers.where(place, key=is_key), do=do)


def _said(kind: str, context: Mapping[str, Any], given: str) -> tuple[str, str]:
    if kind == "literal_error":
        return f"{given} is not allowed here.", f"It is one of {context['expected'].replace(chr(39), '')}."
    if kind == "string_pattern_mismatch":
        return f"{given} is not allowed here.", f"It takes {readable(context['pattern'])}."
    if kind == "union_tag_invalid":
        tags = context["expected_tags"].replace("'", "")
        return f"There is no kind {_short(context['tag'])}.", f"The kinds are {tags}."
    if kind == "union_tag_not_found":
        return "kind is missing.", "Add it, such as kind: lognormal."
    limits = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}
    limits |= {"greater_than": ("more than", "gt"), "less_than": ("less than", "lt")}
    if kind in limits:
        words, limit = limits[kind]
        return f"{given} is not allowed here.", f"It must be {words} {context[limit]:,}."
    if kind in ("too_short", "too_long"):
        wanted = context.get("min_length", context.get("max_length"))
        if wanted == 1:
            return "At least one is needed here.", ""
        return f"There are {context['actual_length']} here.", f"There must be {wanted}."
    return NEEDED.get(kind, "This is not allowed here."), "Put it in quotes." if kind == "string_type" else ""


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
    found: Shape | None = shape
    for step in place:
        found = found.step(step) if found else None
    return tuple(found.fields()) if found else ()


def readable(pattern: str) -> str:
    """What a pattern asks for, in words."""
    return next(
        (words for example, words in PATTERNS.items() if re.fullmatch(pattern, example)), f"text like {pattern}"
    )


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
