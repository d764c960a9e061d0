"""The service's own tables: made at once where there are none, and migrated where there are older ones.

To take an empty database through every change of the past costs ten times what making its tables does.
"""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def bring_up_to_date() -> None:
    """The database has the tables of this version, and knows by which migrations."""
    if not connection.introspection.table_names():
        make_tables()
    call_command("migrate", verbosity=0, interactive=False)


def make_tables() -> None:
    """Every table as all migrations together leave it, in a database that has none: all of them, or on failure none."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    applied = executor.recorder.Migration
    with connection.schema_editor() as editor:
        for model in (applied, *executor.loader.project_state().apps.get_models()):
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        executor.recorder.migration_qs.bulk_create(applied(app=one.app_label, name=one.name) for one, _ in plan)
