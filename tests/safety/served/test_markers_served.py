"""The walk of the marker test once more, through the real service: two server processes, real cookies, real logs.

Nobody meets a mark of somebody they are not related to, whoever is has a line of the audit trail before the answer
came, and neither the service's log nor any file of the place beside the record's own store holds a mark.
"""

import os
import re
from typing import Any

import pytest
from tests.safety.served.marked_place import CITIZENS_COOKIE, people
from tests.safety.test_markers import (
    KEY,
    NAMED_ROLES,
    RELATED,
    STRANGER,
    TYPED,
    USUAL,
    WALK,
    WHOLE,
    Ask,
    groups_of,
    kept_files,
    marks_in,
    marks_of,
)
from tests.serving import Served, Told

from vanguard.api import openapi
from vanguard.web.demo_users import DEMO_USERS

USERS = [name for name, *_ in DEMO_USERS] + ["friend"]
# Everybody walks through one process in every run; through two, one of each kind, and everybody in the long proofs.
WALKING = (
    USERS if "VANGUARD_EXAMPLES" in os.environ else ["gp", "nurse", "hub", "analyst", "admin", "privacy", "friend"]
)
# Signing in as somebody else would change who walks.
EVERYTHING = [ask for asks in WALK.values() for ask in asks if not (ask.post and ask.path.startswith("/sign-"))]
# Where people may be met, each address once: what is walked again after something has changed.
WHERE_PEOPLE_ARE = [
    asks[0] for pattern, asks in WALK.items() if not pattern or pattern.startswith(("people/", "api/p", "privacy"))
] + [Ask("/people/find", {"text": text}) for text in ("zrelated", "zstrangerfamilyz")]
Met = dict[str, dict[str, set[str]]]

RELATED_SOMEHOW: Met = USUAL | {
    "nurse": {RELATED: WHOLE, STRANGER: WHOLE | {"kept back"}},
    "social": {RELATED: WHOLE, STRANGER: KEY},
    "hub": {RELATED: WHOLE, STRANGER: KEY},
    "friend": {STRANGER: KEY},
}
# A watched record is met on lists alone, until a reason is given; a choice of key information closes the rest.
CLOSED: Met = {
    "gp": {RELATED: {"identity"}},
    "surgery": {RELATED: {"identity"}},
    "nurse": {RELATED: {"identity"}, STRANGER: KEY},
    "social": {RELATED: {"identity"}, STRANGER: KEY},
    "hub": {RELATED: {"identity"}, STRANGER: KEY},
    "friend": {STRANGER: KEY},
    "privacy": {RELATED: {"identity"}},
    "analyst": USUAL["analyst"],
}


@pytest.mark.long_on_sqlite
def test_marks_through_two_server_processes(served: Served) -> None:
    assert walk(served, ["", "citizen", *WALKING], EVERYTHING) == of_those(USUAL)
    served.run("import django; django.setup()\nfrom tests.safety.served.marked_place import relate\nrelate()")
    assert walk(served, WALKING, WHERE_PEOPLE_ARE) == of_those(RELATED_SOMEHOW)
    served.run("import django; django.setup()\nfrom tests.safety.served.marked_place import close\nclose()")
    assert walk(served, WALKING, WHERE_PEOPLE_ARE) == of_those(CLOSED)
    processes = {file.name.split("-")[3] for file in (served.home / "audit").glob("2*.jsonl")}
    assert len(processes) == 2, "both server processes have answered"
    for person in people():
        marks = marks_of(person).person + marks_of(person).reasons
        assert not marks_in(served.log.read_text(), marks)
        for file in kept_files(served.home):
            assert not marks_in(file.read_bytes().decode("utf-8", "replace"), marks), file


def of_those(met: Met) -> Met:
    return {username: whom for username, whom in met.items() if username in WALKING}


def walk(served: Served, users: list[str], asks: list[Ask]) -> Met:
    """What each met of whom, at every address. Each meeting must be on record by then."""
    groups = {person.id: groups_of(person) for person in people()}
    every = [mark for person in people() for mark in marks_of(person).person]
    met: Met = {}
    for username in users:
        browser = served.browser(username if username in USERS else "")
        if username == "citizen":
            browser.cookies["sessionid"] = CITIZENS_COOKIE
        for ask in about_both(asks):
            answer = browser.get(ask.path) if ask.post is None else browser.send(ask.path, ask.post)
            where, sent = f"{username} {ask}", everything_sent(answer).casefold()
            assert answer.status < 500, where
            check_json_is_described(ask, answer)
            for person_id, marks in groups.items():
                found = {group for group, some in marks.items() if marks_in(sent, some)}
                if found:
                    met.setdefault(username, {}).setdefault(person_id, set()).update(found)
                    on_record = served.shown(answer.header("X-Request-Id"))
                    assert on_record, where
                    assert not found - {"reasons"} or person_id in whom(on_record), where
            # A mark that is in none of the groups, such as a date of birth, is met by those who meet the others.
            assert username in {*NAMED_ROLES, "friend", "privacy"} or not marks_in(sent, every), where
            if "zquarantinez" in sent:
                assert username == "admin" and served.shown(answer.header("X-Request-Id")), where
        assert username != "citizen" or "A Citizen" in browser.get("/me").text
    return met


def about_both(asks: list[Ask]) -> list[Ask]:
    """Each request, about the one and about the other."""
    found = []
    for ask in asks:
        for person in (RELATED, STRANGER) if "{person}" in ask.path else ("",):
            found.append(
                Ask(ask.path.replace("{person}", person).replace("{opening}", "1").replace("{referral}", "1"), ask.post)
            )
    return found


def check_json_is_described(ask: Ask, answer: Told) -> None:
    """A program is told of every address that answers it."""
    if answer.header("Content-Type").startswith("application/json") and answer.status != 404:
        path = ask.path.partition("?")[0]
        assert any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path) for one in openapi()["paths"]), ask


def everything_sent(answer: Told) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return f"{headers}\n{TYPED.sub('', answer.text)}"


def whom(lines: list[dict[str, Any]]) -> set[str]:
    parts = [line["whom"] for line in lines]
    return {one for part in parts for one in (part if isinstance(part, list) else [part])}
