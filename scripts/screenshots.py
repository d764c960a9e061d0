"""Pictures of every page for every role, at desktop and phone width, of a running demo service.

    python scripts/screenshots.py http://127.0.0.1:8000

All go to tests/.artefacts/screenshots; those that the README shows also to docs/images.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.chromium import FLAGS, installed  # noqa: E402

from vanguard.web.demo_users import DEMO_PASSWORD, DEMO_USERS  # noqa: E402

OUT = ROOT / "tests/.artefacts/screenshots"
WIDTHS = {"desktop": 1280, "phone": 390}
SHOWN_IN_README = {
    ("gp", "home"),
    ("gp", "help-next"),
    ("gp", "person"),
    ("gp", "emergency"),
    ("analyst", "data"),
}


def main(base: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    (ROOT / "docs/images").mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        for width in WIDTHS:
            for username, *_ in DEMO_USERS:
                _walk(browser, base, username, width)
        browser.close()


def _walk(browser: Browser, base: str, username: str, width: str) -> None:
    page = browser.new_page(viewport={"width": WIDTHS[width], "height": 900})
    page.goto(f"{base}/sign-in")
    _picture(page, "anyone", "sign-in", width)
    page.fill("#username", username)
    page.fill("#password", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    _picture(page, username, "home", width)
    menu = page.locator("nav[aria-label=Menu] a.nhsuk-header__navigation-link")
    links = [menu.nth(one).get_attribute("href") for one in range(menu.count())]
    for link in [*links, "/no-such-page"]:
        if link and link != "/":
            page.goto(base + link)
            _picture(page, username, link.strip("/").split("/")[-1].replace("next", "help-next"), width)
    if "/people/next" in links and "/people/find" in links:
        _named_pages(page, base, username, width)
    if username == "admin":
        page.goto(f"{base}/data/quarantine")
        _picture(page, username, "quarantine", width)
    page.close()


def _named_pages(page: Page, base: str, username: str, width: str) -> None:
    asked = page.goto(f"{base}/people/emergency")
    if asked and asked.ok:
        _picture(page, username, "emergency", width)
        page.click("main button[type=submit]")
        _picture(page, username, "emergency-problems", width)
    page.goto(f"{base}/people/find")
    page.fill("#text", "a")
    page.click("main button[type=submit]")
    _picture(page, username, "found", width)
    page.goto(f"{base}/people/next")
    listed = page.locator("a.vg-people__name")
    if listed.count():
        listed.first.click()
        _picture(page, username, "person", width)


def _picture(page: Page, username: str, name: str, width: str) -> None:
    path = OUT / f"{username}-{name}-{width}.png"
    page.screenshot(path=path, full_page=name not in {"person"})
    if name == "person":
        page.screenshot(path=path.with_stem(path.stem + "-whole"), full_page=True)
    if (username, name) in SHOWN_IN_README:
        page.screenshot(path=ROOT / "docs/images" / f"{name}-{width}.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
