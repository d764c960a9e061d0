"""From the sign-in to a person's record: by keyboard alone, and without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.browser.conftest import Watched
from tests.small_place import make_people

from vanguard.web.demo_users import DEMO_PASSWORD

pytestmark = pytest.mark.browser


# Whether what has the focus, or something in or around it, is what is seen at that point.
ON_TOP = """([x, y]) => {
  const seen = document.elementFromPoint(x + 3, y + 3), focus = document.activeElement;
  return !seen || focus.contains(seen) || seen.contains(focus);
}"""
PLACE = "(() => {const box = document.activeElement.getBoundingClientRect(); return [box.x, box.y]})()"


def press_until(page: Any, selector: str, key: str = "Tab", most: int = 60) -> None:
    """Press a key until the focus is on what the selector names, and can be seen there."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            box = page.evaluate(PLACE)
            on_top = page.evaluate(ON_TOP, box)
            assert on_top, f"{selector} has the focus but something covers it"
            return
    raise AssertionError(f"{selector} is not reached by {key}")


def test_by_keyboard_alone(watched: Callable[..., Watched]) -> None:
    seen = watched()
    page = seen.page
    seen.go("/sign-in")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    press_until(page, "#username")
    page.keyboard.type("gp")
    press_until(page, "#password")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{seen.base}/")
    press_until(page, "a[href='/people/next']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{seen.base}/people/next")
    press_until(page, "a.vg-sort")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/next?*")
    assert page.locator("th[aria-sort=ascending], th[aria-sort=descending]").count() == 1
    press_until(page, "a.vg-people__name")
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/people/p\d+$"))
    assert page.locator("h1").inner_text() == name
    press_until(page, ".vg-timeline summary")
    page.keyboard.press("Enter")
    press_until(page, "#setting-1")
    page.keyboard.press("Space")
    press_until(page, ".vg-timeline button")
    page.keyboard.press("Enter")
    page.wait_for_url("**setting=*")
    assert "out of" in page.locator("#entries [role=status]").inner_text()


def test_without_javascript(watched: Callable[..., Watched]) -> None:
    seen = watched(390, java_script_enabled=False)
    page = seen.page
    seen.sign_in("nurse")
    page.click("nav[aria-label=Menu] a:has-text('Who to help next')")
    page.select_option("#practice", "K80002")
    page.click("main button:has-text('Show')")
    assert "practice=K80002" in page.url
    page.locator("a.vg-people__name").first.click()
    assert page.locator("h1").count() == 1
    page.click("text=Filter the timeline")
    page.check("#kind-1")
    page.click(".vg-timeline button")
    assert "kind=" in page.url
    page.click("text=Sign out")
    assert page.locator("h1").inner_text() == "You are signed out"


def test_the_banner_stays_and_the_number_is_never_wrapped(watched: Callable[..., Watched]) -> None:
    for width in (1280, 390, 320):
        seen = watched(width)
        seen.sign_in("gp")
        seen.go("/people/next")
        seen.page.locator("a.vg-people__name").first.click()
        seen.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        assert seen.page.locator("h1").bounding_box()["y"] >= 0  # type: ignore[index]
        number = seen.page.locator(".vg-banner dd.vg-nowrap").first
        assert re.fullmatch(r"\d{3} \d{3} \d{4}", number.inner_text())
        assert number.bounding_box()["height"] < 40  # type: ignore[index]


def test_new_since_the_last_look_and_an_emergency(watched: Callable[..., Watched]) -> None:
    seen = watched()
    page = seen.page
    seen.sign_in("gp")
    elsewhere = next(one for one in make_people(200) if one.columns["practice"] == "K80003")
    seen.go(f"/people/{elsewhere.id}")
    assert page.locator("h1").inner_text() == "Page not found"
    page.click("text=open a record in an emergency")
    page.fill("#nhs_number", elsewhere.columns["nhs_number"])
    page.fill("#birth_date", elsewhere.columns["birth_date"].strftime("%d/%m/%Y"))
    page.fill("#reason", "unconscious in our department")
    page.click("main button:has-text('Open')")
    page.wait_for_url(f"**/people/{elsewhere.id}")
    assert "You opened this record in an emergency" in page.locator("main").inner_text()
    admin = watched()
    admin.sign_in("admin")
    admin.go("/users")
    assert "Dr Amara Okafor" in admin.page.locator(".vg-panel").inner_text()
