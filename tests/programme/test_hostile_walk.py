"""A walk over every address of a programme: what is not public is met by nobody who is not signed in, and what somebody
sends who means harm breaks nothing, opens nothing and changes nothing.

Every table holds a row. Each text of one that is not public bears a mark found nowhere else.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver
from tests.programme.marked_rows import MARK, mark_every_table
from tests.safety.served.walls import missing_headers
from tests.safety.test_markers import patterns

from vanguard.programme.tables.models import Change
from vanguard.programme.tables.registry import all_tables
from vanguard.programme.tables.row import Row

SIGN_IN = (
    "/sign-in",
    "/sign-in/cis2?next=/votes",
    "/sign-in/cis2/back?code=a&state=b",
    "/sign-in/cis2/keys",
    "/health",
)
SIGN_IN += ("/signed-out", "/choose-role", "/sign-out", "/sessions")
PAGES = ("/", "/guide", "/map", "/money", "/plan", "/gantt", "/support", "/scrutiny", "/engagement", "/blueprints")
PAGES += (
    "/blueprints/frail-older-people",
    "/adoptions/open-adoptions",
    "/search?q=private",
    "/search?q=open",
    "/tables",
    "/openapi.json",
    "/recounted",
)
BALLOTS = ("/ballot/none", "/ballot/open-applications:none")
BOARDS = ("/boards", "/boards/sites", "/boards/measures/any/any", "/publications", "/publications?state=refused")
BOARDS += tuple(f"{one}.{how}" for one in BOARDS[1:4] for how in ("csv", "json"))
ODD = (
    "%00",
    "%ff%fe",
    "%F0%9F%92%A9",
    "-1",
    "9" * 40,
    "'%20OR%201=1--",
    "{{7*7}}",
    "%0d%0aSet-Cookie:%20a=b",
    "a" * 3000,
)
ODD += ("..%2f..%2fetc%2fpasswd", "%C2%B2", "2016-02-31", "<script>", "%25", "key__contains=z")
ASKED = ("q", "page", "sort", "site", "type", "area", "on", "with", "version", "pk__in", "user__password")
INNARDS = ("SECRET_KEY", "root:x:", "Traceback", "site-packages", "INSERT INTO", "SELECT ")
EXTRA = {
    "id": "777",
    "pk": "777",
    "key": "taken",
    "public": "1",
    "by": "admin",
    "at": "2000-01-01",
    "is_superuser": "1",
}


@pytest.fixture
def rows(programme: Any) -> dict[str, Row]:
    return mark_every_table()


class Walker:
    """Somebody who asks: each answer is whole, has its walls, and tells nothing that it must not."""

    def __init__(self, client: Client, met: set[str], *, inside: bool) -> None:
        client.raise_request_exception = False
        self.client, self.met, self.inside = client, met, inside

    def ask(self, method: str, path: str, sent: dict[str, str] | None = None) -> Any:
        answer = self.client.generic(method, path) if sent is None else self.client.post(path, sent)
        where = (method, path, answer.status_code)
        assert answer.status_code < 500, where
        assert missing_headers({name.lower(): said for name, said in answer.headers.items()}) == [], where
        told = answer.content.decode("utf-8", "replace")
        assert not [one for one in INNARDS if one in told], where
        assert self.inside or MARK not in told, where
        with suppress(Resolver404):
            self.met.add(answer.resolver_match.route)
        return answer

    def get(self, path: str) -> Any:
        return self.ask("GET", path)


@pytest.mark.sqlite_only
def test_nobody_meets_what_is_not_public_and_nothing_breaks(
    rows: dict[str, Row], anybody: Client, signed_in: Callable[[str], Client]
) -> None:
    met: set[str] = set()
    public, viewer = Walker(anybody, met, inside=False), Walker(signed_in("viewer"), met, inside=True)
    director = Walker(signed_in("director"), met, inside=True)
    tables = all_tables()
    before = {id: table.model._default_manager.count() for id, table in tables.items()} | {"": Change.objects.count()}

    site = f"/boards/sites/{rows['sites'].key}"
    for path in (*PAGES, *SIGN_IN, *BOARDS, *BALLOTS, site, f"{site}/any/any", f"/selection/{rows['rounds'].key}"):
        public.get(path)
    for id, table in tables.items():
        for path in (f"/{id}", f"/{id}.csv", f"/{id}.json", f"/{id}/{rows[id].key}", f"/{id}/nobody"):
            told = public.get(path)
            if not table.public:
                assert told.headers["Location"].startswith("/sign-in?next="), path
        for method in ("POST", "OPTIONS"):
            told = public.ask(method, f"/{id}.json")
            assert (told.status_code, told.headers["Allow"]) == (405, "GET, HEAD"), (method, id)
        # Whoever is inside sees it: a walk that could meet nothing would prove nothing.
        assert table.public or MARK in viewer.get(f"/{id}").content.decode(), id
        # Nothing public can be narrowed or searched by what is not.
        if table.public:
            assert public.get(f"/{id}.csv?q={MARK}").content == public.get(f"/{id}.csv?q=zzzzzzzz").content
    # The forms are the same for each table: a few are enough.
    for id in list(tables)[::6]:
        for path in (f"/keep/{id}/new", f"/keep/{id}/paste", f"/keep/{id}/{rows[id].pk}"):
            assert public.get(path).status_code == 302 and viewer.get(path).status_code == 403, path
            assert public.ask("POST", path, EXTRA).status_code == 302, path
            assert viewer.ask("POST", path, EXTRA).status_code == 403, path
        assert director.get(f"/keep/{id}/new").status_code == 200, id
        for odd in (EXTRA, {}):
            assert director.ask("POST", f"/keep/{id}/new", odd).status_code in (302, 400), id
        told = director.ask("POST", f"/keep/{id}/paste", {"text": '[{"key": "taken", "' + "a" * 2000})
        assert told.status_code == 400, id
    for path in (*PAGES, *BOARDS, site, f"/selection/{rows['rounds'].key}", "/votes", f"/sites/{rows['sites'].key}"):
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"):
            assert director.ask(method, path).status_code == 405, (method, path)
        assert public.ask("POST", path, EXTRA).status_code in (302, 405), path
        assert viewer.ask("POST", path, EXTRA).status_code in (403, 405), path
    after = {id: table.model._default_manager.count() for id, table in tables.items()} | {"": Change.objects.count()}
    assert after == before
    assert not [id for id, table in tables.items() if table.model._default_manager.filter(key="taken").exists()]
    assert met == set(patterns(get_resolver("vanguard.web.programme_urls").url_patterns)) - {
        "sign-in/<slug:provider>/ended"
    }


@pytest.mark.sqlite_only
def test_what_is_asked_oddly_is_answered(rows: dict[str, Row], anybody: Client) -> None:
    public = Walker(anybody, set(), inside=False)
    for odd in ODD:
        query = "&".join(f"{name}={odd}" for name in ASKED)
        for path in ("/sites", "/sites.csv", "/guide", "/plan", "/gantt", "/search", "/adoptions/open-adoptions"):
            assert public.get(f"{path}?{query}").status_code in (200, 400, 404, 414), (path, odd)
        for path in (
            "/sites/",
            "/blueprints/",
            "/adoptions/",
            "/selection/",
            "/keep/sites/",
            "/keep/",
            "/static/",
            "/",
        ):
            assert public.get(path + odd).status_code in (302, 400, 404, 414), (path, odd)
    for headers in ({"x-original-url": "/votes"}, {"remote-user": "director"}, {"authorization": "Basic ZDpk"}):
        assert anybody.get("/votes", headers=headers).status_code == 302
    anybody.cookies["sessionid"] = "a" * 32
    assert public.get("/votes").status_code == 302
