"""What schemathesis asks of every answer beside its own checks; read by its process (SCHEMATHESIS_HOOKS)."""

import os
from typing import Any

import schemathesis
from tests.safety.served.walls import missing_headers

FORBIDDEN = os.environ.get("FORBIDDEN_MARKS", "").split("\n")
# Made-up ids find nobody: some become those of the two people of the place.
REAL = ("related0001", "stranger0001")


@schemathesis.hook
def map_path_parameters(_context: Any, parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    if not parameters:
        return parameters
    chosen = len(str(parameters.get("person_id", ""))) % 3
    return {**parameters, "person_id": REAL[chosen]} if "person_id" in parameters and chosen < 2 else parameters


@schemathesis.check
def no_mark_of_a_stranger(_context: Any, response: Any, _case: Any) -> None:
    told = (response.text + repr(response.headers)).casefold()
    assert not [mark for mark in FORBIDDEN if mark and mark.casefold() in told]


@schemathesis.check
def walls_on_every_answer(_context: Any, response: Any, _case: Any) -> None:
    headers = {name.lower(): value if isinstance(value, str) else value[0] for name, value in response.headers.items()}
    assert missing_headers(headers) == []
