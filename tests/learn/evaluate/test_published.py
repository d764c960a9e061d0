"""The plans of the national evaluation on published figures: invented ones, and the real ones where they are."""

import csv
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vanguard.errors import BadInput
from vanguard.learn.evaluate import judge, shipped_plans, tables_of
from vanguard.learn.evaluate.feed import read_feeds
from vanguard.learn.evaluate.judging import estimated
from vanguard.learn.evaluate.library import families
from vanguard.learn.evaluate.published import feed_of, panel_of
from vanguard.learn.evaluate.study import prepare

OPEN_DATA = Path(os.environ.get("VANGUARD_OPEN_DATA", Path(__file__).resolve().parents[4] / "shared" / "data" / "open"))
RETURN = "month,org_code,org_type,nonelective\n"
ADMISSIONS = "nonelective_admissions"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        {
            "mar_ccg_monthly/mar_commissioner_monthly_a.csv": RETURN
            + "2013-04,01H,CCG,10\n2013-04,01K,CCG,20\n2013-04,10H,CCG,3\n2013-04,10Y,CCG,4\n2013-04,X24,NHS,99\n"
            + "2013-05,01H,CCG,11\n2013-05,01K,CCG,21\n2013-05,10H,CCG,5\n2013-05,10Y,CCG,6\n2013-05,X24,NHS,99\n",
            "mar_ccg_monthly/mar_commissioner_monthly_b.csv": RETURN
            + "2013-05,10H,CCG,50\n2013-06,01H,CCG,1\n2013-06,01K,CCG,2\n2013-06,14Y,CCG,7\n",
            "mar_ccg_monthly/ccg_successors.csv": "ccg_code,successor_code\n10H,14Y\n10Y,14Y\n",
            "population_reference/ccg_registered_list_monthly.csv": "month,ccg_code,registered_patients\n"
            + "2013-05,01H,100\n2013-05,01K,200\n2013-05,14Y,300\n",
        },
    )


def test_published_files_become_a_panel_by_rules(folder: Path) -> None:
    """Merged and joined units are added up, the later file is believed, months without a list carry the nearest."""
    feed = feed_of(read_feeds(), ADMISSIONS)
    table = panel_of(feed, folder, ADMISSIONS)
    assert table.units == ("01K", "14Y")
    assert table.numerator.tolist() == [[30, 32, 3], [7, 56, 7]]
    assert table.denominator is not None
    assert table.denominator.tolist() == [[300] * 3, [300] * 3]
    apart = panel_of(feed, folder, ADMISSIONS, without=("cumbria_boundary",))
    assert apart.units == ("01H", "01K", "14Y")
    level = panel_of(feed, folder, "nonelective_admissions_against_own_level")
    assert level.denominator is not None
    assert level.numerator.sum() / level.denominator.sum() == pytest.approx(1)


def test_what_the_files_do_not_have_is_said(folder: Path) -> None:
    feed = feed_of(read_feeds(), ADMISSIONS)
    with pytest.raises(BadInput, match="no column el_total"):
        panel_of(feed, folder, "elective_admissions")
    with pytest.raises(BadInput, match="No feed has the outcome births"):
        feed_of(read_feeds(), "births")
    (folder / "population_reference" / "ccg_registered_list_monthly.csv").unlink()
    with pytest.raises(BadInput, match="There is no file population_reference"):
        panel_of(feed, folder, ADMISSIONS)
    write(folder, {"mar_ccg_monthly/mar_commissioner_monthly_b.csv": RETURN + "2013-06,01H,CCG,1\n2013-06,01H,CCG,1\n"})
    with pytest.raises(BadInput, match="01H has 2013-06-01 twice"):
        panel_of(feed, folder, ADMISSIONS)


LATER = "mar_ccg_monthly/mar_commissioner_monthly_b.csv"
SUCCESSORS = "mar_ccg_monthly/ccg_successors.csv"
LISTS = "population_reference/ccg_registered_list_monthly.csv"


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        (LATER, RETURN + "2013-06,10H,CCG,abc\n", "10H has abc in 2013-06-01, which is not a number"),
        (LATER, RETURN + "CCG,2013-06,10H,5\n", "CCG is not a period"),
        (LATER, RETURN + "2013-06,,CCG,5\n", "A row of 2013-06-01 names no unit"),
        (LATER, RETURN + "2013-05,14Y,CCG,9\n", "10H and 14Y, of which it became a part, both have 2013-05-01"),
        (LISTS, "month,ccg_code,registered_patients\n2013-05,01K,many\n", "01K has many in 2013-05-01"),
    ],
)
def test_files_that_would_be_counted_wrongly_are_refused(folder: Path, file: str, text: str, says: str) -> None:
    write(folder, {file: text})
    with pytest.raises(BadInput, match=says):
        panel_of(feed_of(read_feeds(), ADMISSIONS), folder, ADMISSIONS)


def test_months_in_words_thousands_other_columns_first_and_a_later_merger_are_read(folder: Path) -> None:
    changed = 'nonelective,org_type,org_code,month\n"1,234",CCG,01K,Jun-13\n7,CCG, 14Y,06/2013\n,CCG,10Y,2013-05\n'
    write(folder, {LATER: changed, SUCCESSORS: "ccg_code,successor_code\n10H,14Y\n10Y,14Y\n14Y,99X\n"})
    table = panel_of(feed_of(read_feeds(), ADMISSIONS), folder, ADMISSIONS)
    assert table.units == ("01K", "99X")
    np.testing.assert_array_equal(table.numerator, [[30, 32, 1234], [7, np.nan, 7]])
    assert table.gone["10H"] == "was added to 99X"
    plan = shipped_plans()["mcp_stockport"].model_copy(update={"treated": ("14Y",)})
    with pytest.raises(BadInput, match="no unit 14Y, which the plan says changed: it was added to 99X"):
        judge(plan, table)


