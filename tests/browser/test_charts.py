"""The page of control charts that `vanguard spc --charts` writes: drawn, accessible, and asking nobody for anything."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser
from tests.browser.test_accessible import WIDTHS, check

from vanguard.cli import cli

pytestmark = pytest.mark.browser
HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five series: one falling, one rebased, one with a hostile name, one of a single value, one of none."""
    folder = tmp_path_factory.mktemp("charts")
    lines = ["series,period,value,target,rebase,reason,direction"]
    for month in range(1, 13):
        wave = month % 3
        lines += [
            f"Emergency admissions,2018-{month:02},{40 - 3 * month},30,,,down",
            f"Nothing further needed,2018-{month:02},{60 + wave + (9 if month > 6 else 0)},64,"
            f"{'yes,new team' if month == 7 else ','},up",
            f'"{HOSTILE}",2018-{month:02},{wave},,,,',
            f"None yet,2018-{month:02},,,,,",
        ]
    lines.append("One only,2018-01,7,,,,")
    (folder / "series.csv").write_text("\n".join(lines) + "\n")
    names = {"--input": "series.csv", "--output": "points.csv", "--charts": "charts.html"}
    result = CliRunner().invoke(cli, ["spc", *(part for n, f in names.items() for part in (n, str(folder / f)))])
    assert result.exit_code == 0, result.output
    return folder / "charts.html"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_charts_are_drawn_and_have_their_table_and_words(browser: Browser, page: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    try:
        opened = context.new_page()
        heard: list[str] = []
        asked: list[str] = []
        opened.on("console", lambda message: heard.append(message.text))
        opened.on("pageerror", lambda error: heard.append(str(error)))
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(page.as_uri())
        opened.wait_for_selector("html[data-drawn=yes]", timeout=20_000)
        assert heard == []
        assert [url for url in asked if not url.startswith(("data:", page.as_uri()))] == []
        assert opened.locator(".chart svg").count() == 4
        cards = {card.locator("h2").inner_text(): card for card in opened.locator(".card").all()}
        assert list(cards)[2] == HOSTILE
        falling = cards["Emergency admissions"].inner_text()
        assert "Lower, better" in falling
        assert "seven points in a row going one way" in falling or "outside the limits" in falling
        assert "New mean and limits from 2018-07: new team." in cards["Nothing further needed"].inner_text()
        assert "Meets its target" in cards["Nothing further needed"].inner_text()
        assert "One value has no limits" in cards["One only"].inner_text()
        assert cards["None yet"].locator("p").inner_text() == "No value yet."
        check(opened, "folded")
        opened.locator("summary").first.click()
        assert cards["Emergency admissions"].locator("tbody tr").count() == 12
        check(opened, "with a table open")
    finally:
        context.close()
