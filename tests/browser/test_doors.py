"""Referring in a real browser: by phone with the keyboard alone, from a ward's list, over a connection that is lost."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import Watched
from tests.browser.test_accessible import check

from vanguard import clock
from vanguard.web import presenters as say

pytestmark = pytest.mark.browser
THE_LIST = "/referrals/lists/rapid_response_and_reablement_pathway/ward_team"


class Keys:
    """Somebody who has no mouse: how many things they put in."""

    def __init__(self, page: Page) -> None:
        self.page, self.inputs = page, 0

    def to(self, name: str, kind: str = "name") -> None:
        """Tab to the field or the button."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if name in (self.page.evaluate(f"document.activeElement.{kind}") or ""):
                return
        raise AssertionError(f"no way leads to {name} by the keyboard")

    def type(self, name: str, text: str) -> None:
        self.to(name)
        self.page.keyboard.type(text)
        self.inputs += 1

    def choose(self, name: str, number: int) -> None:
        self.to(name)
        self.page.keyboard.press("Space")
        for _ in range(number):
            self.page.keyboard.press("ArrowDown")
        self.inputs += 1


def numbers_of_people(watched: Callable[..., Watched], *which: int) -> list[str]:
    """NHS numbers of people of the GP's list: of the ends of it, where no other test refers anybody."""
    gp = watched(1280)
    gp.sign_in("gp")
    gp.go("/people/next?sort=name&order=up")
    found = []
    for one in which:
        gp.page.locator("a.vg-people__name").nth(one).click()
        found.append(gp.page.locator(".vg-banner__facts div:has(dt:text-is('NHS number')) dd").first.inner_text())
        gp.page.go_back()
    return found


def test_a_routine_referral_by_phone_takes_at_most_twelve_inputs_by_keyboard(watched: Callable[..., Watched]) -> None:
    [number] = numbers_of_people(watched, 3)
    taker = watched(1280)
    taker.sign_in("taker")
    taker.go("/referrals/call")
    keys = Keys(taker.page)
    # The cursor stands in the one box already.
    assert taker.page.evaluate("document.activeElement.name") == "text"
    taker.page.keyboard.type(number)
    keys.inputs += 1
    taker.page.keyboard.press("Enter")
    taker.page.wait_for_url(re.compile("/referrals/drafts/"))
    keys.choose("origin", 1)
    keys.type("referrer", "Dr Shah")
    keys.choose("life_in_danger", 1)
    keys.choose("whereabouts", 0)
    keys.choose("main_trouble", 6)
    keys.choose("safe_until_seen", 0)
    keys.type("what_has_happened", "Falls again and again, and her daughter is away.")
    keys.choose("agreed_to_referral", 0)
    keys.type("referrers_number", "01632 960000")
    keys.to("Send the referral", "textContent")
    taker.page.keyboard.press("Enter")
    taker.page.wait_for_url(re.compile(r"/referrals/\d+$"))
    assert keys.inputs <= 12
    shown = taker.page.inner_text("main")
    assert "Moves less well, or falls again and again" in shown and "A clinician decides" in shown
    assert "No" in taker.page.locator("li:has-text('sign of danger to life') strong").first.inner_text()


def test_from_the_ward_to_the_referral_point_over_a_lost_connection(watched: Callable[..., Watched]) -> None:
    ward = watched()
    page = ward.page
    ward.sign_in("ward")
    page.click("a:has-text('My referrals') >> visible=true")
    check(page, "nobody referred yet")
    ward.go(THE_LIST)
    check(page, "a list that is empty")
    page.click("text=Put on the list")
    check(page, "a list and nothing typed")
    since = say.day(clock.now() - timedelta(days=3))
    page.fill("#text", "Nell Longstay 6 August 1942")
    page.fill("#place", "Ward 7")
    page.fill("#since", since)
    page.click("text=Put on the list")
    row = page.locator("tr:has-text('LONGSTAY')")
    assert "3 days" in row.inner_text()
    check(page, "a list with somebody on it")
    row.locator("button:has-text('Refer')").click()
    page.wait_for_url(re.compile("/referrals/drafts/"))
    address = page.url

    page.select_option("#locality", index=1)
    page.fill("#what_has_happened", "A week on the ward")
    page.wait_for_selector("text=What you type is kept.")
    page.context.set_offline(True)
    page.fill("#what_has_happened", "A week on the ward after a fall")
    page.wait_for_selector("text=No connection")
    check(page, "a draft without a connection")
    page.context.set_offline(False)
    page.wait_for_selector("text=What you type is kept.")
    again = watched()
    again.sign_in("ward")
    again.page.goto(address)
    assert again.page.input_value("#what_has_happened") == "A week on the ward after a fall"
    check(again.page, "a referral that goes on in another session")
    page = again.page
    assert page.is_checked("input[name=whereabouts][value=in_a_ward]"), "what the list knows is filled in"
    page.check("input[name=main_trouble] >> nth=6")
    page.check("input[name=safe_until_seen][value=yes]")
    page.check("input[name=agreed_to_referral] >> nth=0")
    page.fill("#referrers_number", "01632 960000")
    page.click("button:has-text('Go on')")
    page.wait_for_selector("text=A clear case")
    check(page, "what is about to be sent")
    page.click("text=Send the referral")
    page.wait_for_url(re.compile(r"/referrals/mine/\d+$"))
    check(page, "one of my referrals")
    number = page.url.rpartition("/")[2]
    assert "3 days" in page.inner_text("main")

    # Whoever looks sees it go on without touching the page.
    clinician = watched()
    clinician.sign_in("triage")
    clinician.go("/referrals?lead=nurse_leads&response=fast_response")
    check(clinician.page, "a board that is filtered")
    clinician.go(f"/referrals/{number}")
    clinician.page.click("text=Finish this step")
    clinician.page.wait_for_selector("text=Waiting for: The professional who leads")
    page.wait_for_selector("text=Done: A clinician decides", timeout=20_000)
    again.go("/referrals/mine")
    check(page, "my referrals with one")

    again.go("/referrals/new")
    check(page, "whom one refers")
    page.fill("#text", "Nell Nobody 7 August 1943")
    page.press("#text", "Enter")
    page.click("text=Go on without a record")
    page.click("button:has-text('Go on')")
    check(page, "a referral with nothing answered")
