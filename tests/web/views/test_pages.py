"""Every page answers for every role, with what the role came for."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

pytestmark = pytest.mark.sqlite_in_every_run

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
# Whoever is signed in sees where they are.
PAGES = {username: [*pages, "/sessions"] for username, pages in PAGES.items()}


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


@pytest.mark.parametrize("username", PAGES)
def test_nothing_is_inline(signed_in: SignedIn, username: str) -> None:
    """Every page that a role reaches, by the addresses that its pages link to, and what its forms answer."""
    client = signed_in(username)
    to_do, done = [*PAGES[username], "/sign-in", "/nothing-here"], set()
    while to_do:
        page = to_do.pop()
        done.add(page)
        body = client.get(page).content.decode()
        check_nothing_is_inline(body, page)
        # One page of each kind: a list links to many people.
        kinds = {re.sub(r"\d+", "0", one.partition("?")[0]) for one in done | set(to_do)}
        for link in re.findall(r'href="(/[^"#?]*)"', body):
            if re.sub(r"\d+", "0", link) not in kinds and not link.startswith("/static/"):
                kinds.add(re.sub(r"\d+", "0", link))
                to_do.append(unescape(link))
    for form in ("/people/find", "/people/emergency", "/privacy/marks", "/sign-in"):
        check_nothing_is_inline(client.post(form, {}).content.decode(), form)
    assert len(done) > len(PAGES[username]) + 1


def check_nothing_is_inline(body: str, page: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", body), page
    assert not re.search(r'<script(?![^>]*\s(?:src=|type="application/json"))', body), page
    assert not re.search(r"""(src|href)=["'](https?:)?//""", body), page