def test_nobody_to_divide_by_and_two_spellings_are_told(folder: Path) -> None:
    lists = "2013-05,01H,0\n2013-05,01K,0\n2013-05,14Y,300\n2013-05,14y,300\n"
    write(folder, {LISTS: "month,ccg_code,registered_patients\n" + lists, LATER: RETURN + "2013-06,14y,CCG,7\n"})
    table = panel_of(feed_of(read_feeds(), ADMISSIONS), folder, ADMISSIONS)
    assert table.gone["01K"] == "has nothing above 0 to divide by"
    assert table.notes == (
        "Spelled differently, perhaps the same unit: 14Y and 14y.",
        "01K: nothing above 0 to divide by in 2 of the figures, which are not used (first in April 2013).",
        "Without anything to divide by, and left out: 01K.",
    )


def test_a_second_outcome_is_a_column_of_the_same_files_first(folder: Path) -> None:
    feeds = read_feeds()
    assert feed_of(feeds, "delayed_days", folder, ADMISSIONS) is feeds["delayed_transfers"]
    for name in ("a", "b"):
        file = folder / "mar_ccg_monthly" / f"mar_commissioner_monthly_{name}.csv"
        file.write_text(file.read_text("utf-8").replace(RETURN, "month,org_code,org_type,delayed_days\n"), "utf-8")
    feed = feed_of(feeds, "delayed_days", folder, ADMISSIONS)
    assert feed is feeds["admissions"]
    assert panel_of(feed, folder, "delayed_days").numerator.tolist() == [[30, 32, 3], [7, 56, 7]]
    with pytest.raises(BadInput, match="No feed has the outcome births"):
        feed_of(feeds, "births", folder, ADMISSIONS)


def test_every_site_of_every_plan_has_its_family() -> None:
    plans = shipped_plans()
    found = list(families(plans))
    assert {plan.id for head, sites in found for plan in (head, *sites)} == set(plans)
    for head, sites in found:
        assert head.design == "difference_in_differences"
        assert all(site.outcome.startswith(head.outcome) for site in sites)
        assert all(set(site.treated).isdisjoint(site.exclusions[0].units) for site in sites)


@pytest.mark.open_data
@pytest.mark.skipif(not OPEN_DATA.exists(), reason=f"the open data are not at {OPEN_DATA}")
class TestRealFigures:
    def test_the_page_says_what_the_figures_say_today(self) -> None:
        page = Path(__file__).resolve().parents[3] / "docs" / "evaluations" / "vanguards.csv"
        with page.open(encoding="utf-8") as lines:
            told = {row["evaluation"]: row for row in csv.DictReader(lines)}
        plans = shipped_plans()
        assert set(told) == set(plans)
        pooled = plans["mcp"]
        study = replace(prepare(pooled, tables_of(pooled, OPEN_DATA)[0]).study, checks=())
        assert estimated(pooled, study).estimate.effect == pytest.approx(float(told["mcp"]["effect"]), rel=1e-3)
        alone = plans["pacs_morecambe_bay"]
        judged = judge(alone, *tables_of(alone, OPEN_DATA))
        assert judged.finding.estimate.effect == pytest.approx(float(told[alone.id]["effect"]), rel=1e-3)
        assert judged.verdict == told[alone.id]["verdict"]
        unmerged = panel_of(feed_of(read_feeds(), ADMISSIONS), OPEN_DATA, ADMISSIONS, without=("cumbria_boundary",))
        step = unmerged.numerator[unmerged.units.index("01K")]
        assert step[-12:].mean() > 1.8 * step[:12].mean(), "the boundary of April 2017 is what the rule is for"

    def test_unseen_months_and_a_second_outcome_run_through_the_same_plan(self, tmp_path: Path) -> None:
        """A year after the last, with a tenth fewer admissions in one site alone, is taken in and found there."""
        for name in ("mar_ccg_monthly", "population_reference"):
            (tmp_path / name).mkdir()
            for file in (OPEN_DATA / name).glob("*.csv*"):
                (tmp_path / name / file.name).symlink_to(file)
        plan = shipped_plans()["mcp_stockport"]
        before, _ = tables_of(plan, OPEN_DATA)
        rows = [
            f"{2019 + (month > 12)}-{(month - 1) % 12 + 1:02d},{unit},CCG,"
            f"{round(before.numerator[row, -16 + month] * (0.6 if unit == '01W' else 1))}"
            for month in range(4, 16)
            for row, unit in enumerate(before.units)
        ]
        write(tmp_path, {"mar_ccg_monthly/mar_commissioner_monthly_z.csv": RETURN + "\n".join(rows) + "\n"})
        after, _ = tables_of(plan, tmp_path)
        assert len(after.periods) == len(before.periods) + 12
        first, second = judge(plan, before), judge(plan, after)
        assert second.scope.last.isoformat() == "2020-03-01"
        assert second.finding.estimate.effect < first.finding.estimate.effect - 5
        other = plan.model_copy(update={"outcome": "elective_day_cases", "exclusions": plan.exclusions[:1]})
        found = judge(other, *tables_of(other, OPEN_DATA))
        assert np.isfinite(found.finding.estimate.effect)
