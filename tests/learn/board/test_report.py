"""The monthly report: what changed, what is only noise, in words, without a small number; and its command."""

import html
import json
import re
from pathlib import Path

from click.testing import CliRunner
from pytest import MonkeyPatch

from vanguard.access import disclose
from vanguard.blueprint import adopted
from vanguard.lake import Lake
from vanguard.learn.board.command import measure
from vanguard.learn.board.points import period, whole_place
from vanguard.learn.measure import open_point
from vanguard.learn.measure.spc import figure


def test_the_report_of_a_month(moon: Path, monkeypatch: MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VANGUARD_HOME", str(moon))
    result = CliRunner().invoke(measure, ["report", "--month", "2026-02", "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0, result.exception
    told = json.loads(result.output)
    page = Path(told["page"]).read_text("utf-8")
    assert page.count("<h3>") == sum(told[kind] for kind in told if kind not in ("page", "without a number"))
    assert "Measures, February 2026" in page
    assert "in Feb 2026" in page
    assert "Falls: Fewer than 8, which would point at people." in page
    assert "Never told: Nothing of this kind has been told yet" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    told_of = set(re.findall(r"(\d[\d,.]*)(?: [a-z][\w, ]*?)? in ((?:\w+ to )?\w+ \d{4})", html.unescape(page)))
    assert told_of == recounted(moon, {when for _, when in told_of}) and len(told_of) == 5


def recounted(moon: Path, periods: set[str]) -> set[tuple[str, str]]:
    """Figures of these periods, of measures that are often enough, made anew of rows counted and rounded."""
    blueprint, lake, found = adopted(moon)[0], Lake(moon), set()
    for id in ("stays", "back", "nights", "told_stays"):
        one = blueprint.measures[id]
        assert one.per is not None
        for point in whole_place(lake, blueprint)[id]:
            if period(one.interval, point.start) in periods and point.value is not None:
                rows = open_point(lake, blueprint, id, point.start)
                counted, of = (disclose(round(sum_of)) for sum_of in (rows.numerator, rows.denominator))
                assert counted is not None and of is not None
                found.add((figure(one.per.number * counted / of), period(one.interval, point.start)))
    return found


def test_a_month_that_is_not_known_is_refused(moon: Path, monkeypatch: MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VANGUARD_HOME", str(moon))
    for month, what in (("2026-06", "The last day that is known is 31 May 2026"), ("June", "Write it as 2018-08")):
        refused = CliRunner().invoke(measure, ["report", "--month", month, "--out", str(tmp_path / "out")])
        assert what in str(refused.exception)
        assert not (tmp_path / "out").exists()
