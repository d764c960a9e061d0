"""The pages of a programme in a real browser: no fault, fitting a desk and a phone, and usable from an empty start."""

import json
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
PAGES = (
    "/",
    "/tables",
    "/sites?type=pacs&partner=hospital&sort=-population",
    "/sites/salford-together",
    "/capabilities/shared_imaging",
    "/search?q=radiology",
    "/map?type=uec",
    "/money",
    "/recounted",
    "/support",
    "/plan?on=2016-11-01",
    "/gantt?on=2016-11-01",
    "/scrutiny",
    "/engagement",
    "/evaluations",
    "/communities/not-chosen",
    "/blueprints",
    "/blueprints/mcp",
    "/blueprints/frail-older-people",
    "/learning?state=accepted",
    "/guide?area=East+Midlands&type=uec",
)
KEPT = ("/keep/adoptions/new", "/keep/sites/new", "/keep/sites/paste", "/capabilities/shared_imaging")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demo programme."""
    port, home = free_port(), tmp_path_factory.mktemp("browser") / "programme"
    environment = os.environ | {"VANGUARD_HOME": str(home), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    command = [sys.executable, "-m", "vanguard.cli", "demo", "--programme", "--port", str(port), "--workers", "1"]
    running = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert running.stdout
    said = next(line for line in running.stdout if line.startswith("Vanguard is at"))
    assert f"http://127.0.0.1:{port}" in said
    yield f"http://127.0.0.1:{port}"
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == 0


def test_pages_for_everybody(watched: Callable[..., Watched]) -> None:
    seen = watched()
    for path in PAGES:
        seen.go(path)
        check(seen.page, path)
    seen.go("/map")
    seen.page.locator(".vg-map a").nth(3).click()
    seen.page.wait_for_url("**/sites/**")


def test_a_director_keeps_the_tables(watched: Callable[..., Watched]) -> None:
    seen = watched()
    seen.sign_in("director")
    for path in KEPT:
        seen.go(path)
        check(seen.page, path)
    seen.go("/keep/sites/new")
    seen.page.click("main button:has-text('Keep')")
    check(seen.page, "a site without anything")
    assert "The cell is empty" in seen.page.locator(".nhsuk-error-summary").inner_text()
    told = {"blueprint": "pacs", "version": "0.1.0", "since": "2026-11", "adopted_by": "Board"}
    own = "# pathways.yaml\ncalendars: {ward_day: Mo-Su 07:00-21:00}"
    adopted = [
        {"short": "salford-pacs", "site": "salford-together", "own": own},
        {"short": "wirral-pacs", "site": "wirral-partners"},
    ]
    seen.go("/keep/adoptions/paste")
    seen.page.fill("#text", json.dumps([told | one for one in adopted]))
    seen.page.click("main button:has-text('Keep')")
    for path in ("/adoptions/salford-pacs?with=wirral-pacs", "/sites/salford-together"):
        seen.go(path)
        check(seen.page, path)
    assert "1 difference" in seen.page.locator("main").inner_text()
    seen.go("/keep/sites/paste")
    seen.page.fill("#text", "short,name,type,people\ntown-1,Town 1,pch,30000\n")
    seen.page.click("main button:has-text('Keep')")
    check(seen.page, "a column renamed")
    assert "The column people is one too many" in seen.page.locator(".nhsuk-error-summary").inner_text()
    for path in ("/boards", "/boards/sites?type=pacs", "/publications"):
        seen.go(path)
        check(seen.page, path)
