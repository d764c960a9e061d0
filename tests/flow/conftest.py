"""Pathways ready to be walked: a small service for people who have fallen, and every blueprint there is."""

from pathlib import Path

import pytest

from vanguard.blueprint import Pathways, read, shipped
from vanguard.blueprint.document import read_document
from vanguard.flow import Flow

ANOTHER = Path(__file__).parents[1] / "blueprints" / "foot-care"


@pytest.fixture(scope="session")
def falls() -> Flow:
    """The pathway `after_a_fall` of falls_service.yaml."""
    document = read_document(Path(__file__).with_name("falls_service.yaml"))
    return Flow.of(Pathways.model_validate(document.data, context={}), "after_a_fall")


EVERY = [(name, pathway) for name in (*shipped(), str(ANOTHER)) for pathway in read(name).pathways.pathways]


WALKED = [pytest.param(None, id="after_a_fall"), *(pytest.param(way, id=way[1]) for way in EVERY)]


@pytest.fixture(scope="session", params=WALKED)
def flow(request: pytest.FixtureRequest, falls: Flow) -> Flow:
    """Each pathway in turn."""
    return falls if request.param is None else Flow.of(read(request.param[0]).pathways, request.param[1])
