"""Spark, started once for the tests that need it; they are kept in one worker by their names."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.spark import LocalSpark


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session of Apache Spark. Where there is none, the test fails."""
    local = LocalSpark()
    yield local.session
    local.stop()
