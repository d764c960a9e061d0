"""`vanguard evaluate`: a plan and a panel in, a verdict and a report out; bad input, each with its sentence."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

from vanguard import clock
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.evaluate.command import evaluate

CODES = [f"U{number:02d}" for number in range(34)]
MONTHS = [f"{year}-{month:02d}" for year in range(2013, 2017) for month in range(1, 13)]
PLAN = """\
outcome: stays
design: synthetic_control
units: practice
start: 2015-07-01
treated: [U00, U01, U02, U03]
before: P30M
after: P18M
comparators: {described: All other practices}
exclusions:
  - {units: [U19], because: It was rebuilt}
checks: [placebo_in_space, convex_hull]
"""


def rows(*, effect: float = -0.2, seed: int = 1) -> list[tuple[str, str, int, int]]:
    """Thirty-four practices of 10,000 people for four years; the first four fall by `effect` from July 2015."""
    random = np.random.default_rng(seed)
    shared = 12 + 2 * np.sin(np.arange(len(MONTHS)) / 12 * 2 * np.pi)
    found = []
    for number, code in enumerate(CODES):
        for place, month in enumerate(MONTHS):
            changed = number < 4 and month >= "2015-07"
            rate = (shared[place] + (number * 7 + 10) % 34 * 0.05) * (1 + effect * changed)
            found.append((code, month, int(random.poisson(rate * 10)), 10_000))
    return found


def table(path: Path, lines: list[tuple[Any, ...]], header: str = "unit,month,stays,population") -> Path:
    path.write_text("\n".join([header, *(",".join(map(str, line)) for line in lines)]) + "\n", "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 8, 6, 12, tzinfo=UTC))
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    table(tmp_path / "panel.csv", rows())
    return tmp_path


def run(folder: Path, *more: str, plan: str = "plan.yaml", data: str = "panel.csv") -> dict[str, Any]:
    said = CliRunner().invoke(
        evaluate,
        [str(folder / plan), "--data", str(folder / data), "--out", str(folder / "out"), "--json", *more],
        catch_exceptions=False,
    )
    assert said.exit_code == 0, said.output
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_a_fall_that_was_planted_is_found_and_reported(folder: Path) -> None:
    found = run(folder)
    assert found["verdict"] == "evidence of a fall"
    assert found["low"] < found["effect"] < found["high"] < 0
    assert found["relative_low"] < -0.2 < found["relative_high"]
    assert found["events"]["effect"] < 0
    assert {check["id"] for check in found["checks"]} == {"enough_comparators", "placebo_in_space", "convex_hull"}
    assert [one["label"] for one in found["sensitivity"]] == ["With U19"]
    assert found["compared"] == 29
    page = (folder / "out" / "report.html").read_text("utf-8")
    assert "Evidence of a fall." in page
    assert "<svg" in page
    assert "It was rebuilt" in page
    assert "after the last of the data" in page, "the plan was written down after the data"
    assert "<script" not in page
    names = {path.name for path in (folder / "out" / "tables").iterdir()}
    assert {"result.csv", "checks.csv", "choices.csv", "course.csv", "who.csv"} <= names
    assert json.loads((folder / "out" / "result.json").read_text("utf-8"))["effect"] == found["effect"]


def test_the_plan_is_written_down_once_and_what_changed_after_is_told(folder: Path) -> None:
    first = run(folder)
    (folder / "plan.yaml").write_text(PLAN.replace("P18M", "P12M").replace("treated: [U00, ", "treated: ["), "utf-8")
    second = run(folder)
    assert first["plan"]["changes"] == []
    assert second["plan"]["hash"] == first["plan"]["hash"] != second["plan"]["hash_now"]
    assert any(change.startswith("after: was P18M, is P12M") for change in second["plan"]["changes"])
    assert any(change.startswith("treated") for change in second["plan"]["changes"])
    assert "Changed since the plan was written down: after" in (folder / "out" / "report.html").read_text("utf-8")
    (folder / "plan.yaml").write_text("# only a remark\n" + PLAN, "utf-8")
    assert run(folder)["plan"]["changes"] == [], "layout is no change"
    lock = folder / "out" / "evaluation.lock"
    lock.write_text(lock.read_text("utf-8").replace("P18M", "P12M"), "utf-8")
    with pytest.raises(BadInput, match="altered after it was written down"):
        run(folder)


def test_another_outcome_by_the_same_plan_says_so(folder: Path) -> None:
    table(folder / "panel.csv", [(*row, row[2] + 5) for row in rows()], "unit,month,stays,population,visits")
    run(folder)
    found = run(folder, "--outcome", "visits")
    assert found["outcome"] == "visits"
    assert found["plan"]["changes"] == ["outcome: was stays, is visits"]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("practice,date,measure,numerator,denominator,treated,start", ""),
        (
            "where,when,measure,counted,people,treated,start",
            "unit=where,period=when,numerator=counted,denominator=people",
        ),
    ],
)
def test_a_long_panel_that_says_who_changed_gives_the_same(folder: Path, header: str, columns: str) -> None:
    wide = run(folder)
    plan = PLAN.replace("start: 2015-07-01\ntreated: [U00, U01, U02, U03]\n", "start: 2015-07-01\n")
    (folder / "plan.yaml").write_text(plan, "utf-8")
    lines = [
        (
            unit,
            f"{month}-01",
            "stays",
            count,
            people,
            "yes" if unit < "U04" else "no",
            "2015-07-01" if unit < "U04" else "",
        )
        for unit, month, count, people in rows()
    ]
    lines += [(unit, f"{month}-01", "other", 1, 1, "no", "") for unit, month, _, _ in rows()]
    table(folder / "panel.csv", lines, header)
    long = run(folder, *(["--columns", columns] if columns else []))
    assert (long["low"], long["effect"], long["high"]) == pytest.approx(
        (wide["low"], wide["effect"], wide["high"]), rel=0.05
    )
    assert any("The data, not the plan, say which units changed" in warning for warning in long["warnings"])


@pytest.mark.parametrize("design", ["synthetic_control", "difference_in_differences"])
def test_one_treated_unit_and_three_others_are_refused_or_told_first(folder: Path, design: str) -> None:
    plan = PLAN.replace("[U00, U01, U02, U03]", "[U00]").replace("synthetic_control", design)
    (folder / "plan.yaml").write_text(plan.replace(", convex_hull", ""), "utf-8")
    table(folder / "panel.csv", [row for row in rows(effect=-0.5) if row[0] in ("U00", "U05", "U06", "U07")])
    try:
        found = run(folder)
    except BadInput as refused:
        assert "3 comparators" in str(refused) or "3 to compare with" in str(refused)
    else:
        assert found["verdict"] == "no clear evidence"
        assert found["warnings"][0].startswith("There are too few units to tell chance from effect: 1 treated and 3")


def test_what_does_not_fit_is_left_out_and_told(folder: Path) -> None:
    lines = [row for row in rows() if not (row[0] == "U10" and row[1] > "2016-03")]
    lines = [(*row[:2], 3, row[3]) if row[:2] == ("U11", "2014-06") else row for row in lines]
    lines = [(*row[:2], "", row[3]) if row[:2] == ("U12", "2014-07") else row for row in lines]
    table(folder / "panel.csv", lines)
    said = " ".join(run(folder)["warnings"])
    assert "U10 vanishes or appears within the time looked at (did it merge?)" in said
    assert "U11 in June 2014 (9" in said
    assert "1 figure is not known (U12)" in said


def test_a_record_that_begins_with_the_start_is_told_and_so_is_a_comparison_that_bounds_nothing(folder: Path) -> None:
    plan = PLAN.replace("synthetic_control", "difference_in_differences").replace(", convex_hull", "")
    (folder / "plan.yaml").write_text(plan, "utf-8")
    table(folder / "panel.csv", [(*row[:2], int(row[:2] == ("U00", "2016-05")), row[3]) for row in rows()])
    assert "U00 has nothing but 0 before the start: was anything counted then?" in run(folder)["warnings"]
    page = (folder / "out" / "report.html").read_text("utf-8")
    assert "not known" not in page and "nan" not in page.casefold()
    assert "per 1,000" in page.split("the true change lies somewhere between")[1].split(".</p>")[0]


def test_who_begins_after_the_data_has_not_changed_in_them_and_is_told(folder: Path) -> None:
    plan = PLAN.replace("start: 2015-07-01\ntreated: [U00, U01, U02, U03]", "starts: {STARTS}")
    named = "U00: 2015-07-01, U01: 2015-07-01, U02: 2015-07-01, U03: 2030-07-01"
    (folder / "plan.yaml").write_text(plan.replace("STARTS", named).replace("P18M", "P20Y"), "utf-8")
    table(folder / "panel.csv", [(*row[:2], row[2] - 100) for row in rows()], "unit,month,stays")
    said = run(folder)["warnings"]
    assert "U03 begins after the last period looked at: it has not changed in these data." in said
    assert any("figures are below 0 (" in one for one in said)


def replaced(old: str, new: str) -> str:
    assert old in PLAN
    return PLAN.replace(old, new)


@pytest.mark.parametrize(
    ("plan", "change", "sentence"),
    [
        (
            PLAN,
            lambda row: None if row[0] == "U01" and row[1] > "2016-03" else row,
            "The treated unit U01 is only from",
        ),
        (PLAN, lambda row: (row[0], "2013-02", *row[2:]) if row[:2] == ("U05", "2013-01") else row, "2013-02 twice"),
        (
            PLAN,
            lambda row: (*row[:3], 0) if row[:2] == ("U05", "2014-01") else row,
            "U05 has 0 to divide by in January",
        ),
        (
            PLAN,
            lambda row: (*row[:2], -5, row[3]) if row[:2] == ("U05", "2014-01") else row,
            "U05 has -5 events in January 2014, fewer than none",
        ),
        (PLAN, lambda row: None if row[1] < "2015-07" else row, "There are no months before the start"),
        (PLAN, lambda row: None if row[1] >= "2015-07" else row, "There is no period after the start"),
        (
            PLAN,
            lambda row: (*row[:2], "many", row[3]) if row[:2] == ("U05", "2014-01") else row,
            "many is not a number",
        ),
        (PLAN, lambda row: (row[0], "2014-13", *row[2:]) if row[1] == "2014-01" else row, "2014-13 is not a period"),
        (PLAN, lambda row: row if row[0] < "U04" else None, "There is no unit to compare with"),
        (PLAN, lambda row: (*row[:2], row[2] * 1e300, row[3]), "1.91e+300, which cannot be reckoned with"),
        (
            PLAN,
            lambda row: (row[0], f"{row[1][5:]}/01/{row[1][:4]}", *row[2:]),
            "1,107 of a day each, of which 48 have any figure",
        ),
        (PLAN, lambda row: (*row[:2], 30, row[3]), "the same in every unit and period looked at (3)"),
        (replaced("outcome: stays", "outcome: bed_days"), lambda row: row, "The data have no outcome bed_days"),
        (replaced("[U00, U01", "[U00, U77"), lambda row: row, "The data have no unit U77"),
        (replaced("treated: [U00, U01, U02, U03]\n", ""), lambda row: row, "Neither the plan nor the data say which"),
        (replaced("design: synthetic_control", "design: guess"), lambda row: row, "plan.yaml:2:9"),
        (replaced("because: It was rebuilt", "why: It was"), lambda row: row, "plan.yaml:10:20"),
        (replaced("P30M", "ages"), lambda row: row, "plan.yaml:6:9"),
    ],
    ids=lambda value: None if callable(value) else "",
)
def test_bad_input_is_refused_in_a_sentence(folder: Path, plan: str, change: Any, sentence: str) -> None:
    (folder / "plan.yaml").write_text(plan, "utf-8")
    table(folder / "panel.csv", [changed for row in rows() if (changed := change(row)) is not None])
    with pytest.raises(BadInput) as refused:
        run(folder)
    assert sentence in str(refused.value)
    assert not (folder / "out").exists(), "nothing is half done"


def test_plans_of_several_and_of_blueprints_are_found_by_name(folder: Path) -> None:
    indented = "\n".join(f"    {line}" for line in PLAN.splitlines())
    (folder / "two.yaml").write_text(f"evaluations:\n  one:\n{indented}\n  two:\n{indented}\n", "utf-8")
    with pytest.raises(BadInput, match="holds 2 evaluations"):
        run(folder, plan="two.yaml")
    assert run(folder, plan="two.yaml#two")["evaluation"] == "two"
    with pytest.raises(BadInput, match="no evaluation three"):
        run(folder, "--which", "three", plan="two.yaml")
    said = CliRunner().invoke(
        evaluate,
        ["frail-older-people#did_emergency_admissions_fall", "--register", "--out", str(folder / "out"), "--json"],
        catch_exceptions=False,
    )
    assert json.loads(said.stdout)["changes"] == []


def test_the_same_plan_runs_on_the_people_of_a_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The points of a measure by practice, with one more practice that closed, give what the same table gives."""
    told = run(folder)
    monkeypatch.setenv("VANGUARD_HOME", str(folder / "place"))
    lake = Lake(folder / "place")
    points = pa.table(
        {
            "unit": [row[0] for row in rows()],
            "month": [row[1] for row in rows()],
            "stays": [row[2] for row in rows()],
            "people": [row[3] for row in rows()],
        }
    )
    with lake.write(datetime(2026, 8, 6, tzinfo=UTC)) as batch, duckdb.connect() as con:
        con.register("points", points)
        given = "'ours' AS blueprint, '1.0.0' AS version, 'stays' AS measure, 'practice' AS split_by"
        empty = "NULL::DOUBLE AS standardised, NULL::DOUBLE AS expected, 'x' AS made_from, NULL::VARCHAR AS reason"
        con.execute(
            f"""
            CREATE TABLE p AS
            SELECT {given}, unit AS split, CAST(month || '-01' AS DATE) AS start, last_day(start) AS "end",
                   stays::DOUBLE AS numerator, people::DOUBLE AS denominator, stays / people AS value,
                   stays::BIGINT AS events, {empty} FROM points
            UNION ALL
            SELECT {given}, 'CLOSED', CAST(month || '-01' AS DATE) AS start, last_day(start), 0, 0, NULL, 0, {empty}
            FROM points WHERE unit = 'U00'
            """
        )
        batch.replace("measure_point", con, "SELECT * FROM p")
        batch.commit(datetime(2026, 8, 6, tzinfo=UTC))
    asked = [str(folder / "plan.yaml"), "--out", str(folder / "own"), "--json"]
    said = CliRunner().invoke(evaluate, asked, catch_exceptions=False)
    found = json.loads(said.stdout)
    assert (found["low"], found["effect"], found["high"]) == (told["low"], told["effect"], told["high"])
    assert any(warning.startswith("CLOSED vanishes") for warning in found["warnings"])
    with pytest.raises(BadInput, match="The place has no outcome births"):
        CliRunner().invoke(evaluate, [*asked, "--outcome", "births"], catch_exceptions=False)
