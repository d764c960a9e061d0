"""What somebody sends who means harm, byte for byte, to the real service on both databases.

Nothing breaks, nothing is told of a stranger, nothing changes that the form is not for, and every answer of ours
carries its protections. The stranger of the marked place is nobody's whom these roles care for.
"""

import json
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from tests.safety.served.conftest import ON_POSTGRESQL
from tests.safety.served.marked_place import people
from tests.safety.served.walls import missing_headers
from tests.safety.test_markers import STRANGER, TYPED, WALK, marks_in, marks_of
from tests.serving import Browser, Served, Told

from vanguard.web.demo_users import DEMO_USERS

# One of the two servers is enough for every run; `make test-long` asks the other too.
pytestmark = pytest.mark.long_on_sqlite
USERS = ["", *(name for name, *_ in DEMO_USERS)]
MARKS = [mark for person in people() if person.id == STRANGER for mark in marks_of(person).person]
# What no answer may hold, whatever path was tried.
INNARDS = ("SECRET_KEY", "root:x:", "SQLite format", "Traceback", "site-packages", "INSERT INTO", "/place/")
# A person of the GP's practice who bears no mark, so that what is done to them disturbs no other walk.
OURS = "p00000003"
STRANGE_METHODS = ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "QUERY", "PROPFIND", "BREW")


def check(told: Told, where: object, *, ours: bool = True) -> None:
    """No answer breaks, tells of the stranger or of how the service is made, or lacks its protections."""
    assert 200 <= told.status < 500, (where, told)
    said = TYPED.sub("", told.text) + repr(told.headers)
    assert not marks_in(said, MARKS) and not [one for one in INNARDS if one in said], where
    headers = {name.lower(): value for name, value in told.headers}
    assert not ours or not missing_headers(headers), (where, missing_headers(headers))


def addresses() -> Iterator[str]:
    """One of every pattern of the service, about the stranger where it is about somebody."""
    for asks in WALK.values():
        yield asks[0].path.replace("{person}", STRANGER).replace("{opening}", "1").replace("{referral}", "1")


@pytest.fixture(scope="module")
def gp(served: Served) -> Browser:
    return served.browser("gp")


@pytest.mark.parametrize("served", [ON_POSTGRESQL], indirect=True)
def test_no_address_takes_a_strange_method(served: Served) -> None:
    everywhere = list(addresses())
    for turn, username in enumerate(USERS):
        browser = served.browser(username)
        for place, path in enumerate(everywhere):
            # Everything by nobody, who is asked nothing more; of the others each a third of all addresses in turn.
            in_turn = STRANGE_METHODS[(turn + place) % 8 :][: (turn + place) % 3 == 0]
            for method in in_turn if username else STRANGE_METHODS:
                told = browser.ask(method, path)
                check(told, (username, method, path))
                assert told.status in (405, 404, 401, 302), (username, method, path, told.status)
                assert told.status != 302 or told.header("Location").startswith("/sign-in"), (method, path)
                assert told.status != 405 or told.header("Allow"), (method, path)


def hostile_paths() -> list[str]:
    odd = [
        "%00",
        "%2e%2e%2f" * 4 + "etc%2fpasswd",
        "..%252f..%252fetc/passwd",
        "%c0%ae%c0%ae/",
        "%ed%a0%80",
        "%",
        "%zz",
    ]
    odd += ["%ff%fe", "%E2%80%AE", "%F0%9F%92%A9", "a" * 3000, "a" * 200_000, "*"]
    odd += [
        "'%20OR%201=1--",
        "{{7*7}}",
        "${jndi:ldap://e.example}",
        "<script>",
        "%0d%0aSet-Cookie:%20a=b",
        "-1",
        "9" * 40,
    ]
    tried = [f"/people/{one}" for one in odd] + [f"/api/persons/{one}/record" for one in odd]
    tried += [f"/privacy/{one}" for one in odd] + [f"/sign-in/{one}/back?code={one}&state={one}" for one in odd]
    tried += [f"/people/find?text={one}" for one in odd] + [f"/people/next?practice={one}&page={one}" for one in odd]
    tried += [
        f"/people/{STRANGER}{end}" for end in ("/", "%20", "%2frecord", ";x=1", "/..", "/%2e", "?format=json", "#x")
    ]
    tried += [f"/people/{STRANGER.upper()}", f"/people//{STRANGER}", f"//people/{STRANGER}", f"/./people/{STRANGER}"]
    tried += [f"/PEOPLE/{STRANGER}", f"/people/{OURS}/../{STRANGER}", f"\\people\\{STRANGER}", f"/%70eople/{STRANGER}"]
    up = ["../", "..%2f", "%2e%2e/", "%252e%252e/", "..\\", "..%5c", "....//"]
    goals = ["settings.py", "place/service.sqlite3", "etc/passwd", "place/secret/sign.key"]
    tried += [f"/static/{one * depth}{goal}" for one in up for depth in (1, 6) for goal in goals]
    return [*tried, "/static//etc/passwd", "/.git/config", "/.env", f"http://e.example/people/{STRANGER}", "?", "*"]


