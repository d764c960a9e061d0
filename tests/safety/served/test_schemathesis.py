"""Schemathesis against the real service: what is answered is what is described, and nothing breaks or leaks."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.safety.served.marked_place import people
from tests.safety.test_markers import STRANGER, marks_of
from tests.serving import ROOT, Served

# Of each address made-up requests, and for the first role one for each corner of its description too.
PHASES = {"gp": "coverage,fuzzing", "": "fuzzing", "analyst": "fuzzing", "privacy": "fuzzing", "ward": "fuzzing"}
# Asked with a cookie that is always good, and ids that are often real: a request is rarely as wrong as it meant to be.
# And a referral that fits its description need not fit the pathway: what its questions are stands in the blueprint.
NOT_ASKED = "negative_data_rejection"
NOT_ASKED_OF = {"ward": "negative_data_rejection,positive_data_acceptance"}


@pytest.mark.parametrize("served", ["sqlite"], indirect=True)
def test_answers_are_as_described_and_tell_nothing_of_a_stranger(served: Served, tmp_path: Path) -> None:
    forbidden = [mark for person in people() if person.id == STRANGER for mark in marks_of(person).person]
    forbidden += [mark for person in people() for mark in marks_of(person).reasons]
    for role, phases in PHASES.items():
        cookies = "; ".join(f"{name}={value}" for name, value in served.browser(role).cookies.items())
        done = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("schemathesis")), "run"),
                f"http://127.0.0.1:{served.port}/api/openapi.json",
                *("--header", f"Cookie: {cookies or 'nobody=1'}", "--max-examples", "10"),
                *("--phases", phases, "--generation-deterministic", "--no-shrink", "--workers", "2"),
                *(
                    "--checks",
                    "all",
                    "--exclude-checks",
                    NOT_ASKED_OF.get(role, NOT_ASKED),
                    "--no-color",
                    "--warnings",
                    "off",
                ),
            ],
            env=os.environ
            | {
                "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
                "SCHEMATHESIS_HOOKS": "tests.safety.served.schemathesis_hooks",
                "FORBIDDEN_MARKS": "\n".join(forbidden),
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        # A run that asked nothing would prove nothing.
        assert int(re.findall(r"(\d+) generated", done.stdout)[-1]) >= 25, done.stdout
    assert "Traceback" not in served.log.read_text()
    assert {"related0001", "stranger0001"} <= {str(line.get("whom")) for line in served.audit()}
