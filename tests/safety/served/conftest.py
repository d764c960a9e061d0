"""The real service with two server processes, on SQLite and on PostgreSQL, holding the marked people."""

from collections.abc import Iterator

import pytest
from tests.migrated import begin_database
from tests.serving import Served, serving

# Limits have tests of their own: a walk asks more than a person may.
NO_LIMITS = "page=0,api=0,search=0,trace=0,sign_in=0"
ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)
FILL = "from tests.safety.served.marked_place import fill\nfill()"


@pytest.fixture(scope="session", params=["sqlite", ON_POSTGRESQL])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    url = ""
    if request.param == "postgresql":
        url = begin_database(request.getfixturevalue("postgresql"), "served")
    with serving(tmp_path_factory.mktemp("served") / "place", FILL, url, VANGUARD_LIMITS=NO_LIMITS) as service:
        yield service
