"""The elements of a blueprint as a page of the documentation, generated from their types."""

from typing import Any

from vanguard.blueprint.elements import FILES
from vanguard.blueprint.json_schema import schemas


def markdown() -> str:
    """Every file, every element and every part of it: what may stand there, and what it means."""
    lines = [
        "# Blueprint reference",
        "",
        "Every part of every file of a blueprint, generated from the types that read it. Parts marked * must be given.",
        "How to write one: see [Blueprints](../blueprints.md).",
    ]
    for file in FILES:
        schema = schemas()[file]
        lines += ["", f"## {file}", "", *_element(schema)]
        for name, element in schema.get("$defs", {}).items():
            if name != "Cited" and "properties" in element:
                lines += ["", f"**{name}**", "", *_element(element)]
    cited = schemas()["blueprint.yaml"]["$defs"]["Cited"]
    return "\n".join([*lines, "", "## In every file", "", "**Cited**", "", *_element(cited)]) + "\n"


def _element(schema: dict[str, Any]) -> list[str]:
    needed, star = schema.get("required", ()), "\\*"
    rows = [
        f"| `{name}`{star if name in needed else ''} | {_kind(part)} | {_line(part.get('description', ''))} |"
        for name, part in schema["properties"].items()
    ]
    return [_line(schema.get("description", "")), "", "| part | what stands there | meaning |", "|---|---|---|", *rows]


def _kind(schema: dict[str, Any]) -> str:
    """What may stand in a place, in words."""
    if "$ref" in schema:
        return f"a *{schema['$ref'].rpartition('/')[2]}*"
    if given := [part for part in schema.get("anyOf", schema.get("oneOf", ())) if part.get("type") != "null"]:
        return " or ".join(dict.fromkeys(_kind(part) for part in given))
    if "enum" in schema:
        return ", ".join(f"`{str(value).lower() if isinstance(value, bool) else value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"a list: {_kind(schema.get('items', {}))}"
    if schema.get("type") == "object":
        inner = next(iter(schema.get("patternProperties", {}).values()), schema.get("additionalProperties"))
        return f"by name: {_kind(inner)}" if isinstance(inner, dict) else "a mapping"
    plain = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "yes or no"}
    said = "a day" if schema.get("format") == "date" else plain.get(str(schema.get("type")), "a value")
    examples = schema.get("examples", ())
    return f"{said}, such as `{examples[0]}`" if examples else said


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
