"""Every address of a programme as every role, and as nobody: no fault, and nothing for who may not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.small_place import NOW

from vanguard.programme import HISTORY
from vanguard.programme.tables.registry import all_tables
from vanguard.programme.tables.writing import load

pytestmark = pytest.mark.sqlite_in_every_run

# One value for each part of an address; a table's own are added for each table.
PARTS = {
    "short": "salford-together",
    "name": "mcp",
    "blueprint": "mcp",
    "measure": "none",
    "provider": "none",
    "token": "none",
    "number": "1",
    "key": "salford-together",
}
INSIDE = ("/sessions", "/boards", "/publications", "/selection/")
"""Pages for those who are signed in, besides tables that are not public."""
ELSEWHERE = ("/sign-", "/choose-role", "/health")
OF_A_DIRECTOR = ("/keep/",)


def addresses(patterns: object = None, before: str = "/") -> Iterator[str]:
    """Every address, with each table in those of tables."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            for part, value in PARTS.items():
                for kind in ("slug", "int", "path", "str"):
                    route = route.replace(f"<{kind}:{part}>", value)
            yield from (
                (route.replace("<table:table>", table) for table in all_tables()) if "<table:" in route else (route,)
            )


@pytest.mark.sqlite_only
def test_every_address_as_every_role(programme: Path, signed_in: Callable[[str], Client]) -> None:
    load(HISTORY, NOW)
    found = sorted(set(addresses()))
    assert not [one for one in found if "<" in one]
    closed = {f"/{table.id}" for table in all_tables().values() if not table.public}
    for who, client in (("", Client()), ("viewer", signed_in("viewer")), ("director", signed_in("director"))):
        for path in found:
            if path.startswith(ELSEWHERE):
                continue
            status = client.get(path).status_code
            assert status < 500, (who, path)
            private = path.startswith(INSIDE) or path.rpartition(".")[0] in closed or path in closed
            if path.startswith(OF_A_DIRECTOR):
                expected = {"": {302}, "viewer": {403}, "director": {200, 404}}[who]
            elif private or any(path.startswith(f"{one}/") for one in closed):
                expected = {302} if not who else {200, 404}
            else:
                expected = {200, 404}
            assert status in expected, (who, path, status)
        # Nothing is changed by who may not.
        for path in ("/keep/sites/new", "/keep/sites/paste", "/publications", "/selection/phase-one"):
            assert (client.post(path, {"text": "{}"}).status_code in (302, 403)) == (who != "director"), (who, path)


def test_broken_questions_are_answered(programme: Path, signed_in: Callable[[str], Client]) -> None:
    """What a browser, or somebody without one, may put after an address: answered, and never with a fault."""
    viewer = signed_in("viewer")
    for query in (
        "page=0",
        "page=99999999999",
        "page=x",
        "sort=-none",
        "type=none&region=%00",
        "all=2",
        "state=x",
        "on=x",
    ):
        for path in ("/sites", "/boards", "/boards/sites", "/publications", "/plan", "/money", "/map", "/search"):
            assert viewer.get(f"{path}?{query}").status_code < 500, (path, query)
