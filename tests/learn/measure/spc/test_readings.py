"""What a chart says at its end, in icons and words: of the present limits, and of the latest value."""

from pathlib import Path

import duckdb
import pytest

from vanguard.learn.measure.spc import xmr
from vanguard.learn.measure.spc.pictures import assurance_icon, chart, rows, variation_icon
from vanguard.learn.measure.spc.readings import Reading, figure, readings
from vanguard.learn.measure.spc.series_file import Series, read_series

NOISE = [10, 12, 11, 13, 10, 12, 11, 13, 10, 12, 11, 13]


def read(folder: Path, values, *, target="", direction="", rebase_at=None) -> tuple[Series, Reading]:
    lines = ["series,period,value,target,direction,rebase"]
    for place, value in enumerate(values):
        lines.append(f"a,{place},{value},{target},{direction},{'yes' if place == rebase_at else ''}")
    (folder / "series.csv").write_text("\n".join(lines))
    series = read_series(duckdb.connect(), folder / "series.csv", {})
    (found,) = readings(series, xmr(series.values, series.first))
    return series, found


@pytest.mark.parametrize(
    ("latest", "direction", "variation", "said"),
    [
        (11, "up", "common", "As usual"),
        (40, "up", "better", "Higher, better"),
        (40, "down", "worse", "Higher, worse"),
        (-20, "up", "worse", "Lower, worse"),
        (-20, "down", "better", "Lower, better"),
        (-20, "neither", "changed", "Lower"),
        (40, "", "changed", "Higher"),
    ],
)
def test_variation_is_of_the_latest_value(tmp_path, latest, direction, variation, said):
    _, found = read(tmp_path, [*NOISE, latest, ""], direction=direction)
    assert (found.period, found.variation) == ("12", variation)
    assert variation_icon(found).says == said


@pytest.mark.parametrize(
    ("target", "direction", "expected"),
    [
        (30, "up", "misses"), (30, "down", "meets"), (1, "up", "meets"), (1, "down", "misses"),
        (12, "up", "either"), (12, "neither", None), ("", "up", None),
    ],
)  # fmt: skip
def test_assurance_asks_where_the_target_lies(tmp_path, target, direction, expected):
    _, found = read(tmp_path, NOISE, target=target, direction=direction)
    assert found.assurance == expected
    assert (assurance_icon(found) is None) == (expected is None)


def test_both_speak_of_the_last_group_alone(tmp_path):
    """NHSRplotthedots 172: after a rebase the new limits answer, and what came before is no reason to cheer."""
    _, found = read(tmp_path, [1, 2, 1, 2, 1, 2, *NOISE], target=12, direction="up", rebase_at=6)
    assert (found.assurance, found.variation, found.enough) == ("either", "common", True)
    _, bare = read(tmp_path, [*NOISE, ""], target=1, direction="up", rebase_at=12)
    assert (bare.value, bare.variation, bare.assurance, bare.enough) == (13, None, None, False)


def test_a_target_on_a_limit_may_still_be_met_by_chance(tmp_path):
    _, found = read(tmp_path, [5, 5, 5], target=5, direction="up")
    assert (found.lower, found.upper, found.assurance) == (5, 5, "either")


def test_words(tmp_path):
    assert read(tmp_path, NOISE, target=40, direction="up")[1].sentence == (
        "11: 13, as usual: a change of this size is noise. It will go on missing its target unless something changes."
    )
    aimless = read(tmp_path, NOISE, target=12, direction="neither")[1].sentence
    assert aimless.endswith("Whether it meets its target cannot be said: nothing says which way is better.")
    falling = read(tmp_path, [9, 8, 7, 6, 5, 4.25, 4], direction="down")[1].sentence
    assert falling.startswith("6: 4, lower than usual, which is better: ")
    assert falling.endswith("Fewer than 12 points: the limits are provisional.")
    assert read(tmp_path, ["", ""])[1].sentence == "No value yet."
    assert "limits" in read(tmp_path, [1234.5])[1].sentence


def test_charts_hold_the_figures_of_the_table_and_nothing_from_elsewhere(tmp_path):
    series, found = read(tmp_path, [*NOISE, "", 30], target=12, direction="up", rebase_at=6)
    data = rows(series, xmr(series.values, series.first), found)
    spec = chart(data, title="a")
    assert spec["data"]["values"] == data
    assert [row["group"] for row in data] == [0] * 6 + [1] * 8
    assert data[12]["value"] is None
    assert (data[13]["meaning"], data[13]["rule"]) == ("better", "outside")
    assert "url" not in str(spec)


def test_a_number_for_people_keeps_the_digits_that_matter():
    told = {
        0: "0",
        7: "7",
        12.5: "12.5",
        99.9999: "100",
        66.67: "66.7",
        0.004: "0.004",
        0.0999999: "0.1",
        1646.04: "1,646",
    }
    assert {value: figure(value) for value in told} == told
    assert figure(-0.0) == figure(3e-17) == figure(-3e-17) == "0"
