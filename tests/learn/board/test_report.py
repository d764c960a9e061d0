"""The monthly report: what changed, what is only noise, in words, without a small number; and its command."""

import json
from pathlib import Path

from click.testing import CliRunner
from pytest import MonkeyPatch

from vanguard.learn.board.command import measure


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


def test_a_month_that_is_not_known_is_refused(moon: Path, monkeypatch: MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VANGUARD_HOME", str(moon))
    for month, what in (("2026-06", "The last day that is known is 31 May 2026"), ("June", "Write it as 2018-08")):
        refused = CliRunner().invoke(measure, ["report", "--month", month, "--out", str(tmp_path / "out")])
        assert what in str(refused.exception)
        assert not (tmp_path / "out").exists()
