"""A difference reads like a sentence, and applies both ways."""

import pytest
import yaml
from tests.blueprint.owls import HERE, OWLS, TOWN, copy

from vanguard.blueprint import diff, in_text, read

LATER = "      later: {label: L, within: PT9H, start: received, stop: go.arrived, source: {cites: paper}}\n"
CHANGES = yaml.safe_load((HERE / "changes.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CHANGES, ids=[case["says"] for case in CHANGES])
def test_a_change_is_said_in_words(tmp_path, case):
    changes = diff(read(OWLS), read(copy(tmp_path / "other", (case["file"], case["before"], case["after"]))))
    assert [(change.file, change.sentence) for change in changes] == [(case["file"], case["says"])]


def test_an_element_that_goes_and_one_that_comes(tmp_path):
    """A new answer to a question, and a clock for it."""
    other = copy(
        tmp_path / "other",
        ("pathways.yaml", "later: Later}", "later: Later, never: Never}"),
        ("pathways.yaml", "      later: {label: Later,", "      never: {label: Never,"),
        ("pathways.yaml", "    steps:", f"{LATER}    steps:"),
    )
    assert "Clock never of pathway call is new: Never." in in_text(diff(read(OWLS), read(other)))
    assert "Clock never of pathway call goes: Never." in in_text(diff(read(other), read(OWLS)))


def test_the_same_blueprint_differs_in_nothing():
    assert diff(read(OWLS), read(OWLS)) == ()
    assert in_text(()) == "They are the same."


def test_what_a_site_changed_and_back_again():
    there, back = diff(read(OWLS), read(TOWN)), diff(read(TOWN), read(OWLS))
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    key = lambda change: (change.file, change.place)
    assert sorted((key(c), c.kind, c.before, c.after) for c in there) == sorted(
        (key(c), opposite[c.kind], c.after, c.before) for c in back
    )
    assert "pathways.yaml\n  Calendar nights Mo-Su 21:00-07:30 becomes Mo-Su 20:00-08:00." in in_text(there)
