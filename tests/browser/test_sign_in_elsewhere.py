"""The whole way in a real browser, between the running service and a running provider."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from playwright.sync_api import Browser, Page
from tests.browser.conftest import fill, serving
from tests.browser.test_accessible import check
from tests.oidc.place import ACCOUNTS, SECRET, clients, sign_in_data, write_sign_in
from tests.oidc.real import RealProvider, free_port, new_key

from vanguard import clock

pytestmark = pytest.mark.browser
# Until what is wrong has the focus, the link to the content may have it, and covers the menu.
PROBLEMS = ".nhsuk-error-summary:focus"
GP, SEVERAL, FAR = "555000000001", "555000000002", "555000000003"


@pytest.fixture(scope="module")
def provider_and_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealProvider, str]]:
    """Both know each other by address: the provider fetches our key and calls us when a session has ended."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    provider = RealProvider(clients(f"{address}/sign-in/nhs-login/keys", address=address), ACCOUNTS)
    place = tmp_path_factory.mktemp("elsewhere") / "place"
    data = sign_in_data(provider.issuer, address=address)
    # The practice and a team of the small place.
    data["organisations"] = {"Y00001": {"practice": "K80001"}, "RXQ": {"teams": ["north-team"]}}
    secrets = {
        "VANGUARD_SIGN_IN_CIS2_SECRET": SECRET,
        "VANGUARD_SIGN_IN_NHS_LOGIN_KEY": RSAKey.generate_key(2048).as_pem(private=True).decode(),
    }
    provider.start(new_key("first"))
    # The directory has to be there before the file that names it.
    fill(place)
    write_sign_in(place, data)
    with serving(place, port, **secrets):
        yield provider, address
    provider.stop()


@pytest.fixture
def new_page(browser: Browser, provider_and_service: tuple[RealProvider, str]) -> Iterator[Callable[..., Page]]:
    contexts, complaints = [], []

    def open_page(**options: Any) -> Page:
        contexts.append(browser.new_context(base_url=provider_and_service[1], **options))
        page = contexts[-1].new_page()
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def over_there(page: Page, subject: str) -> None:
    """Sign in and consent on the provider's own pages."""
    page.fill("input[name=login]", subject)
    page.fill("input[name=password]", "any")
    page.click("button[type=submit]")
    page.click("button[type=submit]")


def test_a_professional_signs_in_and_out_again(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/people/next")
    check(page, "sign-in page with providers")
    page.click("text=Sign in with the staff card")
    over_there(page, GP)
    page.wait_for_url("**/people/next")
    assert "Dr Amara Okafor (GP)" in page.locator("header").inner_text()
    page.click("text=Sign out")
    # The provider asks whether to sign out there too: our own policy lets the form lead there.
    page.click("button[name=logout]")
    page.wait_for_url("**/signed-out*")
    page.goto("/people/next")
    page.click("text=Sign in with the staff card")
    assert page.locator("input[name=login]").count() == 1, "signed out there as well"


def test_without_javascript_and_with_several_roles(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto("/sign-in")
    page.click("text=Sign in with the staff card")
    over_there(page, SEVERAL)
    page.wait_for_url("**/choose-role")
    assert page.locator("h1").inner_text() == "Which role are you working in?"
    page.click("main button:has-text('Continue')")
    assert "Choose one of your roles" in page.locator("main").inner_text()
    page.check("text=Nurse")
    page.click("main button:has-text('Continue')")
    assert "Tom Ellery (nurse)" in page.locator("header").inner_text()


@pytest.mark.parametrize("width", [1280, 390], ids=["desk", "phone"])
def test_choosing_and_refusals_are_accessible(new_page: Callable[..., Page], width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    page.goto("/sign-in/cis2")
    over_there(page, SEVERAL)
    page.wait_for_url("**/choose-role")
    check(page, "choose a role")
    page.click("main button:has-text('Continue')")
    check(page, "no role chosen")
    page = new_page(viewport={"width": width, "height": 800})
    page.goto("/sign-in/cis2")
    over_there(page, FAR)
    page.wait_for_url("**/back?*")
    assert "None of your roles is at an organisation of this place." in page.locator("main").inner_text()
    check(page, "refused")


def test_a_citizen_and_the_provider_s_word_that_it_is_over(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/sign-in")
    page.click("text=Sign in as someone who lives here")
    # The provider fetches our public key from us to know that it is us who bring the code.
    over_there(page, "citizen-1")
    page.wait_for_url("**/me")
    assert "You are signed in as Edith Archer." in page.locator("main").inner_text()
    check(page, "a citizen's page")
    page.goto("/people/next")
    assert "/sign-in" in page.url
    page.goto("/me")
    assert "/me" in page.url


def test_a_practice_lets_a_relative_see_a_record(new_page: Callable[..., Page]) -> None:
    gp = new_page()
    gp.goto("/sign-in/cis2?next=/people/next")
    over_there(gp, GP)
    gp.wait_for_url("**/people/next")
    gp.locator("a.vg-people__name").first.click()
    gp.click("text=Who else may see this record")
    gp.click("main button:has-text('Make a code')")
    gp.wait_for_selector(PROBLEMS)
    check(gp, "nothing filled in")
    gp.fill("#whom", "Edith Archer, sister")
    gp.check("#item-2")
    gp.fill("#last_day", (clock.local_date(clock.now()) + timedelta(days=30)).isoformat())
    gp.click("main button:has-text('Make a code')")
    gp.wait_for_selector("text=The code is")
    check(gp, "a code")
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", gp.locator("main").inner_text())
    assert code
    born = gp.locator(".vg-banner__facts dd").first.inner_text().split("(")[0]
    relative = new_page(viewport={"width": 390, "height": 800})
    relative.goto("/sign-in")
    relative.click("text=Sign in as someone who lives here")
    over_there(relative, "citizen-1")
    relative.wait_for_url("**/me")
    relative.click("main button:has-text('Use the code')")
    relative.wait_for_selector(PROBLEMS)
    check(relative, "no code")
    relative.fill("#code", code[0])
    relative.fill("#birth_date", born)
    relative.click("main button:has-text('Use the code')")
    relative.click("text=Record 1")
    check(relative, "a relative's view")
    assert "What was recorded" in relative.locator("main").inner_text()


def test_signing_out_at_the_provider_ends_the_session_here(
    new_page: Callable[..., Page], provider_and_service: tuple[RealProvider, str]
) -> None:
    provider, _ = provider_and_service
    page = new_page()
    page.goto("/sign-in/cis2?next=/people/next")
    over_there(page, GP)
    page.wait_for_url("**/people/next")
    elsewhere = page.context.new_page()
    elsewhere.goto(f"{provider.issuer}/session/end")
    elsewhere.click("button[name=logout]")
    elsewhere.wait_for_url("**/session/end/success*")
    until = time.monotonic() + 10
    while "/sign-in" not in page.url and time.monotonic() < until:
        page.goto("/people/next")
    assert "/sign-in" in page.url
