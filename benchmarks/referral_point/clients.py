"""Professionals at their screens: each signs in, reads pages, fills in the forms that it finds there, and thinks.

What a client is told to be done it writes down, so that afterwards each can be looked for in the database.
"""

import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import lxml.html
import requests

from benchmarks.referral_point.place import PASSWORD, Person

POLL = 1.0
NUMBERS = re.compile(r'href="/referrals/(\d+)"')
SEEN = re.compile(r'hx-get="([^"]+)"')
# What a place says when somebody else was quicker or the thing is over: no error, and nothing was written.
TOLD_WHY = (400, 409)
CALL = {
    "origin": "general_practice",
    "life_in_danger": "no",
    "whereabouts": "in_own_home",
    "main_trouble": "unwell_getting_worse",
    "safe_until_seen": "no",
    "what_has_happened": "Has not drunk since Saturday.",
    "agreed_to_referral": "person_agreed",
    "referrers_number": "01296 000000",
}


@dataclass(frozen=True)
class Asked:
    """One request: what for, when (perf_counter), how many seconds it took, its status."""

    what: str
    at: float
    took: float
    status: int


@dataclass(frozen=True)
class Done:
    """A write that a client was told had succeeded: which, of which referral, by whom, and its own mark."""

    what: str
    referral: int
    by: str
    mark: str = ""


@dataclass
class Heard:
    """What one client has seen: its requests, its writes, how often others were quicker, and what was wrong."""

    asked: list[Asked] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    quicker: int = 0
    wrong: list[str] = field(default_factory=list)


class Over(Exception):
    """The time is up."""


class Client:
    """One professional with a browser. `think` are the seconds between two actions, on average."""

    def __init__(self, port: int, username: str, *, think: float, until: Callable[[], float], people: int) -> None:
        self.base, self.username, self.think, self.until, self.people = (
            f"http://127.0.0.1:{port}", username, think, until, people
        )  # fmt: skip
        self.chance = random.Random(f"{username} {think}")
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.heard = Heard()

    def sign_in(self) -> None:
        """As a person does: the page with its form, then user name and password."""
        self.send("sign in", self.open("sign in", "/sign-in"), {"username": self.username, "password": PASSWORD})

    def open(self, what: str, path: str, **headers: str) -> requests.Response:
        return self._ask(what, "GET", path, headers=headers)

    def send(self, what: str, page: requests.Response, fields: dict[str, str], *, to: str = "") -> requests.Response:
        """The form of a page whose address ends in `to`, or the only one that is posted, with these fields filled."""
        forms = [one for one in lxml.html.fromstring(page.text).forms if one.method.upper() == "POST"]
        form = next(
            one for one in forms if (one.action or "").endswith(to) and not (one.action or "").endswith("/sign-out")
        )
        hidden = {one.name: one.value for one in form.inputs if getattr(one, "type", "") == "hidden"}
        answer = self._ask(what, "POST", form.action or page.request.path_url, data=hidden | fields)
        self.heard.quicker += answer.status_code in TOLD_WHY
        return answer

    def _ask(self, what: str, method: str, path: str, **more: Any) -> requests.Response:
        began = time.perf_counter()
        try:
            answer = self.browser.request(method, self.base + path, allow_redirects=False, timeout=60, **more)
        except requests.RequestException as problem:
            self.heard.wrong.append(f"{what}: {type(problem).__name__}")
            raise Over from problem
        self.heard.asked.append(Asked(what, began, time.perf_counter() - began, answer.status_code))
        fine = answer.status_code < 400 or (method == "POST" and answer.status_code in TOLD_WHY)
        if not fine:
            self.heard.wrong.append(f"{what}: {method} {re.sub(r'[0-9a-f-]{8,}', '…', path)} gave {answer.status_code}")
        return answer

    def done(self, what: str, referral: int, mark: str = "") -> None:
        self.heard.done.append(Done(what, referral, self.username, mark))

    def pause(self, board: requests.Response | None = None) -> None:
        """Thinking; an open board meanwhile asks each second whether it is still the newest. Raises Over."""
        until = min(time.perf_counter() + self.think * self.chance.uniform(0.5, 1.5), self.until())
        address = _newest(board) if board is not None else ""
        while (left := until - time.perf_counter()) > 0:
            time.sleep(min(left, POLL))
            if address and until - time.perf_counter() > 0:
                fresh = self.open("board asks", address, **{"HX-Request": "true"})
                address = _newest(fresh) or address
        if time.perf_counter() >= self.until():
            raise Over

    def work(self, acts: tuple[tuple[Callable[["Client"], None], int], ...]) -> None:
        """One act after another until the time is up."""
        every, weights = [act for act, _ in acts], [weight for _, weight in acts]
        with suppress(Over):
            if self.think:
                time.sleep(self.chance.uniform(0, self.think))
            while True:
                self.chance.choices(every, weights)[0](self)
                self.pause()


