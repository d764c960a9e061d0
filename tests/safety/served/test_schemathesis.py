"""Schemathesis against the real service: what is answered is what is described, and nothing breaks or leaks."""

from pathlib import Path

import pytest
from tests.safety.served.conftest import ON_POSTGRESQL
from tests.safety.served.marked_place import people
from tests.safety.served.schemathesis_run import NOT_ASKED, run_schemathesis
from tests.safety.test_markers import STRANGER, marks_of
from tests.serving import Served

# Of each address made-up requests, and for the first role one for each corner of its description too.
PHASES = {"gp": "coverage,fuzzing", "": "fuzzing", "analyst": "fuzzing", "privacy": "fuzzing", "ward": "fuzzing"}
# A referral that fits its description need not fit the pathway: what its questions are stands in the blueprint.
NOT_ASKED_OF = {"ward": "negative_data_rejection,positive_data_acceptance"}


@pytest.mark.parametrize("served", [ON_POSTGRESQL], indirect=True)
def test_answers_are_as_described_and_tell_nothing_of_a_stranger(served: Served, tmp_path: Path) -> None:
    forbidden = [mark for person in people() if person.id == STRANGER for mark in marks_of(person).person]
    forbidden += [mark for person in people() for mark in marks_of(person).reasons]
    for role, phases in PHASES.items():
        run_schemathesis(
            served.port,
            "/api/openapi.json",
            served.browser(role),
            phases,
            tmp_path,
            forbidden=forbidden,
            examples=10,
            least=25,
            not_asked=NOT_ASKED_OF.get(role, NOT_ASKED),
        )
    assert "Traceback" not in served.log.read_text()
    assert {"related0001", "stranger0001"} <= {str(line.get("whom")) for line in served.audit()}
