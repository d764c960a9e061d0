"""JSON Schemas of a blueprint's files, so that editors complete and check while someone types."""

from pathlib import Path
from typing import Any

import orjson

from vanguard.blueprint.elements import FILES, MAIN


def schemas(*, site: bool = False) -> dict[str, dict[str, Any]]:
    """A schema for each file, by the file's name; for a `site`, which writes only what differs, nothing is required
    and null takes an element away."""
    found: dict[str, dict[str, Any]] = {}
    for file, model in FILES.items():
        schema = model.model_json_schema(by_alias=True)
        for element in schema.get("$defs", {}).values():
            _without_id(element)
        _only_ids(schema)
        if site:
            needed = ["id", "label", "version", "extends", "effective"] if file == MAIN else []
            schema = {**_partial(schema), **({"required": needed} if needed else {})}
        found[file] = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": file}
    return found


def write_schemas(folder: Path, *, site: bool = False) -> tuple[Path, ...]:
    """Write NAME.json for each file NAME.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for file, schema in schemas(site=site).items():
        path = folder / f"{Path(file).stem}.json"
        path.write_bytes(orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        written.append(path)
    return tuple(written)


def _without_id(element: dict[str, Any]) -> None:
    """An element's id is the name that it stands under."""
    if element.get("properties", {}).pop("id", None) is not None:
        element["required"] = [name for name in element.get("required", []) if name != "id"]


def _only_ids(schema: Any) -> None:
    """Where names must fit a pattern, no others may stand."""
    if isinstance(schema, dict) and "patternProperties" in schema:
        schema["additionalProperties"] = False
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _only_ids(part)


def _partial(schema: Any) -> Any:
    """The schema of an overlay: parts may be missing, and what a name stands for may be null."""
    if isinstance(schema, list):
        return [_partial(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    loose = {key: _partial(value) for key, value in schema.items() if key not in ("required", "minProperties")}
    for names in ("properties", "patternProperties"):
        if names in loose:
            loose[names] = {name: {"anyOf": [{"type": "null"}, inner]} for name, inner in loose[names].items()}
    if isinstance(loose.get("additionalProperties"), dict):
        loose["additionalProperties"] = {"anyOf": [{"type": "null"}, loose["additionalProperties"]]}
    return loose
