"""One row by one plain query, for what every request asks: on the driver's own connection, because Django's
cursors cost more than such a query does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections


class Query:
    """A query, its parameters written %s; where the databases differ, both texts. Gives at most one row."""

    __slots__ = ("postgresql", "sqlite")

    def __init__(self, text: str, *, sqlite: str | None = None) -> None:
        self.postgresql = text
        self.sqlite = (sqlite or text).replace("%s", "?")

    def row(self, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """The first row, or None. Part of the request's transaction if there is one."""
        connection = connections["default"]
        driver = connection.connection
        if driver is None:
            connection.ensure_connection()
            driver = connection.connection
        # So that Django notices a connection that broke, and makes another for the next request.
        with connection.wrap_database_errors:
            if connection.vendor == "sqlite":
                found: tuple[Any, ...] | None = driver.execute(self.sqlite, values).fetchone()
            else:
                found = _prepared(driver).execute(self.postgresql, values, prepare=True).fetchone()
        return found


def _prepared(driver: Any) -> Any:
    """A cursor that lets the server keep the plan: Django's sends each query as a text to be planned anew."""
    from psycopg import Cursor

    # Django turns preparing off, for its own cursors, which this does not concern.
    driver.prepare_threshold = 0
    return Cursor(driver)


def instant(value: datetime) -> Any:
    """An instant as the database stores it."""
    return connections["default"].ops.adapt_datetimefield_value(value)
