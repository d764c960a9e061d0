"""Every page for every role, on a desk and on a phone: no fault that axe knows, nothing too wide."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.browser.conftest import ROOT, Watched

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Where a fault is, its own markup says: to find a selector for each node would only take time.
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"], selectors: false}).then(
    found => found.violations)"""
# The header lays its menu out anew in the frame after a change of width, and once more when that changed its own.
SETTLED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => requestAnimationFrame(() => setTimeout(done)))))"""
WIDTHS = {"desk": 1280, "phone": 390}
OPEN_PERSON = "person"
MEND = "the first row of quarantine"
EVERYBODY = ["/sign-in", "/signed-out"]
PAGES = {
    "gp": ["/", "/people/next", "/people/next?sort=age&order=up", "/people/next?practice=none",
           "/people/find", "/people/emergency", "/letters", "/data", "/no-such-page", "/users",
           OPEN_PERSON, f"{OPEN_PERSON}?setting=none", f"{OPEN_PERSON}?kind=Encounter", f"{OPEN_PERSON}/choices",
           f"{OPEN_PERSON}/relatives", f"{OPEN_PERSON}/looks"],
    "nurse": ["/", "/people/next"],
    "social": ["/", "/people/next"],
    "surgery": ["/", "/plans", f"{OPEN_PERSON}/plans", f"{OPEN_PERSON}/plans/frail-older-people/plan_with_goals"],
    "hub": ["/", "/people/next", "/people/find"],
    "analyst": ["/", "/people/next", "/referrals/numbers", "/data"],
    "commissioner": ["/", "/data", "/referrals/numbers"],
    "admin": ["/", "/data", "/data/feeds/gp_events", "/data/quarantine", MEND, "/users", "/sessions"],
    "privacy": ["/", "/privacy", "/privacy?show=done", "/privacy/marks", "/privacy/looks",
                "/privacy/patterns"],
}  # fmt: skip


def faults(page: Any) -> list[str]:
    """What axe finds wrong, each with where. It runs from outside the page, past its security policy."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(RUN, RULES)
    return [
        f"{fault['id']} ({fault['help']}): {[node['html'][:120] for node in fault['nodes'][:3]]}" for fault in found
    ]


def check(page: Any, what: str) -> None:
    """A page has no fault and fits, as wide as it is and on a desk and a phone."""
    before = page.viewport_size
    for width in dict.fromkeys([before["width"], *WIDTHS.values()]):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLED)
        assert faults(page) == [], f"{what} at {width}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{what} is {wide} pixels too wide at {width}"
    page.set_viewport_size(before)


@pytest.mark.parametrize("username", PAGES)
def test_pages_of_a_role(watched: Callable[..., Watched], username: str) -> None:
    seen = watched()
    for path in EVERYBODY if username == "gp" else []:
        seen.go(path)
        check(seen.page, path)
    seen.sign_in(username)
    person = ""
    for path in PAGES[username]:
        if path.startswith(OPEN_PERSON) and not person:
            seen.go("/people/next")
            person = seen.page.locator("a.vg-people__name").first.get_attribute("href") or ""
        if path == MEND:
            path = seen.page.locator('a[href^="/data/quarantine/"]').first.get_attribute("href") or MEND
        seen.go(path.replace(OPEN_PERSON, person, 1) if person and path.startswith(OPEN_PERSON) else path)
        check(seen.page, f"{username} {path}")


def test_openings_that_stand_out(watched: Callable[..., Watched]) -> None:
    gp = watched()
    gp.sign_in("gp")
    for _ in range(10):
        gp.go("/people/nobody0001")
    seen = watched()
    seen.sign_in("privacy")
    seen.go("/privacy/patterns")
    check(seen.page, "patterns")
    seen.page.locator("a[href$='/failed_searches/gp']").click()
    check(seen.page, "pattern")
    seen.go("/people/nobody0001/looks")
    check(seen.page, "looks, for the privacy officer")


@pytest.mark.parametrize("width", [320], ids=["narrowest"])
def test_the_person_and_the_list_fit_the_narrowest_screen(watched: Callable[..., Watched], width: int) -> None:
    seen = watched(width)
    seen.sign_in("gp")
    check(seen.page, "home")
    seen.go("/people/next")
    check(seen.page, "list")
    seen.page.locator("a.vg-people__name").first.click()
    check(seen.page, "person")


def test_what_forms_answer(watched: Callable[..., Watched]) -> None:
    seen = watched()
    page = seen.page
    seen.go("/sign-in")
    page.fill("#username", "nobody")
    page.click("main button:has-text('Sign in')")
    check(page, "wrong sign-in")
    seen.sign_in("gp")
    for typed in ("", "a", "nobody of that name"):
        seen.go("/people/find")
        page.fill("#text", typed)
        page.click("main button:has-text('Find')")
        check(page, f"find {typed!r}")
    seen.go("/people/emergency")
    page.click("main button:has-text('Open')")
    page.wait_for_function("() => document.activeElement.classList.contains('nhsuk-error-summary')")
    check(page, "emergency without anything")
    page.fill("#nhs_number", "999 000 0000")
    page.fill("#birth_date", "30 February 1950")
    page.click("main button:has-text('Open')")
    check(page, "emergency with impossible values")


def test_a_watched_record_from_its_mark_to_the_follow_up(watched: Callable[..., Watched]) -> None:
    """Each page of the way, its errors too; at the end nothing is watched, as before."""
    officer, gp = watched(), watched()
    gp.sign_in("gp")
    gp.go("/people/next")
    names = gp.page.locator("a.vg-people__name")
    address = names.first.get_attribute("href") or ""
    gp.go(f"{address}/choices")
    gp.page.check("text=Share key information only")
    gp.page.click("main button:has-text('Record')")
    check(gp.page, "choice recorded")
    gp.go(address)
    check(gp.page, "person who shares key information only")
    gp.go(f"{address}/choices")
    gp.page.check("text=Share everything")
    gp.page.click("main button:has-text('Record')")
    check(gp.page, "choice before")
    gp.go(address)
    born, number = (
        gp.page.locator(f".vg-banner__facts div:has(dt:text-is('{fact}')) dd").first.inner_text().split("(")[0].strip()
        for fact in ("Born", "NHS number")
    )
    officer.sign_in("privacy")
    officer.go("/privacy/marks")
    officer.page.click("main button:has-text('Watch the record')")
    check(officer.page, "mark without anything")
    officer.page.fill("#nhs_number", number)
    officer.page.fill("#birth_date", born)
    officer.page.check("text=Is known to the public")
    officer.page.fill("#reason", "Asked by the trust")
    officer.page.click("main button:has-text('Watch the record')")
    check(officer.page, "marks")
    gp.go(address)
    check(gp.page, "reason")
    gp.page.click("main button:has-text('Open')")
    check(gp.page, "no reason")
    gp.page.fill("#reason", "Rang about results")
    gp.page.click("main button:has-text('Open')")
    check(gp.page, "watched person")
    officer.go("/")
    officer.page.click("text=Records opened under watch >> nth=-1")
    check(officer.page, "queue")
    officer.page.locator("main table a").first.click()
    check(officer.page, "opening")
    officer.page.click("main button:has-text('Record')")
    check(officer.page, "no outcome")
    officer.page.check("text=There was a good reason")
    officer.page.click("main button:has-text('Record')")
    check(officer.page, "followed up")
    officer.go("/privacy/marks")
    officer.page.click("main button:has-text('Stop watching')")
    check(officer.page, "no marks")
