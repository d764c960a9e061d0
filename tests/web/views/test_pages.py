"""Every page answers for every role, with what the role came for."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

SignedIn = Callable[[str], Client]
FEED = "/data/feeds/gp_events"
PAGES = {
    "gp": ["/", "/people/next", "/people/find", "/people/emergency", "/data", FEED],
    "nurse": ["/", "/people/next", "/people/find", "/people/emergency", "/data", FEED],
    "social": ["/", "/people/next", "/people/find", "/people/emergency", "/data", FEED],
    "hub": ["/", "/people/next", "/people/find", "/people/emergency", "/data", FEED],
    "analyst": ["/", "/people/next", "/data", FEED],
    "commissioner": ["/", "/data", FEED],
    "admin": ["/", "/data", FEED, "/data/quarantine", "/users"],
}


def words(answer: object) -> str:
    """What a page says, without its tags."""
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)  # type: ignore[attr-defined]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize(("username", "pages"), PAGES.items())
def test_each_role_opens_its_pages_and_no_other(signed_in: SignedIn, username: str, pages: list[str]) -> None:
    client = signed_in(username)
    every = {page for pages in PAGES.values() for page in pages}
    for page in sorted(every):
        answer = client.get(page)
        assert answer.status_code == 200 if page in pages else answer.status_code in (403, 404), page
        assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_is_inline(signed_in: SignedIn) -> None:
    client = signed_in("gp")
    person = re.search(r'href="(/people/p\d+)"', client.get("/people/next").content.decode())
    assert person
    for page in [*PAGES["gp"], person[1]]:
        body = client.get(page).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", body), page
        assert not re.search(r"<script(?![^>]*\ssrc=)", body), page
        assert not re.search(r"""(src|href)=["'](https?:)?//""", body), page
