"""What an address of ours takes and answers, said beside its view; of all of these the OpenAPI description is made."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

Json = Mapping[str, Any]
View = TypeVar("View", bound=Callable[..., Any])

# What stands in an address for each of Django's converters.
IN_ADDRESS: Mapping[str, Json] = {
    "str": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^/\\x00]+$"},
    "slug": {"type": "string", "minLength": 1, "maxLength": 50, "pattern": "^[-a-zA-Z0-9_]+$"},
    "int": {"type": "integer", "minimum": 0},
}
ERROR: Json = {
    "type": "object",
    "properties": {"error": {"type": "string", "description": "What is wrong and what to do, in a sentence or two."}},
    "required": ["error"],
}
EVERY_ANSWER: Json = {
    "X-Request-Id": {
        "description": "Names this request in the audit trail and in the logs.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    }
}


@dataclass(frozen=True)
class Answer:
    """One answer: what it means, the JSON Schema of its body, and its own headers. Without a schema, see `media`."""

    what: str
    schema: Json | None = None
    media: str = "application/json"
    headers: Json = field(default_factory=dict)

    def openapi(self) -> dict[str, Any]:
        said: dict[str, Any] = {"description": self.what, "headers": {**EVERY_ANSWER, **self.headers}}
        if self.media:
            said["content"] = {self.media: {"schema": self.schema} if self.schema else {}}
        return said


def problem(what: str, **headers: Json) -> Answer:
    """An answer that says what is wrong."""
    return Answer(what, {"$ref": "#/components/schemas/Error"}, headers=headers)


# What the walls before a view may answer, whatever the address.
WALLS: Mapping[int, Answer] = {
    400: problem("The request cannot be understood."),
    405: problem("This address does not take this method.", Allow={"schema": {"type": "string"}}),
    413: problem("The request is larger than this place takes."),
    429: problem(
        "Too many requests from this user or address.",
        **{"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}},
    ),
    500: problem("There is a problem with the service; it is on its log under the request's id."),
}


def as_page(answer: Answer) -> Answer:
    """The same answer from an address that is not below /api/, where it is a page."""
    return Answer(answer.what, media="text/html", headers=answer.headers)


NOT_SIGNED_IN = problem("Nobody is signed in.")


@dataclass(frozen=True)
class Operation:
    """What one view does: `path` says what each part of its address stands for, `form` what it takes by POST.

    `body` is the same for JSON; `headers` are those that must be sent with it, by name: what each is, and its schema.
    """

    name: str
    what: str
    answers: Mapping[int, Answer]
    path: Mapping[str, str] = field(default_factory=dict)
    form: Json | None = None
    body: Json | None = None
    headers: Mapping[str, tuple[str, Json]] = field(default_factory=dict)

    @property
    def methods(self) -> tuple[str, ...]:
        return ("POST",) if self.form or self.body else ("GET", "HEAD")


def described(operation: Operation) -> Callable[[View], View]:
    """The view, with what it takes and answers."""

    def keep(view: View) -> View:
        view.described = operation  # type: ignore[attr-defined]
        return view

    return keep


@lru_cache(maxsize=1)
def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 description of every address whose view says what it answers."""
    from vanguard.api.record_shape import record

    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vanguard",
            "version": "1",
            "description": "What a place's service answers to programs. Every read of a person is decided, put on "
            "record and only then answered; what a caller may not know of is not there.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {address(route): _path(view, route) for route, view in described_views()},
        "components": {
            "schemas": {"Error": ERROR, "Record": record()},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}},
        },
    }


def described_views() -> Iterator[tuple[str, Any]]:
    """Each route whose view is described, with the view."""
    return ((route, view) for route, view in views(get_resolver().url_patterns) if hasattr(view, "described"))


def views(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every route of the address table with its view."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one.callback


def address(route: str) -> str:
    """A route as OpenAPI writes it: `a/<str:b>` is `/a/{b}`."""
    parts = [f"{{{part.strip('<>').rpartition(':')[2]}}}" if part[:1] == "<" else part for part in route.split("/")]
    return "/" + "/".join(parts)


def _path(view: Any, route: str) -> dict[str, Any]:
    operation: Operation = view.described
    needs_sign_in = getattr(view, "login_required", True)
    walls = WALLS if route.startswith("api/") else {status: as_page(wall) for status, wall in WALLS.items()}
    own = operation.answers
    answers = {**walls, **({401: NOT_SIGNED_IN} if needs_sign_in else {}), **own}
    said: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.what,
        "security": [{"session": []}] if needs_sign_in else [],
        "parameters": [
            {"name": name, "in": "path", "required": True, "description": operation.path[name], "schema": schema}
            for name, schema in _in_address(route)
        ]
        + [
            {"name": name, "in": "header", "required": True, "description": what, "schema": schema}
            for name, (what, schema) in operation.headers.items()
        ],
        "responses": {str(status): _said(answers[status], walls.get(status)) for status in sorted(answers)},
    }
    if operation.form:
        said["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": operation.form}}}
    if operation.body:
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": operation.body}}}
    return {operation.methods[0].lower(): said}


def _said(answer: Answer, wall: Answer | None) -> dict[str, Any]:
    """An answer that the view or a wall before it may give, each in its own kind."""
    said = answer.openapi()
    if wall and "content" in said:
        said["content"] = wall.openapi()["content"] | said["content"]
    return said


def _in_address(route: str) -> Iterator[tuple[str, Json]]:
    for part in route.split("/"):
        if part[:1] == "<":
            converter, _, name = part.strip("<>").rpartition(":")
            yield name, IN_ADDRESS[converter or "str"]
