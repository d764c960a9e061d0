"""What all tests share: a place in a temporary folder, and both databases.

Every test that uses the database runs twice: on SQLite (a real file, as in a place) and on PostgreSQL (a
server that the test requirements install, started once). Neither is ever skipped.
"""

import gc
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from xdist.scheduler import LoadScopeScheduling

from tests.chromium import browser as browser
from tests.migrated import begin_database, begin_run, copied, drop_database, keep, server_of_the_run, use
from vanguard.service_tables import bring_up_to_date
from vanguard.web.databases import database as database_at

# No test asserts a time: machines differ. Each run draws other examples, and the long proofs thousands.
hypothesis.settings.register_profile("vanguard", deadline=None, max_examples=50)
hypothesis.settings.load_profile("vanguard")

# No test cuts the power, and what a kill leaves does not depend on the disk's flush.
os.fsync = os.fdatasync = lambda handle: None  # type: ignore[assignment]

# Passwords of tests need no protection; signing them slowly would take most of a run.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
settings.SECRET_KEY = "only for tests"
settings.SECURE_SSL_REDIRECT = False
settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "sessionid", "csrftoken"
settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
settings.DEMO = True
settings.ALLOWED_HOSTS = ["*"]
# Tests ask faster than people may; limits have tests of their own.
settings.LIMITS, settings.PROXIES = {}, 0

# What is made ready for others of its kind, and so stays in one worker.
OF_THEIR_OWN = ("tests/browser/test_measures.py", "tests/browser/test_programme")
# What simulates: compiled by one worker, which takes most of a minute, and not by each.
SIMULATING = (
    "tests/learn/simulate/",
    "tests/learn/ahead/",
    "tests/blueprints/test_every_shipped.py",
    "tests/peers/test_networks.py",
    "tests/programme/test_blueprints.py",
)
# What one worker is at longest is begun first, the longest before the rest: none is left with it at the end.
LONGEST_FIRST = (
    "tests/browser/",
    "/served/",
    "tests/stories/",
    "spark",
    "test_rehearsal.py",
    "test_at_once.py",
    *SIMULATING,
)
# No name of a mark may hold postgresql: trials of controls leave out by that word what runs on the other database.
LONG_ON = {"long_on_sqlite": "sqlite", "sqlite_in_every_run": "postgresql"}
USES_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server", "client"}


def pytest_configure(config: pytest.Config) -> None:
    """What the workers of this run share, and the processes that tests start."""
    config.add_cleanup(begin_run())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Two runs of each test that uses the database, but for long ones that both databases repeat elsewhere."""
    marked = metafunc.definition.get_closest_marker("django_db")
    if marked or USES_DATABASE & set(metafunc.fixturenames):
        if "database" not in metafunc.fixturenames:
            metafunc.fixturenames.append("database")
        engines = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
        if metafunc.definition.get_closest_marker("sqlite_only"):
            del engines[1:]
        metafunc.parametrize("database", engines, indirect=True, scope="session")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What is long on one database is marked so before the marks choose; then all are brought into an order."""
    for item in items:
        for marker, engine in LONG_ON.items():
            if item.get_closest_marker(marker) and engine in item.name:
                item.add_marker(pytest.mark.long)
    yield
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    """When a test comes."""
    return next((turn for turn, part in enumerate(LONGEST_FIRST) if part in nodeid), len(LONGEST_FIRST))


def pytest_collection_finish() -> None:
    """What was imported stays to the end: looking through it for garbage again and again would cost a twentieth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class OneOfEach(LoadScopeScheduling):
    """Keeps the tests that share something slow in one worker: what a file makes ready is made once for each database,
    and a run starts Spark, and each served place, once.

    The mark for it, xdist_group, does nothing here: pytest 9.2 no longer lets pytest-xdist 3.8 change a test's name.
    """

    def _split_scope(self, nodeid: str) -> str:
        engine = "postgresql" if "postgresql" in nodeid else "sqlite"
        if "/served/" in nodeid:
            return f"served on {engine}"
        if nodeid.startswith("tests/stories/"):
            return "stories"
        if nodeid.startswith("tests/browser/") and not nodeid.startswith(OF_THEIR_OWN):
            return "browser"
        if nodeid.startswith(SIMULATING):
            return "simulation"
        return "spark" if "spark" in nodeid else f"{nodeid.partition('::')[0]} on {engine}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneOfEach:
    config.option.loadscopereorder = False
    return OneOfEach(config, log)


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session of Apache Spark, started once for the tests that need it: their names keep them in one worker. Where
    there is none, they fail."""
    from tests.spark import LocalSpark

    local = LocalSpark()
    yield local.session
    local.stop()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server that all workers share while one of them needs it."""
    with server_of_the_run() as url:
        yield url


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Django's default database becomes SQLite or PostgreSQL, as the run says."""
    engine = request.param
    place = tmp_path_factory.mktemp("database")
    if engine == "sqlite":
        use(database_at(place, ""))
        yield engine
        connections["default"].close()
        return
    server, name = request.getfixturevalue("postgresql"), f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    use(database_at(place, begin_database(server, name)))
    yield engine
    connections["default"].close()
    drop_database(server, name)


@pytest.fixture(scope="session")
def django_db_setup(database: str, django_db_blocker: Any) -> Iterator[None]:
    """Instead of pytest-django's: made once for all workers, and on SQLite for many runs one after the other where
    VANGUARD_MIGRATED says which file they share."""
    if database == "sqlite":
        own = Path(settings.DATABASES["default"]["NAME"])
        if not copied(own):
            with django_db_blocker.unblock():
                bring_up_to_date()
                connections["default"].close()
            keep(own)
    yield


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet. Pytest would look through all that it has made for the next number."""
    folder = tmp_path_factory.mktemp("places")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def place(places: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place's folder of this test, apart from its `tmp_path`."""
    home = next(places)
    home.mkdir(mode=0o700)
    monkeypatch.setenv("VANGUARD_HOME", str(home))
    monkeypatch.setattr(settings, "PLACE", home)
    return home
