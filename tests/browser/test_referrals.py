"""A referral in real pages, from the call to the door: on a desk and on a phone, each page without a fault of axe."""

import re
from base64 import b64decode
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import Watched
from tests.browser.test_accessible import check

pytestmark = pytest.mark.browser


def polled(page: Page) -> list[object]:
    """What an open board does from now on, in order: it asks, and is answered with a status."""
    told: list[object] = []
    page.on("request", lambda asked: told.append("asked") if "/referrals?seen=" in asked.url else None)
    page.on("response", lambda given: told.append(given.status) if "/referrals?seen=" in given.url else None)
    return told


def test_from_the_call_to_the_door(watched: Callable[..., Watched]) -> None:
    board = watched()
    board.sign_in("lead")
    board.go("/referrals?wall=on")
    check(board.page, "a board on a wall")
    board.page.click("text=Leave the wall")
    check(board.page, "a board")
    others = watched()
    others.sign_in("triage")
    others.go("/referrals")

    taker = watched()
    page = taker.page
    taker.sign_in("taker")
    taker.go("/referrals/call")
    check(page, "whom is the call about")
    page.fill("#text", "nobody at all")
    page.press("#text", "Enter")
    check(page, "too little to look for anybody")
    page.fill("#text", "Nobody Atall 6 August 1942")
    page.press("#text", "Enter")
    page.click("text=Go on without a record")
    check(page, "a call about somebody never met")
    page.click("text=Send the referral")
    check(page, "a call with nothing written down")
    page.fill("#family_name", "Newcomer")
    page.select_option("#locality", index=2)
    page.check("input[name=origin] >> nth=1")
    page.fill("#referrer", "Dr Shah")
    page.check("input[name=life_in_danger][value=no]")
    page.check("input[name=whereabouts] >> nth=0")
    page.check("input[name=main_trouble] >> nth=3")
    page.check("input[name=safe_until_seen][value=yes]")
    page.fill("#what_has_happened", "Has not drunk since Saturday.")
    page.check("input[name=agreed_to_referral] >> nth=0")
    page.fill("#referrers_number", "01632 960000")
    polls = [polled(one.page) for one in (board, others)]
    page.click("text=Send the referral")
    page.wait_for_url(re.compile(r"/referrals/\d+$"))
    for told in polls:
        told.append("sent")
    address = page.url
    number = address.rpartition("/")[2]

    # Nobody touches a board: it asks by itself, so often that what one sends stands before all others within 2 seconds.
    for one, told in zip((board, others), polls, strict=True):
        one.page.wait_for_selector(f"table.vg-board a:text-is('{number}')")
        every = re.fullmatch(r"every (\d+)s", one.page.get_attribute("[hx-get^='/referrals?']", "hx-trigger") or "")
        assert every and int(every[1]) <= 1
        # An asking that was on its way when it was sent may miss it; the next one does not.
        until = told.index(200) if 200 in told else len(told)
        assert told[told.index("sent") : until].count("asked") <= 2, told
    rows = [one.page.inner_text("table.vg-board") for one in (board, others)]
    assert rows[0] == rows[1]
    check(page, "a referral, for the call-taker")
    check(board.page, "a board that has drawn itself anew")

    clinician = watched()
    clinician.sign_in("triage")
    clinician.page.goto(address)
    check(clinician.page, "a referral, for who decides")
    clinician.page.click("text=Finish this step")
    clinician.page.wait_for_selector("text=Waiting for: The professional who leads")
    check(clinician.page, "a referral that was decided")
    clinician.page.click("text=To Dr Shah")
    check(clinician.page, "a letter to whoever referred")

    nurse = watched()
    nurse.sign_in("visit")
    nurse.page.goto(address)
    nurse.page.click("text=I am with the person")
    nurse.page.wait_for_selector("text=Finish this step")
    check(nurse.page, "the assessment, at the door")
    field = nurse.page.locator("form[data-sheet] textarea").first
    field.fill("Is afraid of her son.")
    nurse.page.wait_for_function("() => Object.keys(localStorage).length")
    [(name, kept)] = on_the_device(nurse)
    assert re.fullmatch(r"sheet-[0-9a-f]{24}", name) and b"afraid" not in b64decode(kept.split(".")[-1])
    nurse.page.reload()
    nurse.page.wait_for_selector("text=What you typed here before was not sent yet")
    assert field.input_value() == "Is afraid of her son."

    analyst = watched()
    analyst.sign_in("analyst")
    analyst.go("/referrals/numbers")
    check(analyst.page, "referrals in numbers, some of them too few to be told")


