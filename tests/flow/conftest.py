"""A small service for people who have fallen, ready to be walked."""

from pathlib import Path

import pytest

from vanguard.blueprint import Pathways
from vanguard.blueprint.document import read_document
from vanguard.flow import Flow


@pytest.fixture(scope="session")
def falls() -> Flow:
    """The pathway `after_a_fall` of falls_service.yaml."""
    document = read_document(Path(__file__).with_name("falls_service.yaml"))
    return Flow.of(Pathways.model_validate(document.data, context={}), "after_a_fall")
