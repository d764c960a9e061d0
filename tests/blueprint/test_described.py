"""A blueprint told to people, and a site's variation that is kept as one text."""

from datetime import date

import pytest
from tests.blueprint.owls import OWLS, TOWN, copy

from vanguard.blueprint import described, files_of_text, read, readme, shipped, variation, varied
from vanguard.errors import BadInput

DAY = date(2018, 8, 6)


def test_for_whom_how_and_what_it_rests_on():
    owls = described(read(OWLS))
    assert (owls.who[0].label, owls.who[0].words) == ("Awake at night", "Looked through every month by Owl.")
    call = owls.how[0]
    assert call.origins == ("A neighbour", "The person")
    assert [(one.id, one.depth, one.end) for one in call.stages] == [
        ("take", 0, False),
        ("go", 1, False),
        ("rest", 2, True),
    ]
    assert [(to.label, to.when) for to in call.stages[0].onward] == [
        ("Go there", "“Is anyone there” Yes"),
        ("Asleep", ""),
    ]
    assert owls.measures[0].words.endswith("Target: 4.5 by 31 March 2027.")
    assert owls.needs[0].words == "Owl. Open every day 9pm to 7.30am"
    assert owls.evidence[0].label == "A paper"


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_element_that_names_a_site_is_found_with_it(name):
    told = described(read(name))
    named = {id for part in (told.who, told.measures, told.needs) for one in part for id in one.sites}
    named |= {id for way in told.how for stage in way.stages for id in stage.sites}
    held = {one.id: one.elements for one in told.sites}
    assert named <= set(held)
    for one in told.measures:
        for id in one.sites:
            assert f"measure: {one.label}" in held[id]
    assert any(block.texts == ("What it needs",) for block in readme(shipped()[name]))
    assert not [text for block in readme(shipped()[name]) for text in block.texts if "*" in text or "`" in text]


def test_a_variation_kept_as_text_is_the_same_as_a_folder(tmp_path):
    copy(tmp_path / "beside" / "owls")
    copy(tmp_path / "beside" / "town", of=TOWN)
    files = sorted(TOWN.glob("*.yaml"))
    text = "".join(f"# {file.name}\n{file.read_text('utf-8')}" for file in files)
    site = varied("night-owls", "1.2.3", files_of_text(text), tmp_path / "beside", DAY)
    parent = read(OWLS)
    assert variation(parent, site) == variation(parent, read(tmp_path / "beside" / "town")) != ()
    bare = varied("night-owls", "1.2.3", files_of_text("\n# cohorts.yaml\n\n"), tmp_path / "beside", DAY)
    assert variation(parent, bare) == ()
    with pytest.raises(BadInput, match=r"^cohorts\.yaml:3:19: night-owls 1\.2\.3 does not let a site vary"):
        wrong = "\n# cohorts.yaml\ncohorts: {awake: {tier: midnight}}"
        varied("night-owls", "1.2.3", files_of_text(wrong), tmp_path / "beside", DAY)
    for text, says in (("a: 1", "Line 1 is under no file"), ("# codes.yaml\n# codes.yaml\n", "stands there twice")):
        with pytest.raises(BadInput, match=says):
            files_of_text(text)