def _newest(board: requests.Response) -> str:
    found = SEEN.search(board.text)
    return found[1].replace("&amp;", "&") if found else ""


def look_at_board(client: Client) -> None:
    client.pause(client.open("board", "/referrals"))


def trivial(client: Client) -> None:
    client.open("trivial", "/health")


def refer_by_phone(client: Client) -> None:
    """A call comes in: the person is found by their number, the form filled, kept once while typing, and sent."""
    page = client.open("call", "/referrals/call")
    client.pause()
    person = Person(client.chance.randrange(client.people))
    found = client.send("find by number", page, {"text": person.columns()["nhs_number"]})
    if found.status_code != 302:
        return
    address = found.headers["Location"]
    form = client.open("phone form", address)
    mark = f"Dr {uuid.UUID(int=client.chance.getrandbits(128)).hex}"
    if client.send("kept while typing", form, CALL | {"referrer": mark, "kept": "yes"}).status_code == 204:
        client.done("draft", 0, f"{address.rpartition('/')[2]} {mark}")
    client.pause()
    sent = client.send("phone form sent", form, CALL | {"referrer": mark})
    if sent.status_code == 302:
        number = int(sent.headers["Location"].rpartition("/")[2])
        client.done("referral", number, mark)
        client.open("referral", f"/referrals/{number}")


def decide(client: Client) -> None:
    """Somebody who waits is looked at and decided about."""
    board = client.open("board", "/referrals?step=clinical_triage")
    if not (number := _one_of(client, board)):
        return
    client.pause(board)
    page = client.open("referral", f"/referrals/{number}")
    if 'value="clinical_triage"' not in page.text:
        return
    client.pause()
    answers = {"help_direction": "step_up", "how_soon": "fast_response", "intervention_lead": "nurse_leads",
               "place_of_help": "help_in_a_bed", "kind_of_bed": "bed_with_nursing"}  # fmt: skip
    sent = client.send("triage", page, answers | {"do": "finish"}, to=f"/referrals/{number}")
    if sent.status_code == 302:
        client.done("triage", number)
        client.open("referral", f"/referrals/{number}")


def allocate(client: Client) -> None:
    """Who goes: the first who is suggested."""
    board = client.open("board", "/referrals?step=response_visit")
    if not (number := _one_of(client, board)):
        return
    client.pause(board)
    who = client.open("who goes", f"/referrals/{number}/who/response_visit")
    if who.status_code != 200 or not (chosen := re.search(r'name="professional"[^>]* value="([^"]+)"', who.text)):
        return
    client.pause()
    mark = f"Knows the way {client.chance.getrandbits(64):x}"
    sent = client.send("allocation", who, {"professional": chosen[1], "why": mark}, to="/response_visit")
    if sent.status_code == 302:
        client.done("allocation", number, mark)


def hold_a_bed(client: Client) -> None:
    """A bed is held for somebody on the way, and let go again."""
    board = client.open("board", "/referrals?step=response_visit")
    if not (number := _one_of(client, board)):
        return
    client.pause(board)
    beds = client.open("beds that fit", f"/referrals/{number}/bed")
    offered = re.findall(r'name="bed" value="(\d+)"><button[^>]*value="hold"', beds.text)
    if not offered:
        return
    client.pause()
    bed = client.chance.choice(offered)
    if client.send("hold", beds, {"bed": bed, "do": "hold"}, to="/bed").status_code != 302:
        return
    client.done("held", number, bed)
    page = client.open("referral", f"/referrals/{number}")
    client.pause()
    if 'value="release"' not in page.text:
        return
    if client.send("let go", page, {"do": "release"}, to="/bed").status_code == 302:
        client.done("open", number, bed)


def visit(client: Client) -> None:
    """With somebody of one's own locality: arriving where nobody has yet, and a note of the visit."""
    client.open("home", "/")
    client.pause()
    board = client.open("board", f"/referrals?step=response_visit&locality={_locality(client)}")
    if not (number := _one_of(client, board)):
        return
    page = client.open("referral", f"/referrals/{number}")
    client.pause()
    if 'value="arrive"' in page.text:
        there = client.send("arrival", page, {"do": "arrive"}, to=f"/referrals/{number}")
        if there.status_code == 302:
            client.done("arrival", number)
        page = client.open("referral", f"/referrals/{number}")
        client.pause()
    mark = f"Had soup. {client.chance.getrandbits(64):x}"
    if client.send("note", page, {"words": mark}, to="/notes").status_code == 302:
        client.done("note", number, mark)
    if record := re.search(r'href="(/people/p\d+)"', page.text):
        client.open("record", record[1])


