"""The real service with two server processes, on SQLite and on PostgreSQL, holding the marked people."""

from collections.abc import Iterator

import psycopg
import pytest
from tests.serving import Served, serving

# Limits have tests of their own: a walk asks more than a person may.
NO_LIMITS = "page=0,api=0,search=0,trace=0,sign_in=0"
ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)
FILL = "from tests.safety.served.marked_place import fill\nfill()"


@pytest.fixture(scope="session", params=["sqlite", ON_POSTGRESQL])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    url = own_database(request.getfixturevalue("postgresql")) if request.param == "postgresql" else ""
    with serving(tmp_path_factory.mktemp("served") / "place", FILL, url, VANGUARD_LIMITS=NO_LIMITS) as service:
        yield service


def own_database(url: str) -> str:
    """A new database of the server, and its address."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE DATABASE vanguard_served")
    before, _, query = url.partition("?")
    return f"{before.rpartition('/')[0]}/vanguard_served" + (f"?{query}" if query else "")