def test_no_path_leads_further(served: Served, gp: Browser) -> None:
    nobody = served.browser()
    for path in hostile_paths():
        for browser in (gp, nobody):
            told = browser.ask("GET", path)
            # What is no HTTP at all is answered by the server itself, before anything of ours.
            check(told, path, ours=told.status not in (400, 414, 431) or bool(told.header("X-Request-Id")))
            assert told.status in (200, 302, 400, 401, 403, 404, 405, 414, 429, 431), (path, told.status)
            assert told.header("Set-Cookie").partition("=")[0] in ("", "csrftoken", "signing-in"), path
            assert not told.header("Location").startswith(("//", "http:", "\\")), path


def test_an_unrelated_and_an_unknown_person_are_the_same_answer(served: Served) -> None:
    for username in USERS[1:]:
        browser = served.browser(username)
        for pattern, asks in WALK.items():
            if "<str:person_id>" not in pattern:
                continue
            for ask in asks:
                path = ask.path.replace("{person}", "p00000002")
                if "{person}" not in ask.path or (ask.post and username != "gp"):
                    continue
                told = [
                    browser.send(one, ask.post) if ask.post else browser.get(one)
                    for one in (path, path.replace("p00000002", "nobody0002"))
                ]
                assert told[0].status == told[1].status, (username, ask)
                # The one is asked a moment after the other: in another minute, perhaps.
                bodies = [
                    re.sub(r"nobody0002|p00000002|[0-9a-f]{16}|\"\w{64}\"|\d+\.\d\d[ap]m", "", one.text) for one in told
                ]
                assert bodies[0] == bodies[1], (username, ask)


HEADERS: list[dict[str, str]] = [
    {"Host": "elsewhere.example"},
    {"Host": "127.0.0.1\\@elsewhere.example"},
    {"Host": ""},
    {"X-Forwarded-Host": "elsewhere.example"},
    {"X-Forwarded-For": "127.0.0.1, ' OR 1=1, %00", "Forwarded": "for=127.0.0.1;host=e.example"},
    {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "99999999"},
    {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "PUT", "_method": "DELETE"},
    {"X-Original-URL": "/users", "X-Rewrite-URL": "/privacy"},
    {"Range": "bytes=0-10"},
    {"Range": "bytes=9999999-,,-1"},
    {"If-None-Match": "*", "If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT"},
    {"If-Match": '"x"', "If-Unmodified-Since": "no date", "If-Range": "x"},
    {"Accept-Language": "x" * 20_000, "Accept": "*/*;q=" + "9" * 5000},
    {"Content-Type": "text/html; charset=\x7f", "Content-Encoding": "gzip"},
    {"Remote-User": "admin", "X-User": "admin", "X-Actor": "1", "Authorization": "Basic YWRtaW46YWRtaW4="},
    {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "a" * 24, "Sec-WebSocket-Version": "13"},
    {"Expect": "100-continue"},
    {"Cookie": "sessionid=" + "a" * 30_000},
    {"Cookie": "; ".join(f"c{number}={number}" for number in range(1000))},
    {f"X-{number}": "x" for number in range(200)},
]


def test_no_header_opens_or_breaks_anything(served: Served, gp: Browser) -> None:
    nobody = served.browser()
    for headers in HEADERS:
        for path in (f"/people/{STRANGER}", f"/api/persons/{STRANGER}/record", "/users", "/people/next"):
            for browser in (gp, nobody):
                told = browser.ask("GET", path, headers)
                ours = told.status not in (400, 431) or bool(told.header("X-Request-Id"))
                check(told, (headers, path), ours=ours)
                assert "elsewhere.example" not in told.header("Location"), headers
                if path != "/people/next" or browser is nobody:
                    assert told.status in (302, 400, 401, 403, 404, 431), (headers, path, told.status)
                else:
                    # Never a part, a compressed page or an old one.
                    assert told.status in (200, 302, 400, 431), (headers, told.status)
                    assert not told.header("Content-Encoding") and not told.header("Content-Range")


