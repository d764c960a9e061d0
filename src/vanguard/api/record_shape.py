"""The JSON Schema of a person's record; who the person is comes from the lake's own table."""

from typing import Any

from vanguard.lake import Column, tables

TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "list of text": {"type": "array", "items": {"type": "string"}},
}
ITEMS = ("identity", "summary", "full")
NOTED = ("conditions", "medicines", "alerts")
# The columns of the lake's `event` that an entry holds.
ENTRY = (
    *("kind", "setting", "status", "method", "start", "end", "date", "end_date", "timed", "codes", "display"),
    *("value", "unit", "text", "place", "source", "known_from"),
)


def record() -> dict[str, Any]:
    """What is not known, and what the caller may not see, is left out: a list that is absent was not shown."""
    return {
        "type": "object",
        "description": record.__doc__,
        "properties": {
            "person": _table("person", required=("person_id",)),
            "practice_since": {**TYPES["date"], "type": ["string", "null"], "description": "Registered there since."},
            **{name: {"type": "array", "items": _noted()} for name in NOTED},
            "plans": {"type": "array", "items": _plan(), "description": "Plans made with the person that hold."},
            "entries": {"type": "array", "items": _entry(), "description": "What happened, latest first."},
        },
        "required": ["person"],
        "additionalProperties": False,
    }


def headers() -> dict[str, Any]:
    """How far a record was opened."""
    return {
        "Vanguard-Item": {
            "description": "How much of the record the caller may see.",
            "schema": {"type": "string", "enum": list(ITEMS)},
        },
        "Vanguard-Kept-Back": {
            "description": "The sensitive sets left out of every record that is opened so, with commas.",
            "schema": {"type": "string"},
        },
    }


def _table(name: str, required: tuple[str, ...]) -> dict[str, Any]:
    return _object({column.name: _column(column) for column in tables()[name].columns}, required)


def _column(column: Column) -> dict[str, Any]:
    return {**TYPES[column.type], "description": column.what}


def _entry() -> dict[str, Any]:
    columns = {column.name: column for column in tables()["event"].columns}
    said = {"id": _column(columns["event_id"]), **{name: _column(columns[name]) for name in ENTRY}}
    return _object(said, ("id", "kind"))


def _plan() -> dict[str, Any]:
    text, day = TYPES["text"], TYPES["date"]
    said = _object({"question": text, "answer": text}, ("question", "answer"))
    part = _object({"label": text, "answers": {"type": "array", "items": said}}, ("label", "answers"))
    parts = {
        "entry": {**text, "description": "The entry that says since when it is so."},
        "label": {**text, "description": "What kind of plan it is, in words."},
        "blueprint": {**text, "description": "The blueprint that has the kind."},
        "template": {**text, "description": "The kind, by its id in the blueprint."},
        "version": {"type": "integer", "description": "How often it was written."},
        "written": {**day, "description": "When it was written last."},
        "by": {**text, "description": "By whom."},
        "look_again_on": {**day, "description": "By when it is looked at again."},
        "parts": {"type": "array", "items": part, "description": "What it says."},
    }
    return _object(parts, tuple(parts))


def _noted() -> dict[str, Any]:
    parts = {
        "label": "What it is, in words.",
        "code": "The code that told it.",
        "source": "Which partner told it.",
    }
    said = {name: {**TYPES["text"], "description": what} for name, what in parts.items()}
    return _object(said | {"since": {**TYPES["date"], "description": "Since when, as far as is known."}}, ("label",))


def _object(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
