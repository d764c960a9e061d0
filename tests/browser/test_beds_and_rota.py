"""Beds and the rota in real pages, on a desk and on a phone: typed, held, chosen, each page without a fault of axe."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.browser.conftest import Watched
from tests.browser.test_accessible import check

from vanguard import clock

pytestmark = pytest.mark.browser


def test_a_bed_and_a_nurse_for_somebody_referred(watched: Callable[..., Watched]) -> None:
    lead = watched()
    page = lead.page
    lead.sign_in("lead")
    lead.go("/beds")
    check(page, "the beds")
    lead.go("/beds/new")
    page.click("text=Put it on the list")
    check(page, "a bed with nothing written down")
    page.fill("#place_name", "The Mill")
    page.select_option("#locality", index=1)
    page.fill("#bed", "1")
    page.check("input[name=meets] >> nth=0")
    page.check("input[name=meets] >> nth=1")
    page.click("text=Put it on the list")
    page.wait_for_url(re.compile(r"/beds$"))
    check(page, "a bed on the list")
    page.locator("tr", has_text="The Mill").locator("a").first.click()
    check(page, "a bed")
    page.click("text=Close the bed")
    page.wait_for_selector("text=There is no reason")
    check(page, "a bed closed without a reason")
    lead.go("/beds/use")
    check(page, "how beds were used")

    lead.go("/rota/new")
    page.click("text=Put it on the rota")
    check(page, "a shift with nothing written down")
    now = clock.now().astimezone(clock.LONDON)
    for number, pool in enumerate(("The response team", "The community night team")):
        lead.go("/rota/new")
        page.fill("#professional", f"N{number}-")
        page.fill("#name", "Ada North")
        page.fill("#employer", "TRUST")
        page.fill("#employer_name", "The Trust")
        page.fill("#username", "visit")
        page.locator("label", has_text=pool).click()
        page.select_option("#team", index=1)
        page.check("input[name=skills] >> nth=0")
        page.fill("#day", (now - timedelta(hours=2)).date().isoformat())
        page.fill("#start", f"{now - timedelta(hours=2):%H:%M}")
        page.fill("#end", f"{now + timedelta(hours=6):%H:%M}")
        page.click("text=Put it on the rota")
        page.wait_for_url(re.compile(r"/rota\?day="))
    check(page, "the rota")

    taker = watched()
    taker.sign_in("taker")
    taker.go("/referrals/call")
    taker.page.fill("#text", "Nobody Atall 6 August 1942")
    taker.page.press("#text", "Enter")
    taker.page.click("text=Go on without a record")
    taker.page.fill("#family_name", "Bedfor")
    taker.page.select_option("#locality", index=1)
    taker.page.check("input[name=origin] >> nth=1")
    taker.page.fill("#referrer", "Dr Shah")
    taker.page.check("input[name=life_in_danger][value=no]")
    taker.page.check("input[name=whereabouts] >> nth=0")
    taker.page.check("input[name=main_trouble] >> nth=5")
    taker.page.check("input[name=safe_until_seen][value=no]")
    taker.page.fill("#what_has_happened", "Needs a wound looked after.")
    taker.page.check("input[name=agreed_to_referral] >> nth=0")
    taker.page.fill("#referrers_number", "01632 960000")
    taker.page.click("text=Send the referral")
    taker.page.wait_for_url(re.compile(r"/referrals/\d+$"))
    address = taker.page.url

    clinician = watched()
    page = clinician.page
    clinician.sign_in("triage")
    page.goto(address)
    page.click("text=Finish this step")
    page.wait_for_selector("text=A bed may be needed")
    check(page, "a referral that may need a bed")
    page.goto(f"{address}/bed")
    check(page, "beds for a referral")
    page.locator("li", has_text="The Mill").locator("button").click()
    page.wait_for_selector("text=Then anybody may take it")
    page.click("text=Choose who goes")
    check(page, "who goes")
    page.click("text=Send them")
    page.wait_for_selector("text=Chosen by Mary Ward")
    check(page, "a referral with a bed and a nurse")
    page.click("text=The person is in the bed")
    page.wait_for_selector("text=the person is in it since")
    check(page, "a referral with somebody in a bed")
