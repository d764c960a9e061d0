"""A database begun today has the tables that one from long ago has after each of its changes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.migrated import address, drop_database, use
from vanguard.backup import postgresql as kept_by_copy
from vanguard.backup.archive import Header
from vanguard.service_tables import bring_up_to_date
from vanguard.web.databases import database as database_at

DEFINITIONS = """
    SELECT table_name, column_name, concat_ws(' ', data_type, udt_name, character_maximum_length, numeric_precision,
        numeric_scale, is_nullable, column_default, is_identity, identity_generation, collation_name)
    FROM information_schema.columns WHERE table_schema = current_schema()
    UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = current_schema()::regnamespace
    UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
"""
# What stands between commas that no bracket holds: a column or a constraint of a table.
PART = re.compile(r"(?:[^,()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+")
# What is told by its words, as its numbers follow from when it was made.
BY_WORDS = {"Permission": ("codename", "content_type__model"), "ContentType": ("app_label", "model")}


@contextmanager
def empty_database(engine: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """Django's database is for a time one without any table."""
    usual, url, name = settings.DATABASES["default"], "", f"empty_{folder.parent.name}"
    folder.mkdir()
    if engine == "postgresql":
        server = request.getfixturevalue("postgresql")
        with psycopg.connect(server, autocommit=True) as con:
            con.execute(f"CREATE DATABASE {name}")
        url = address(server, name)
    use(database_at(folder, url))
    yield
    use(usual)
    if url:
        drop_database(server, name)


def tables() -> list[tuple[Any, ...]]:
    """Every column, constraint and index."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(DEFINITIONS)
            return sorted(cursor.fetchall())
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        found = []
        for name, sql in cursor.fetchall():
            head, _, body = sql.partition("(")
            found += [(name, head.strip(), part.strip()) for part in PART.findall(body.rpartition(")")[0])]
        return sorted(found)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """What the tables hold, in whatever order it came."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        migrations = cursor.fetchall()
    models = apps.get_models(include_auto_created=True)
    return {
        one._meta.label: sorted(one._base_manager.values_list(*BY_WORDS.get(one.__name__, ()))) for one in models
    } | {"migrations": migrations}


def test_a_new_database_is_as_an_old_one_that_was_migrated(
    django_db_setup: None,
    django_db_blocker: Any,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    with django_db_blocker.unblock(), empty_database(engine, tmp_path / "new", request):
        bring_up_to_date()
        new = tables(), rows()
    # As a backup from before the rooms' last changes puts it back, and as the service then finds it.
    graph = MigrationLoader(None).graph
    earlier: dict[str, list[str]] = {}
    for app, name in graph.nodes:
        if graph.node_map[app, name].children:
            earlier.setdefault(app, []).append(name)
    header = Header(format=1, vanguard="", made="", database=engine, migrations=earlier, lake_generation=1)
    with django_db_blocker.unblock(), empty_database(engine, tmp_path / "old", request):
        kept_by_copy._migrate(header)
        assert tables() != new[0]
        bring_up_to_date()
        assert tables() == new[0]
        assert rows() == new[1]
