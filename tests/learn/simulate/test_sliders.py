"""Sliders move one number and nothing else, and are refused where they would move nothing."""

import shutil
from pathlib import Path

import pytest

from vanguard.blueprint import read
from vanguard.errors import BadInput
from vanguard.learn.simulate import (
    AS_THEY_STAND,
    assumed_under,
    beside,
    compared,
    in_words,
    simulate,
    sliders_of,
    summary,
)

NAME = "frail-older-people"
WAY = "rapid_response_and_reablement_pathway"


def test_sliders_stand_where_the_scenario_has_them_and_move_one_number() -> None:
    blueprint = read(NAME)
    plain = {one.id: one for one in sliders_of(blueprint)}
    assert (plain["people_referred"].value, plain["stepping_down"].value) == (13000, 74)
    assert {one.id: one.value for one in sliders_of(blueprint, "no_night_cover")}["nurses_at_night"] == 0
    before = blueprint.simulate.under(None)
    for id, value in (
        ("people_referred", 20000.0),
        ("call_takers", 6.0),
        ("beds_for_step_up", 2.0),
        ("stepping_down", 50.0),
    ):
        moved = assumed_under(blueprint, None, {id: value})
        changed = {name for name in type(before).model_fields if getattr(before, name) != getattr(moved, name)}
        assert len(changed) == 1
    shares = assumed_under(blueprint, None, {"stepping_down": 50.0}).arrivals[WAY].origins
    assert shares is not None and before.arrivals[WAY].origins is not None
    assert shares["ward_team"] == 0.5
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["general_practice"] == pytest.approx(0.1 * 0.5 / 0.26)
    # Where it stands already, nothing is moved: the same service.
    assert assumed_under(blueprint, None, {"call_takers": 2.0}) == before
    with pytest.raises(BadInput, match="There is no slider call_taker"):
        assumed_under(blueprint, None, {"call_taker": 2.0})
    with pytest.raises(BadInput, match="7 is not from 1 to 6"):
        assumed_under(blueprint, None, {"call_takers": 7.0})


@pytest.mark.parametrize(
    ("slider", "said"),
    [
        (
            "{label: A, staff: nobody_known, low: 1, high: 2, step: 1, source: {cites: project_judgement}}",
            "nobody_known",
        ),
        (
            "{label: A, staff: short_stay_bed, low: 1, high: 2, step: 1, source: {cites: project_judgement}}",
            "Nothing is assumed",
        ),
        ("{label: A, low: 1, high: 2, step: 1, source: {cites: project_judgement}}", "moves one number"),
        (
            "{label: A, staff: call_desk, low: 3, high: 2, step: 1, source: {cites: project_judgement}}",
            "no way to move",
        ),
    ],
)
def test_a_slider_that_moves_nothing_is_refused_with_its_line(tmp_path: Path, slider: str, said: str) -> None:
    folder = tmp_path / NAME
    shutil.copytree(read(NAME).folder if hasattr(read(NAME), "folder") else _shipped(), folder)
    file = folder / "simulate.yaml"
    text = file.read_text().replace("\nsliders:", f"\nsliders:\n  wrong: {slider}\n#", 1)
    lines = text.splitlines()
    file.write_text(text)
    with pytest.raises(BadInput) as refused:
        read(folder)
    line = next(number for number, one in enumerate(lines, start=1) if one.startswith("  wrong:"))
    assert said in str(refused.value)
    assert f"simulate.yaml, line {line}" in str(refused.value) or f"simulate.yaml:{line}" in str(refused.value)


def _shipped() -> Path:
    import vanguard.blueprints

    return Path(next(iter(vanguard.blueprints.__path__))) / NAME


def test_scenarios_side_by_side_say_what_differs_and_stop_when_it_is_enough() -> None:
    blueprint = read(NAME)
    base = summary(simulate(blueprint, replications=3, days=28))
    again = simulate(blueprint, replications=3, days=28, values={"call_takers": 2.0})
    assert summary(again) == base
    apart = summary(simulate(blueprint, "separate_services", replications=3, days=28))
    said = beside(base, apart)
    assert any("Fast response is kept less often" in one for one in said)
    assert any("Long-term care begins comes" in one and "later" in one for one in said)
    assert beside(base, base)[0].startswith("No promise, wait or end differs")
    assert in_words(base)[0].endswith("promises are kept for 95 in 100 or more.")
    kept = compared({AS_THEY_STAND: base, "Apart": apart})[0]
    assert kept.title == "Promises kept"
    assert all(set(line.cells) == {AS_THEY_STAND, "Apart"} for line in kept.lines)
    cut = simulate(blueprint, replications=9, days=28, enough=lambda: True)
    assert cut.found["replications"] == 2
    assert (
        len(base["week"]["waiting"]["call_desk"]["mean"]) == 168
        if "call_desk" in base["week"]["waiting"]
        else base["week"]
    )
