"""Paths into a resource, such as `diagnosis.condition` or `onset[x]`, through objects and lists alike.
What stands where an object should be is said with its path, never met as a traceback."""

from functools import cache
from typing import Any

Steps = tuple[tuple[str, ...], ...]

# The types that R4 gives the choices that our tables read.
_CHOICES = (
    *("DateTime", "Period", "CodeableConcept", "Reference", "Quantity", "Timing", "Date", "Instant"),
    *("Age", "Range", "String", "Boolean", "Integer", "Ratio", "Time", "Duration"),
)


class Misshapen(Exception):
    """The resource does not have the shape of FHIR R4. `path` is the field at fault."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.reason = path, reason


@cache
def steps(path: str) -> Steps:
    """A path as steps, each the names that may stand there."""
    return tuple(
        tuple(step[:-3] + choice for choice in _CHOICES) if step.endswith("[x]") else (step,)
        for step in path.split(".")
    )


def values(resource: dict[str, Any], way: Steps) -> list[Any]:
    """Every value that the steps lead to, in order, nulls left out. Raises Misshapen."""
    if len(way) == 1 and len(way[0]) == 1:
        only = resource.get(way[0][0])
        if only is None:
            return []
        if type(only) is not list:
            return [only]
        return only if None not in only else [item for item in only if item is not None]
    found: list[Any] = [resource]
    for names in way:
        below: list[Any] = []
        for node in found:
            if type(node) is not dict:
                raise Misshapen(names[0], f"{names[0]} should lie in an object, but {kind(node)} is there.")
            for name in names:
                value = node.get(name)
                if value is None:
                    continue
                if type(value) is list:
                    below.extend(item for item in value if item is not None)
                else:
                    below.append(value)
        if not below:
            return below
        found = below
    return found


def objects(resource: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a field that repeats (or, leniently, stands once). Raises Misshapen."""
    value = resource.get(name)
    if value is None:
        return []
    items = value if type(value) is list else [value]
    found = [item for item in items if type(item) is dict]
    if len(found) != len(items):
        for item in items:
            if item is not None and type(item) is not dict:
                raise Misshapen(name, f"{name} should hold objects, but {kind(item)} is there.")
    return found


def text(resource: dict[str, Any], name: str) -> str | None:
    """A text field; None where it is absent. Raises Misshapen."""
    value = resource.get(name)
    if value is None or type(value) is str:
        return value
    raise Misshapen(name, f"{name} should be text, but {kind(value)} is there.")


def kind(value: Any) -> str:
    """What a JSON value is, in words."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")
