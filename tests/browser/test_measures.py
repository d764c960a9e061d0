"""Measures in a real browser: charts drawn under the page's own policy, no fault of axe, nothing too wide."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.browser.conftest import Watched, fill, serving
from tests.browser.test_accessible import WIDTHS, check
from tests.learn.board.conftest import MAIN, MEASURES, PLANS, fill_lake
from tests.oidc.real import free_port

pytestmark = pytest.mark.browser
PAGES = {
    "analyst": [
        "/measures",
        "/measures/moon/stays",
        "/measures/moon/stays?by=locality",
        "/measures/moon/stays?by=practice&part=K80001&standardised=1",
        "/measures/moon/stays/peers",
        "/measures/moon/stays/2026-01-01",
        "/measures/moon/never",
        "/measures/review",
        "/evaluations",
        "/evaluations/moon/fewer_stays",
    ],
    "commissioner": ["/measures", "/measures/moon/back", "/evaluations/moon/fewer_stays"],
}


@pytest.fixture(scope="module")
def moon_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("browser") / "moon"
    folder = place / "blueprints" / "moon"
    folder.mkdir(parents=True)
    (folder / "blueprint.yaml").write_text(MAIN)
    (folder / "measures.yaml").write_text(MEASURES)
    (folder / "evaluation.yaml").write_text(PLANS)
    fill(place)
    with serving(place, free_port()) as address:
        # The service was filled with people of its own; these measures are of others.
        fill_lake(place)
        yield address


def test_measures(browser: Browser, moon_service: str) -> None:
    # Charts are drawn for a phone; each page is looked at as wide as a desk too.
    context = browser.new_context(viewport={"width": WIDTHS["phone"], "height": 900})
    try:
        seen = Watched(context, moon_service)
        seen.go("/scorecard")
        check(seen.page, "scorecard")
        for username, pages in PAGES.items():
            seen.sign_in(username)
            for path in pages:
                seen.go(path)
                specs = seen.page.locator("script.vg-spec").count()
                if specs:
                    seen.page.wait_for_selector("html[data-drawn=yes]", timeout=20_000)
                    assert seen.page.locator(".vg-chart svg").count() == specs
                check(seen.page, f"{username} {path}")
            context.clear_cookies()
        assert seen.complaints == []
        assert seen.elsewhere == []
    finally:
        context.close()
