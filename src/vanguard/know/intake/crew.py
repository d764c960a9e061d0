"""The threads that share a load. DuckDB runs each statement on one of them, so that rows keep their order and the
files their bytes, whatever the machine; several statements run at once."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import duckdb

HANDS = min(os.cpu_count() or 1, 8)
FEEDS_AT_ONCE = 2
"""Each feed that is being loaded is held in memory."""

Item = TypeVar("Item")
Made = TypeVar("Made")


class Crew:
    """Two pools: one takes whole feeds, the other pieces of them, so that a feed can wait for its pieces."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        """`con` is the load's connection; from now on each of its statements runs on one thread."""
        con.execute("SET threads = 1")
        self._con = con
        self._feeds = ThreadPoolExecutor(min(FEEDS_AT_ONCE, HANDS))
        self._pieces = ThreadPoolExecutor(HANDS)
        self._working: list[duckdb.DuckDBPyConnection] = []
        self._begun: list[Future[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in (self._feeds, self._pieces):
            pool.shutdown(wait=error is None, cancel_futures=True)
        while not all(work.done() for work in self._begun):
            # A thread that is between two statements goes on to the next: interrupt that too.
            for con in list(self._working):
                con.interrupt()
            time.sleep(0.02)

    @contextmanager
    def connect(self, schema: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for one thread, whose own tables lie in `schema`; it sees the lake's tables."""
        with self._con.cursor() as con:
            con.execute("SET TimeZone = 'UTC'")
            con.execute(f"SET search_path = '{schema},main'")
            self._working.append(con)
            try:
                yield con
            finally:
                self._working.remove(con)

    @contextmanager
    def schema(self, name: str) -> Iterator[str]:
        """A schema for the tables of one feed, gone at the end."""
        with self._con.cursor() as con:
            con.execute(f"CREATE SCHEMA {name}")
            try:
                yield name
            finally:
                con.execute(f"DROP SCHEMA {name} CASCADE")

    def start(self, work: Callable[[Item], Made], item: Item) -> "Future[Made]":
        """Begin the work on a whole feed."""
        return self._begin(self._feeds, work, item)

    def each(self, work: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
        """Do the work on each piece; the results in the order of the pieces."""
        return [done.result() for done in [self._begin(self._pieces, work, item) for item in items]]

    def _begin(self, pool: ThreadPoolExecutor, work: Callable[[Item], Made], item: Item) -> "Future[Made]":
        begun = pool.submit(work, item)
        self._begun.append(begun)
        return begun