def search_and_read(client: Client) -> None:
    """One of the practice's own people is searched for, and their record read."""
    page = client.open("find a person", "/people/find")
    client.pause()
    practice = int(client.username.removeprefix("gp"))
    person = Person(2 * (practice + 56 * client.chance.randrange(client.people // 112)))
    columns = person.columns()
    born = columns["birth_date"].strftime("%d %m %Y")
    found = client.send("search", page, {"text": f"{columns['family_name']} {born}"}, to="/people/find")
    client.pause()
    if f"/people/{person.id}" not in found.text:
        client.heard.wrong.append("search: the person was not found")
        return
    client.open("record", f"/people/{person.id}")


def look_at_beds(client: Client) -> None:
    client.open("beds", "/beds")


def look_at_numbers(client: Client) -> None:
    client.open("numbers", "/referrals/numbers")


def go_home(client: Client) -> None:
    client.open("home", "/")


Acts = tuple[tuple[Callable[[Client], None], int], ...]
# What the people of each user name do, and how often.
DAY: dict[str, Acts] = {
    "taker": ((refer_by_phone, 5), (look_at_board, 3), (trivial, 1)),
    "triage": ((decide, 4), (allocate, 3), (hold_a_bed, 2), (look_at_board, 2), (trivial, 1)),
    "nurse": ((visit, 6), (look_at_board, 1), (go_home, 1), (trivial, 1)),
    "gp": ((search_and_read, 6), (go_home, 2), (trivial, 1)),
    "lead": ((look_at_board, 5), (look_at_beds, 3), (look_at_numbers, 1), (trivial, 1)),
}


def at_work(
    port: int, usernames: list[str], *, think: float, seconds: float, people: int, when_in: Callable[[], None]
) -> list[Client]:
    """Let these professionals sign in, then work at once for so many seconds; returns them with what they heard.

    `when_in` is called between the two.
    """
    ends = [float("inf")]
    clients = [Client(port, one, think=think, until=lambda: ends[0], people=people) for one in usernames]
    for some in _by(clients, 8):
        _at_once([one.sign_in for one in some])
    for one in clients:
        one.heard.asked.clear()
    when_in()
    ends[0] = time.perf_counter() + seconds
    _at_once([lambda one=one: one.work(DAY[one.username.rstrip("0123456789")]) for one in clients])
    return clients


def race_for_a_bed(port: int, bed: int, runners: list[tuple[str, int]], people: int) -> list[tuple[Client, int, str]]:
    """Each user holds the bed for their referral at the same moment; returns each with the status and what was said."""
    ready = threading.Barrier(len(runners))
    told: list[tuple[Client, int, str]] = []
    clients = [Client(port, one, think=0, until=lambda: float("inf"), people=people) for one, _ in runners]
    first = {one.username: one for one in reversed(clients)}
    for some in _by(list(first.values()), 8):
        _at_once([one.sign_in for one in some])

    def run(client: Client, number: int) -> None:
        # Who runs several times does so in one session, in as many windows.
        client.browser.cookies.update(first[client.username].browser.cookies)
        page = client.open("beds that fit", f"/referrals/{number}/bed")
        ready.wait()
        answer = client.send("hold", page, {"bed": str(bed), "do": "hold"}, to="/bed")
        if answer.status_code == 302:
            client.done("held", number, str(bed))
        said = lxml.html.fromstring(answer.text).xpath("//*[contains(@class, 'error-summary')]") if answer.text else []
        told.append((client, answer.status_code, " ".join(said[0].text_content().split()) if said else ""))

    _at_once([lambda c=client, n=number: run(c, n) for client, (_, number) in zip(clients, runners, strict=True)])
    return told


def _at_once(tasks: list[Callable[[], Any]]) -> None:
    """Each in a thread of its own; what one raises is raised here."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(tasks)) as pool:
        for one in [pool.submit(task) for task in tasks]:
            one.result()


def _by(every: list[Client], size: int) -> Iterator[list[Client]]:
    yield from (every[start : start + size] for start in range(0, len(every), size))


def _one_of(client: Client, board: requests.Response) -> int:
    """One of the first few on the board; others choose from them too. 0 where it is empty."""
    numbers = NUMBERS.findall(board.text)[:20]
    return int(client.chance.choice(numbers)) if numbers else 0


def _locality(client: Client) -> str:
    return f"L{int(client.username.removeprefix('nurse')) % 7}"