RAW = [
    b"GET /people/find HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999999999999999\r\n\r\na=b",
    b"POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"0\r\n\r\nGET /users HTTP/1.1\r\nHost: {host}\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked\r\n\r\n",
    b"GET /sign-in HTTP/1.1\r\nHost: {host}\r\nHost: elsewhere.example\r\n\r\n",
    b"GET /sign-in HTTP/1.1\r\n\r\n",
    b"GET /sign-in HTTP/1.0\r\n\r\n",
    b"GET /sign-in HTTP/9.9\r\nHost: {host}\r\n\r\n",
    b"GET /sign-in\r\n\r\n",
    b"GET  /sign-in  HTTP/1.1\r\nHost : {host}\r\n\r\n",
    b"GET /sign-in HTTP/1.1\r\nHost: {host}\r\nX: a\x00b\r\n\r\n",
    b"GET /sign-in HTTP/1.1\r\nHost: {host}\r\nX: a\n b\r\n\r\n",
    b"GET /sign-in HTTP/1.1\r\nHost: {host}\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /people/\xe2\x80\xae\xff HTTP/1.1\r\nHost: {host}\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\r\n\r\n\x00\xff",
]


def test_what_is_no_request_is_refused_and_the_next_is_answered(served: Served) -> None:
    for raw in RAW:
        said = exchange(served.port, raw.replace(b"{host}", f"127.0.0.1:{served.port}".encode()))
        assert not re.search(rb"^HTTP/1\.\d 5", said), (raw[:80], said[:200])
        assert not marks_in(said.decode("latin-1"), MARKS)
        # One question, one answer: what rode along was not answered as a request of its own.
        assert said.count(b"HTTP/1.1 2") <= 1, raw[:80]
    assert served.browser().get("/health").text == "ok"


def exchange(port: int, raw: bytes) -> bytes:
    """What comes back until the other side closes, or nothing comes for half a second."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        said = b""
        try:
            line.sendall(raw)
            line.settimeout(0.5)
            while part := line.recv(65536):
                said += part
        except OSError:
            pass
        return said


def test_forged_tampered_and_swapped_cookies_open_nothing(served: Served) -> None:
    gp, analyst = served.browser("gp"), served.browser("analyst")
    kept = gp.cookies["sessionid"]
    forged = [
        "",
        "a" * 32,
        kept[:-1],
        kept + "a",
        kept.swapcase(),
        kept[::-1],
        f'"{kept}"x',
        kept + "%00",
        "1",
        "../" + kept,
    ]
    forged += [json.dumps({"_auth_user_id": 1}), "gAN9cQAu", f"{kept}; sessionid={'b' * 32}"]
    for one in forged:
        told = served.browser().ask("GET", "/people/next", {"Cookie": f"sessionid={one}"})
        check(told, one)
        assert told.status == 302, one
    for token in ("", "a", "a" * 32, "a" * 64, "é".encode().decode("latin-1"), gp.cookies["csrftoken"][::-1]):
        form = f"text=zstranger&csrfmiddlewaretoken={quote(token)}"
        told = gp.ask("POST", "/people/find", {"Content-Type": "application/x-www-form-urlencoded"}, form)
        check(told, token)
        assert told.status == 403, token
    for origin in ("https://elsewhere.example", "null", f"http://localhost:{served.port}"):
        form = f"text=z&csrfmiddlewaretoken={gp.cookies['csrftoken']}"
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        assert gp.ask("POST", "/people/find", sent, form).status == 403, origin
    # Somebody else's session is somebody else, whatever token comes with it.
    gp.cookies["sessionid"] = analyst.cookies["sessionid"]
    assert gp.send("/people/find", {"text": "z"}).status in (403, 404)
    # What was ended is over in both processes.
    ended = served.browser("gp")
    session = ended.cookies["sessionid"]
    left = ended.send("/sign-out", {})
    assert left.status == 302 and left.header("Clear-Site-Data") == '"cache", "storage"'
    for _ in range(6):
        assert served.browser().ask("GET", "/people/next", {"Cookie": f"sessionid={session}"}).status == 302


BODIES: list[tuple[str, bytes]] = [
    ("application/json", b'{"text": "zstranger", "csrfmiddlewaretoken": "{token}"}'),
    ("application/json", b"{" * 5000),
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"x"),
    ("multipart/form-data; boundary=" + "b" * 500, b"--b"),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nz'),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="../../x.py"\r\n\r\nz\r\n--b--\r\n',
    ),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--b--"),
    ("application/x-www-form-urlencoded", b"text=" + b"a" * 300_000),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(5000))),
    ("application/x-www-form-urlencoded", b"text=%ff%fe%00&text=%ed%a0%80"),
    ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("text/plain", b"text=zstranger&csrfmiddlewaretoken={token}"),
    ("", b"text=zstranger"),
]


def test_no_body_breaks_a_form(served: Served, gp: Browser) -> None:
    token = gp.cookies["csrftoken"]
    for kind, body in BODIES:
        for path in ("/people/find", "/people/emergency", "/sign-in", "/sign-in/cis2/ended", f"/people/{OURS}/choices"):
            told = gp.ask(
                "POST", path, {"Content-Type": kind, "X-CSRFToken": token}, body.replace(b"{token}", token.encode())
            )
            check(told, (kind, body[:60], path))
            assert told.status in (200, 302, 400, 403, 404, 413), (kind, body[:60], path, told.status)
            assert told.status == 413 or len(body) < 256 * 1024, (kind, path)


# What nobody may set by sending it along.
EXTRA = {
    **dict.fromkeys(("is_superuser", "is_staff", "user", "user_id", "made_by", "id", "pk", "holder_id", "closed"), "1"),
    **dict.fromkeys(("start", "at", "opened_at"), "2000-01-01"),
    **dict.fromkeys(("until", "now"), "2099-01-01"),
    **dict.fromkeys(("person_id", "person"), STRANGER),
    **dict.fromkeys(("username", "actor", "role__name"), "admin"),
    **dict.fromkeys(("scope", "what", "item"), "full"),
    "role": "administrator",
    "practice": "K80003",
    "teams": "south",
    "kind": "staff",
    "holder_kind": "user",
    "why": "registered",
    "hours": "999",
    "__proto__": "x",
    "organisation": "X",
}
STATE = """
import django; django.setup()
import json
from vanguard.access import models as m
def rows(model):
    return [{name: str(value) for name, value in row.items()} for row in model.objects.order_by("pk").values()]
