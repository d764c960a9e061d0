"""What a programme answers to programs: every table as JSON, described in OpenAPI from the tables themselves."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from vanguard.programme.tables.declaring import CHOICE, NUMBER, POUNDS, WHEN, WHOLE, YES_NO, Derived, Table
from vanguard.programme.tables.registry import all_tables
from vanguard.web.limits import only_read

# Every value is written as in a cell of a file; an empty one is an empty text.
PATTERNS = {
    WHEN: r"^(\d{4}(-\d\d){0,2})?$",
    WHOLE: r"^(-?\d+)?$",
    POUNDS: r"^(-?\d+)?$",
    NUMBER: r"^(-?\d+(\.\d+)?(e-?\d+)?)?$",
}
WALLS = {
    400: "The request cannot be understood.",
    405: "This address does not take this method.",
    413: "The request is larger than this programme takes.",
    414: "The address is longer than this programme takes.",
    429: "Too many requests from this user or address.",
    500: "There is a problem with the service; it is on its log under the request's id.",
}
# No address takes the character that is none.
ASKED: dict[str, Any] = {"type": "string", "pattern": r"^[^\u0000]*$"}
CLOSED = {302: "Nobody is signed in: leads to the sign-in.", 403: "The role does not see this table."}


@only_read
@login_not_required
@require_safe
def openapi_json(_request: HttpRequest) -> HttpResponse:
    """The description: nothing of what the tables hold."""
    return JsonResponse(openapi())


@lru_cache(maxsize=1)
def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 description of every table's rows."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "A programme of Vanguard",
            "version": "1",
            "description": "The tables that a programme keeps. Nothing in them is about a person. What is public is "
            "given to everybody; the rest to who is signed in, on record.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {f"/{table.id}.json": {"get": _operation(table)} for table in all_tables().values()},
        "components": {
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}}
        },
    }


def _operation(table: Table) -> dict[str, Any]:
    walls = WALLS if table.public else WALLS | CLOSED
    rows = {"type": "array", "items": _row(table)}
    return {
        "operationId": table.id,
        "summary": table.name.capitalize(),
        "description": table.about,
        "security": [] if table.public else [{"session": []}],
        "parameters": _asked(table),
        "responses": {
            "200": {"description": "The rows, in order.", "content": {"application/json": {"schema": rows}}},
            **{str(status): {"description": walls[status], "content": {"text/html": {}}} for status in sorted(walls)},
        },
    }


def _asked(table: Table) -> list[dict[str, Any]]:
    """What narrows and sorts the rows; what is not known is left out of account."""
    sorts = [f"{sign}{one}" for one in table.sorts() for sign in ("", "-")]
    asked = [(one.name, f"Only these: {one.words}.", ASKED) for one in table.filters]
    if table.search:
        asked.append(("q", "Only rows that hold this text.", ASKED | {"maxLength": 100}))
    if sorts:
        asked.append(("sort", "By which column, from the largest with a hyphen.", {"type": "string", "enum": sorts}))
    return [{"name": name, "in": "query", "description": words, "schema": schema} for name, words, schema in asked]


def _row(table: Table) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {one.name: _cell(table, one.name) for one in table.columns}
        | {one.name: _follows(one) for one in table.derived},
        "required": [one.name for one in table.columns] + [one.name for one in table.derived],
        "additionalProperties": False,
    }


def _follows(one: Derived) -> dict[str, Any]:
    values: dict[str, Any] = {"enum": [*one.choices, ""]} if one.choices else {"pattern": PATTERNS[WHOLE]}
    return {"type": "string", "description": f"{one.words}. It follows from the others on that day."} | values


def _cell(table: Table, name: str) -> dict[str, Any]:
    column, kind = table.column(name), table.kind(name)
    said: dict[str, Any] = {"type": "string", "description": column.means or column.words}
    if kind == CHOICE:
        said["enum"] = list(column.choices) + ([] if table.needed(name) else [""])
    elif kind == YES_NO:
        said["enum"] = ["yes", "no"]
    elif kind in PATTERNS:
        said["pattern"] = PATTERNS[kind]
    return said