def test_a_call_about_somebody_known_shows_what_matters_most(watched: Callable[..., Watched]) -> None:
    gp = watched()
    gp.sign_in("gp")
    gp.go("/people/next")
    gp.page.locator("a.vg-people__name").first.click()
    number = gp.page.locator(".vg-banner__facts div:has(dt:text-is('NHS number')) dd").first.inner_text()
    taker = watched()
    taker.sign_in("taker")
    taker.go("/referrals/call")
    taker.page.fill("#text", number)
    taker.page.press("#text", "Enter")
    taker.page.wait_for_selector(".vg-banner")
    check(taker.page, "a call about somebody known")


def test_a_note_written_without_a_signal_is_kept_and_goes_when_there_is_one(watched: Callable[..., Watched]) -> None:
    taker = watched(390)
    page = taker.page
    taker.sign_in("taker")
    taker.go("/referrals/call")
    page.fill("#text", "Nobody Atall 6 August 1942")
    page.press("#text", "Enter")
    page.click("text=Go on without a record")
    page.fill("#family_name", "Nosignal")
    page.select_option("#locality", index=2)
    page.check("input[name=origin] >> nth=1")
    page.fill("#referrer", "Dr Shah")
    page.check("input[name=life_in_danger][value=no]")
    page.check("input[name=whereabouts] >> nth=0")
    page.check("input[name=main_trouble] >> nth=3")
    page.check("input[name=safe_until_seen][value=yes]")
    page.fill("#what_has_happened", "Has not drunk since Saturday.")
    page.check("input[name=agreed_to_referral] >> nth=0")
    page.fill("#referrers_number", "01632 960000")
    page.click("text=Send the referral")
    page.wait_for_url(re.compile(r"/referrals/\d+$"))

    nurse = watched(390)
    nurse.sign_in("visit")
    nurse.page.goto(page.url)
    nurse.page.fill("#note-words", "Half a")
    nurse.page.reload()
    assert nurse.page.input_value("#note-words") == "Half a"
    nurse.page.context.set_offline(True)
    for words in ("Half a cup of tea.", "Walks to the door."):
        nurse.page.fill("#note-words", words)
        nurse.page.click("text=Add the note")
        nurse.page.wait_for_selector("text=No signal. The note is kept on this device")
    check(nurse.page, "a note that waits for a signal")
    [(name, kept)] = on_the_device(nurse)
    assert re.fullmatch(r"note-[0-9a-f]{24}", name)
    until, *sealed = kept.split(".")
    assert until.isdigit() and not re.search(rb"cup|tea|walks|door|words|waiting", b64decode(sealed[-1]), re.I)
    assert "data-lock" not in nurse.page.content(), "the key is in no text of the page"
    # What was asked for without a signal is no fault of the page.
    nurse.complaints.clear()
    nurse.page.context.set_offline(False)
    nurse.page.wait_for_selector("ul.vg-lines .vg-note >> nth=1")
    assert set(nurse.page.locator(".vg-note").all_inner_texts()) == {"Half a cup of tea.", "Walks to the door."}
    assert on_the_device(nurse) == []
    check(nurse.page, "a referral with notes")

    # Whoever has not its key reads nothing of it; it goes with a sign-out, which asks first, and by time.
    nurse.page.fill("#note-words", "Is afraid of her son.")
    nurse.page.wait_for_selector("text=Kept on this device until you send it.")
    [(name, kept)] = on_the_device(nurse)
    nurse.page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [name, kept[:-9] + "A" + kept[-8:]])
    nurse.page.reload()
    assert nurse.page.input_value("#note-words") == "", "what was changed, or sealed with another key, is not read"
    nurse.page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [name, f"1{kept[13:]}"])
    nurse.page.evaluate("() => localStorage.setItem('anything', 'readable')")
    nurse.page.reload()
    assert on_the_device(nurse) == []
    nurse.page.fill("#note-words", "Is afraid of her son.")
    nurse.page.wait_for_selector("text=Kept on this device until you send it.")
    asked: list[str] = []
    nurse.page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    nurse.page.click("text=Sign out")
    assert "has not been sent yet" in asked[0] and len(on_the_device(nurse)) == 1
    nurse.page.once("dialog", lambda dialog: dialog.accept())
    nurse.page.click("text=Sign out")
    nurse.page.wait_for_selector("text=You are signed out")
    assert on_the_device(nurse) == []


def on_the_device(who: Watched) -> list[tuple[str, str]]:
    """What the browser keeps, wherever a page of ours may keep anything, but for the address that htmx notes."""
    everything = "() => [...Object.entries(localStorage), ...Object.entries(sessionStorage)]"
    assert who.page.evaluate("() => indexedDB.databases()") == []
    noted = "htmx-current-path-for-history"
    return [(name, kept) for name, kept in who.page.evaluate(everything) if name != noted]
