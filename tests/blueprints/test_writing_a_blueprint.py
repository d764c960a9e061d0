"""What the page tells an outsider to write is accepted at every step, and the mistake that it shows is found."""

import re
from pathlib import Path

import pytest
from tests.blueprints.walks import at, read_pathways

from vanguard.blueprint import BadBlueprint, read
from vanguard.flow import Finished, Flow, Received, apply, begin, propose

PAGE = (Path(__file__).parents[2] / "docs" / "writing-a-blueprint.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n# ([a-z]+\.yaml)(, at its end)?\n(.*?)```", PAGE, re.DOTALL)
SAID = re.findall(r"^(?:pathways|simulate)\.yaml:\d+:\d+: .*$", PAGE, re.MULTILINE)
WITHOUT = (
    ("pathways.yaml", "          - {to: all_well}\n"),
    ("simulate.yaml", "  worried: {shares: {yes: 0.2, no: 0.8}, source: {cites: our_guess}}\n"),
)


def follow(folder, steps):
    """Do what the page says, up to a step. The line that names the file is written too: it is a comment."""
    for file, more, text in BLOCKS[:steps]:
        before = (folder / file).read_text("utf-8") + "\n" if more else f"# {file}\n"
        (folder / file).write_text(before + text, "utf-8")
    return folder


@pytest.mark.parametrize("steps", range(1, len(BLOCKS) + 1))
def test_the_blueprint_is_valid_after_every_step(tmp_path, steps):
    assert read(follow(tmp_path, steps)).label == "The morning call"


def test_the_page_uses_seven_files():
    assert len({file for file, _, _ in BLOCKS}) == 7


def test_the_mistakes_on_the_page_are_found_where_it_says(tmp_path):
    told = []
    for number, (file, line) in enumerate(WITHOUT):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = follow(folder, len(BLOCKS)) / file
        assert line in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(line, ""), "utf-8")
        with pytest.raises(BadBlueprint) as bad:
            read(folder)
        told += [str(mistake).split("/")[-1] for mistake in bad.value.mistakes]
    assert told == SAID


def test_what_the_page_makes_can_be_walked(tmp_path):
    flow = Flow.of(read_pathways(follow(tmp_path, len(BLOCKS))), "ring_then_visit")
    state = begin(flow, Received(at(4, "08:30"), "ward", "list", age=83, sex="female"))
    facts = {"picked_up": False, "worried": True, "how_soon": "same_day"}
    state = apply(flow, state, Finished(at(4, "09:00"), "morning_call", facts))
    assert [held.step for held in state.open] == ["home_visit"]
    unsure = begin(flow, Received(at(4, "08:30"), "ward", "list", age=92))
    assert [(p.question, p.answer) for p in propose(flow, unsure, "morning_call")] == [("how_soon", "next_day")]
