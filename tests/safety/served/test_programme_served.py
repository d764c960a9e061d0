"""The real service of a programme, asked by a program that reads its description and by somebody who means harm.

Nothing breaks, nobody who is not signed in meets what is not public, and a form changes what it is for and no more.
"""

import json
import re
from collections.abc import Iterator

import pytest
from tests.programme.marked_rows import MARK
from tests.safety.served.schemathesis_run import run_schemathesis
from tests.safety.served.test_hostile_walk import HEADERS, INNARDS, RAW, exchange
from tests.safety.served.walls import missing_headers
from tests.serving import Browser, Served, Told, serving

from vanguard.programme import found

NO_LIMITS = "page=0,api=0,search=0,trace=0,sign_in=0"
FILL = """
from vanguard.web.demo_programme import make_programme_users
from tests.programme.marked_rows import mark_every_table
make_programme_users()
mark_every_table()
"""
STATE = """
import django, json
django.setup()
from vanguard.access.models import User
from vanguard.programme.tables.models import Change
from vanguard.programme.tables.registry import all_tables
told = {id: list(table.model._default_manager.order_by("pk").values()) for id, table in all_tables().items()}
told["users"] = list(User.objects.order_by("pk").values("username", "role", "is_active", "password"))
told["by"] = list(Change.objects.order_by("pk").values_list("table", "by"))
print("STATE" + json.dumps(told, default=str))
"""
EMPTY = """
import django
django.setup()
from vanguard.programme.tables.registry import all_tables
for table in reversed(all_tables().values()):
    table.model._default_manager.all().delete()
"""
CLOSED = "/votes"
ODD = ["%00", "%2e%2e%2f" * 4 + "etc%2fpasswd", "%c0%ae/", "%ed%a0%80", "%", "%zz", "a" * 200_000, "'%20OR%201=1--"]
ODD += ["{{7*7}}", "<script>", "%0d%0aSet-Cookie:%20a=b", "-1", "9" * 40, "%E2%80%AE", f"..;/..{CLOSED}", "..%5c..%5cx"]
# What a form has not, and what would make its sender somebody else or the row another.
EXTRA = {"id": "777", "pk": "777", "key": "taken", "public": "1", "by": "viewer", "at": "2000-01-01", "role": "gp"}
EXTRA |= {"is_superuser": "1", "user_id": "1", "username": "viewer", "password": "taken", "_method": "DELETE"}


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served") / "programme"
    found(home, "Six towns")
    with serving(home, FILL, VANGUARD_LIMITS=NO_LIMITS) as service:
        yield service