print("STATE" + json.dumps({
    "users": rows(m.User),
    "teams": [[str(u.pk), sorted(t.pk for t in u.teams.all())] for u in m.User.objects.order_by("pk")],
    "relationships": rows(m.Relationship),
    "choices": rows(m.Choice),
    "marks": rows(m.Mark),
    "openings": rows(m.Opening),
}))
"""


def test_a_form_changes_what_it_is_for_and_nothing_else(served: Served) -> None:
    before = state(served)
    gp, privacy = served.browser("gp"), served.browser("privacy")
    gp_id = next(one["id"] for one in before["users"] if one["username"] == "gp")
    forms: list[tuple[Browser, str, dict[str, str]]] = [
        (gp, "/people/find", {"text": "z"}),
        (gp, f"/people/{OURS}/choices", {"sharing": "share_all", "planning": "no", "words": "said so"}),
        (gp, f"/people/{OURS}/reason", {"reason": "because I was asked"}),
        (gp, f"/people/{STRANGER}/choices", {"sharing": "nothing", "planning": "no"}),
        (gp, f"/people/{STRANGER}/reason", {"reason": "because I was asked"}),
        (
            gp,
            "/people/emergency",
            {"nhs_number": "9990000069", "birth_date": "1 1 1901", "reason": "in our department"},
        ),
        (gp, "/privacy/marks", {"nhs_number": "9990090092", "birth_date": "7 3 1911", "reason": "asked us to do so"}),
        (gp, "/privacy/1", {"outcome": "good_reason"}),
        (gp, "/choose-role", {}),
        (
            privacy,
            "/privacy/marks",
            {"nhs_number": "9990090092", "birth_date": "1 1 1901", "reason": "asked us to do so"},
        ),
        (privacy, "/privacy/marks/999999/end", {}),
    ]
    for browser, path, fields in forms:
        told = browser.send(path, EXTRA | fields)
        check(told, path)
        assert told.status < 405, (path, told.status)
    after = state(served)
    assert (after["users"], after["teams"]) == (before["users"], before["teams"])
    assert after["relationships"] == before["relationships"] and after["openings"] == before["openings"]
    assert after["marks"] == before["marks"]
    [made] = after["choices"][len(before["choices"]) :]
    assert (made["person_id"], made["made_by_id"], made["role"], made["until"]) == (OURS, gp_id, "gp", "None")
    assert made["start"] > "2001"
    # Signing in makes nobody more than they are.
    again = served.browser("analyst")
    assert again.send("/sign-in", EXTRA | {"username": "analyst"}).status in (302, 400)
    assert again.get("/users").status in (403, 404)


def state(served: Served) -> dict[str, Any]:
    said = served.run(STATE)
    found: dict[str, Any] = json.loads(said.partition("STATE")[2])
    return found


def test_the_log_of_a_hostile_walk_names_nobody_and_no_error(served: Served) -> None:
    said = served.log.read_text()
    # A name that is not ours is an error to Django, and is refused.
    assert not re.search(r" (ERROR|CRITICAL) (?!django\.security\.)|Traceback", said), said[-3000:]
    for person in people():
        assert not marks_in(said, marks_of(person).person)
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ WARNING ", said)
    for line in said.splitlines():
        assert not re.search(r"\?\w+=|zstranger|etc/passwd|sessionid=\w{32}", line), line
