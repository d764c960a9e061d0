"""A first Monday, as docs/programme.md walks it: an empty programme, two hundred sites, a round, an award."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from tests.browser.conftest import ROOT, Watched
from tests.browser.test_accessible import check
from tests.oidc.real import free_port

pytestmark = pytest.mark.browser
SITES = 200


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a programme in which nothing is but its two sign-ins."""
    port, home = free_port(), tmp_path_factory.mktemp("monday") / "programme"
    environment = os.environ | {"VANGUARD_HOME": str(home), "VANGUARD_DEMO": "1", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "vanguard.cli"]
    new = subprocess.run(
        [*command, "programme", "new", "Forty towns"], env=environment, cwd=ROOT, check=True, capture_output=True
    )
    assert b"Sign in as director or viewer, password" in new.stdout
    running = subprocess.Popen(
        [*command, "serve", "--port", str(port), "--workers", "1"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    assert running.stdout.readline() == f"Vanguard is at http://127.0.0.1:{port}\n"
    yield f"http://127.0.0.1:{port}"
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == 0


def test_a_first_monday(watched: Callable[..., Watched]) -> None:
    seen = watched()
    page = seen.page

    def keep(table: str, text: str) -> str:
        seen.go(f"/keep/{table}/paste")
        page.fill("#text", text)
        page.click("main button:has-text('Keep')")
        return page.locator("main").inner_text()

    seen.sign_in("director")
    assert "This programme has no sites yet. Begin with its sources" in page.locator("main").inner_text()
    seen.go("/keep/sources/new")
    page.fill("#short", "call-letter")
    page.fill("#name", "Letter to towns")
    page.click("main button:has-text('Keep')")
    keep("site-types", "short,name\nhub,Neighbourhood hub\n")
    heading = "short,name,type,population,region,latitude,longitude,sources\n"
    rows = "".join(
        f"town-{n},Town {n},hub,{30_000 + 100 * n},{'North' if n % 2 else 'South'},"
        f"{51 + n % 20 / 5},{-2.4 + n // 20 / 5},call-letter\n"
        for n in range(SITES)
    )
    assert "Another" in keep("sites", f"{heading}{rows}again,Town 7,hub,1,North,,,\n") or "stands in line" in (
        page.locator("main").inner_text()
    )
    assert f"{SITES} rows are new" in keep("sites", heading + rows)
    seen.go("/sites?region=North&sort=-population")
    assert "100 sites" in page.locator("main [role=status]").inner_text()
    seen.go("/map")
    assert page.locator(".vg-map a").count() == SITES
    check(page, "the map of two hundred")
    # A round from its call to the announcement.
    keep("rounds", "short,name,number\nfirst,First round,1\n")
    named = "".join(f"{one},first,{one.title()},hub,shortlisted,50000\n" for one in ("oak", "yew", "fir"))
    keep("applications", f"short,round,name,type,stage,population\n{named}")
    seen.go("/selection/first")
    page.click("main button:has-text('Open the vote today')")
    page.click("main a[href*='/ballot/fir:']")
    check(page, "a ballot")
    assert "Oak votes for itself" in keep("votes", "voter,choice\noak,oak\n")
    assert "3 rows are new" in keep("votes", "voter,choice\noak,yew\nfir,yew\nyew,oak\n")
    outcomes = "yew,2026-11-30,The board,chosen,Ready\noak,2026-11-30,The board,not_chosen,Later\n"
    keep("decisions", f"application,on,body,outcome,why\n{outcomes}fir,2026-11-30,The board,not_chosen,Later\n")
    seen.go("/selection/first")
    check(page, "a round")
    page.click("main button:has-text('Announce 1 site')")
    # Money.
    keep("funds", "short,name,amount\nstart,Start fund,2000000\n")
    award = "short,fund,recipient,stage,amount,year\nyew-1,start,Yew,approved,{},2026/27\n"
    assert "the fund is £2,000,000" in keep("awards", award.format(3_000_000))
    assert "1 row is new" in keep("awards", award.format(250_000))
    keep("award-shares", "award,site,amount\nyew-1,yew,250000\n")
    seen.go("/money")
    check(page, "money")
    assert "£1,750,000" in page.locator("main").inner_text()
    # What sites publish: nothing yet, and it says so.
    for path, words in (
        ("/boards", "No site has published a measure yet."),
        ("/boards/sites?published=no", "201 sites"),
        ("/boards/sites/yew", "This site has published nothing yet"),
        ("/publications", "Nothing has come yet."),
    ):
        seen.go(path)
        check(page, path)
        assert words in page.locator("main").inner_text(), path
    page.set_input_files("#file", {"name": "yew.json", "mimeType": "application/json", "buffer": b"{}"})
    page.click("main button:has-text('Receive')")
    check(page, "a file refused")
    assert "The file is none that" in page.locator(".nhsuk-error-summary").inner_text()