def test_json_is_as_described_and_tells_a_stranger_nothing(
    programme: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    forbidden = {"": [MARK], "viewer": []}
    for role, marks in forbidden.items():
        run_schemathesis(
            programme.port, "/openapi.json", programme.browser(role), "fuzzing", tmp_path_factory.mktemp("asked"),
            forbidden=marks, examples=1, least=30,
        )  # fmt: skip
    assert "Traceback" not in programme.log.read_text()
    exports = {line["who"] for line in programme.audit() if line["what"].startswith("export")}
    assert exports == {"viewer"}, "what a stranger takes is not on record, what somebody signed in takes is"


@pytest.mark.long
def test_json_is_as_described_to_its_corners(programme: Served, tmp_path_factory: pytest.TempPathFactory) -> None:
    for role in ("", "viewer", "director"):
        run_schemathesis(
            programme.port, "/openapi.json", programme.browser(role), "coverage,fuzzing",
            tmp_path_factory.mktemp("asked"), forbidden=[] if role else [MARK], examples=25, least=1000,
        )  # fmt: skip


def check(told: Told, where: object, *, inside: bool) -> None:
    """No answer breaks, tells what is not public, or how the service is made, or lacks its protections."""
    assert 200 <= told.status < 500, (where, told)
    said = told.text + repr(told.headers)
    assert (inside or MARK not in said) and not [one for one in INNARDS if one in said], where
    assert "elsewhere.example" not in told.header("Location"), where
    assert not told.header("Location").startswith(("//", "http:", "\\")), where
    # What is no HTTP at all is answered by the server itself, before anything of ours.
    if told.status not in (400, 414, 431) or told.header("X-Request-Id"):
        assert not missing_headers({name.lower(): value for name, value in told.headers}), where


def test_no_path_header_or_cookie_opens_what_is_not_public(programme: Served) -> None:
    nobody, viewer = programme.browser(), programme.browser("viewer")
    assert MARK in viewer.get(CLOSED).text and nobody.get(CLOSED).status == 302
    tried = [
        f"{before}{odd}" for odd in ODD for before in ("/sites/", "/sites.json?q=", "/boards/sites/", "/keep/", "/")
    ]
    tried += [
        f"{CLOSED}{end}" for end in ("/", "%20", ";x=1", "%2ecsv", ".JSON", "?format=json", "//x", "/%2e%2e/sites")
    ]
    tried += [
        f"/.{CLOSED}",
        f"/{CLOSED}",
        f"/sites/..{CLOSED}",
        CLOSED.upper(),
        f"/%76{CLOSED[2:]}.csv",
        "/.git/config",
    ]
    tried += [
        "/static/../programme.json",
        "/static/..%2f..%2fsecret%2fsign.key",
        "/api/openapi.json",
        "/people",
        "/users",
    ]
    for path in tried:
        for browser in (nobody, viewer):
            check(browser.ask("GET", path), path, inside=browser is viewer)
    for headers in HEADERS:
        for path in (CLOSED, f"{CLOSED}.json", "/publications", "/keep/sites/new"):
            told = nobody.ask("GET", path, headers)
            check(told, (headers, path), inside=False)
            assert told.status in (302, 400, 403, 404, 431), (headers, path, told.status)
            # Nothing that is sent along makes a viewer a director.
            told = viewer.ask("GET", "/keep/sites/new", headers | {"Cookie": viewer_cookie(viewer, headers)})
            assert told.status in (302, 400, 403, 431), (headers, told.status)
    kept = viewer.cookies["sessionid"]
    forged = ["", "a" * 32, kept[:-1], kept + "a", kept.swapcase(), kept[::-1], f'"{kept}"x', kept + "%00", "1"]
    for one in [*forged, json.dumps({"_auth_user_id": 1}), f"{kept[::-1]}; sessionid={'b' * 32}"]:
        told = programme.browser().ask("GET", CLOSED, {"Cookie": f"sessionid={one}"})
        check(told, one, inside=False)
        assert told.status == 302, one


def viewer_cookie(viewer: Browser, headers: dict[str, str]) -> str:
    return headers.get("Cookie") or f"sessionid={viewer.cookies['sessionid']}"


def test_what_is_no_request_is_refused_and_the_next_is_answered(programme: Served) -> None:
    for raw in RAW:
        said = exchange(programme.port, raw.replace(b"{host}", f"127.0.0.1:{programme.port}".encode()))
        assert not re.search(rb"^HTTP/1\.\d 5", said) and MARK.encode() not in said, (raw[:80], said[:200])
        assert said.count(b"HTTP/1.1 2") <= 1, raw[:80]
    assert programme.browser().get("/health").text == "ok"


def test_a_form_keeps_its_own_row_and_nothing_else(programme: Served) -> None:
    """Ids of others, fields that no form has, tokens that are not theirs."""
    before = state(programme)
    director, viewer, nobody = programme.browser("director"), programme.browser("viewer"), programme.browser()
    own = {"short": "ours", "name": "Ours", "part_of": "", "about": ""}
    for browser, allowed in ((nobody, (302, 403)), (viewer, (403,))):
        for path in ("/keep/site-types/new", "/keep/site-types/1", "/keep/votes/1", "/publications"):
            told = browser.send(path, EXTRA | own | {"text": '[{"short": "ours"}]'})
            check(told, path, inside=browser is viewer)
            assert told.status in allowed, (path, told.status)
    for token in ("", "a" * 64, viewer.cookies["csrftoken"]):
        form = f"short=ours&name=Ours&csrfmiddlewaretoken={token}"
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        assert director.ask("POST", "/keep/site-types/new", sent, form).status == 403, token
    for number in ("0", "999999", "9" * 25, "1/../2"):
        told = director.send(f"/keep/site-types/{number}", EXTRA | own)
        assert told.status in (400, 404), (number, told.status)
    assert state(programme) == before, "nothing of all that changed anything"

    # A row of every table is no programme that holds together: without them the form is taken.
    programme.run(EMPTY)
    before = state(programme)
    assert director.send("/keep/site-types/new", EXTRA | own).status == 302
    assert director.send("/sign-in", EXTRA | {"username": "viewer"}).status in (302, 400)
    after = state(programme)
    [made] = [one for one in after["site-types"] if one not in before["site-types"]]
    assert made["short"] == made["key"] == "ours" and str(made["id"]) != "777"
    assert after["by"][len(before["by"]) :] == [["site-types", "director"]]
    assert {id: rows for id, rows in after.items() if id not in ("site-types", "by")} == {
        id: rows for id, rows in before.items() if id not in ("site-types", "by")
    }
    assert not re.search(r" (ERROR|CRITICAL) (?!django\.security\.)|Traceback", programme.log.read_text())


def state(programme: Served) -> dict[str, list[dict[str, object]]]:
    told: dict[str, list[dict[str, object]]] = json.loads(programme.run(STATE).partition("STATE")[2])
    return told
