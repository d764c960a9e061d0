"""Whatever the bytes are: a blueprint is read, or refused in sentences; never a traceback."""

import itertools
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.blueprint.owls import OWLS, TOWN, copy, mistakes

from vanguard.blueprint import BadBlueprint, read
from vanguard.blueprint.elements import FILES

BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in itertools.pairwise("abcdefgh")
)
PIECES = [b"[", b"{", b": ", b"\n- ", b"null", b"*a", b"-1", b"1e9"]
HOSTILE = [
    ("a: " + "x" * 10_000_000, "The file has 10,000,003 bytes"),
    ("a: " + "[" * 10_000, "cohorts.yaml:1:24: This is nested too deeply."),
    ("a:\n" + " [\n" * 10_000, "cohorts.yaml:22:2: This is nested too deeply."),
    ("{" * 200_000, "cohorts.yaml:1:2: A name is needed here."),
    ("".join(" " * n + "b:\n" for n in range(600)), "This is nested too deeply."),
    ("a: [" + "x," * 100_000 + "x]", "The file holds more than 20,000 values."),
    ("a: 1\n" * 10_000, "cohorts.yaml:2:1: a is given twice; first in line 1."),
    (BOMB, "cohorts.yaml:1:4: This is given a name for repeating it (&)."),
    ("cohorts: \0", "cohorts.yaml:1: A letter stands here that YAML forbids."),
    ("", "cohorts.yaml:1:1: The file is empty."),
    ("# nothing\n", "cohorts.yaml:1:1: The file is empty."),
    ("cohorts: {}\n---\na: b\n", "cohorts.yaml:2:1: A second document begins here (---)."),
    ("cohorts:\n  <<: {a: 1}\n", "cohorts.yaml:2:3: << is not allowed here."),
    ("cohorts: !!python/object/apply:os.system [ls]\n", "cohorts.yaml:1:10: tag:yaml.org,2002:python/object"),
    ('cohorts: "\\ud800"\n', "cohorts.yaml:1:13: This is not valid YAML"),
]


@pytest.mark.parametrize(("text", "says"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_are_refused_in_a_sentence(tmp_path, text, says):
    folder = copy(tmp_path / "owls")
    (folder / "cohorts.yaml").write_text(text, "utf-8")
    found = mistakes(folder)
    assert any(says in mistake for mistake in found), found[:3]
    assert len(found) < 500


def test_a_folder_in_place_of_a_file(tmp_path):
    folder = copy(tmp_path / "owls")
    (folder / "cohorts.yaml").unlink()
    (folder / "cohorts.yaml").mkdir()
    assert "cohorts.yaml: This cannot be read: it is not a file. Put a file in its place." in mistakes(folder)


def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(tmp_path):
    """Neither in the folder that is read nor in one beside it."""
    site = copy(tmp_path / "town", of=TOWN)
    copy(tmp_path / "owls")
    (tmp_path / "other").mkdir()
    os.mkfifo(tmp_path / "other" / "blueprint.yaml")
    assert read(site).id == "owl-town"
    (site / "cohorts.yaml").unlink()
    os.mkfifo(site / "cohorts.yaml")
    assert mistakes(site) == ["cohorts.yaml: This cannot be read: it is not a file. Put a file in its place."]


def test_text_that_older_yaml_reads_as_something_else(tmp_path):
    """Norway, a time of day and an octal number mean what they say."""
    label = "label: Night owls\n"
    for text in ("no", "on", "07:30", "0777", "1_000", "0x1F", ".inf"):
        folder = copy(tmp_path / text.strip("."), ("blueprint.yaml", label, f"label: {text}\n"))
        assert read(folder).label == text


@pytest.fixture(scope="module")
def owls(tmp_path_factory):
    return copy(tmp_path_factory.mktemp("fuzz") / "owls")


@settings(max_examples=150, deadline=None)
@given(data=st.data(), file=st.sampled_from(list(FILES)))
def test_changed_bytes_never_end_in_a_traceback(owls, data, file):
    right = (OWLS / file).read_bytes()
    start = data.draw(st.integers(0, len(right)))
    length = data.draw(st.integers(0, 12))
    put = data.draw(st.binary(max_size=8) | st.sampled_from(PIECES))
    (owls / file).write_bytes(right[:start] + put + right[start + length :])
    try:
        read(owls)
    except BadBlueprint as bad:
        assert all(str(mistake) and mistake.where for mistake in bad.mistakes)
    finally:
        (owls / file).write_bytes(right)
