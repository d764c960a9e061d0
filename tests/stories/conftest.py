"""A place in which nothing has happened, served as it is, with a clock that a story moves, and people at their screens.

Nothing here writes into the place once it is served: whatever a story counts came in through pages.
"""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from tests.browser.conftest import ROOT, Watched
from tests.browser.test_accessible import check
from tests.migrated import begin_place
from tests.oidc.real import free_port

from vanguard.clock import LONDON
from vanguard.lake import Lake
from vanguard.web.demo_users import DEMO_PASSWORD

BEGINS = "2018-03-06 07:30"


class Clock:
    """The story's clock: moved forward between what people do, and going on by itself meanwhile."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def at(self, local: str) -> datetime:
        """Make it this local time now."""
        instant = _instant(local)
        part = self.file.with_suffix(".part")
        part.write_text(str((instant - datetime.now(UTC)).total_seconds()))  # noqa: TID251
        part.replace(self.file)
        return instant


class Someone(Watched):
    """Somebody at their own screen: each has their own browser, and signs in when a session has ended."""

    def __init__(self, context: BrowserContext, base: str, username: str) -> None:
        super().__init__(context, base)
        self.username, self.clicks = username, 0

    def here(self, path: str = "/") -> "Someone":
        """Sign in, unless they are still signed in, and open a page."""
        self.go("/sign-in")
        if self.page.locator("#username").count():
            self.page.fill("#username", self.username)
            self.page.fill("#password", DEMO_PASSWORD)
            self.page.click("main button:has-text('Sign in')")
        self.page.wait_for_url(f"{self.base}/")
        if path != "/":
            self.go(path)
        return self

    def answer(self, **answers: str) -> None:
        """Fill in a form: by question, the option that is chosen or the words that are typed."""
        for name, value in answers.items():
            one_of = f"input[name={name}][value='{value}']"
            if self.page.locator(f"input[name={name}]:is([type=radio], [type=checkbox])").count():
                self.page.check(one_of)
            else:
                self.page.fill(f"#{name}", value)

    def press(self, words: str, then: str = "") -> None:
        """Press the button or follow the link with these words, and wait for others."""
        self.page.click(f"main >> :is(button, a):has-text('{words}') >> visible=true")
        if then:
            # The first that is visible: the same words may stand in what is folded away.
            self.page.wait_for_selector(f"text={then} >> visible=true")

    def note(self, words: str) -> None:
        """Write a note of a visit."""
        self.page.fill("#note-words", words)
        self.page.click("text=Add the note")
        self.page.wait_for_selector(f".vg-note:has-text('{words}')")

    def count_clicks(self) -> None:
        """From now on. Return in a form counts too: the browser clicks its button."""
        self.page.expose_function("clicked", self._click)
        self.page.context.add_init_script("addEventListener('click', () => window.clicked(), true)")
        self.page.reload()

    def _click(self) -> None:
        self.clicks += 1

    @property
    def sees(self) -> str:
        return self.page.inner_text("main")

    @property
    def number(self) -> int:
        """Of the referral whose page this is."""
        found = re.search(r"/referrals/(?:mine/)?(\d+)$", self.page.url)
        assert found, self.page.url
        return int(found[1])


class Story:
    """One served place, its clock, and what its tables and its audit trail say."""

    def __init__(self, home: Path, base: str, clock: Clock, browser: Browser) -> None:
        self.home, self.base, self.clock, self._browser = home, base, clock, browser
        self.people: dict[str, Someone] = {}
        self._checked: set[str] = set()

    def __call__(self, username: str, width: int = 1280) -> Someone:
        """The screen of one of the place's users, a telephone's if it is narrow."""
        if username not in self.people:
            context = self._browser.new_context(viewport={"width": width, "height": 900})
            self.people[username] = Someone(context, self.base, username)
        return self.people[username]

    def look(self, someone: Someone, kind: str) -> None:
        """Once for each kind of page: nothing that axe knows is wrong with it, and nothing is too wide."""
        if kind not in self._checked:
            self._checked.add(kind)
            check(someone.page, kind)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the service's tables say."""
        with sqlite3.connect(f"file:{self.home / 'service.sqlite3'}?mode=ro", uri=True, timeout=20) as con:
            return con.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        """The one value of the one row."""
        [[value]] = self.rows(sql, *values)
        return value

    def happened(self, kind: str, step: str = "") -> list[datetime]:
        """When this was done, by the table of events: of one step, if it is named."""
        rows = self.rows("SELECT at, body FROM hub_happening WHERE kind = ? ORDER BY number", kind)
        return [instant_of(at) for at, body in rows if not step or json.loads(body).get("step") == step]

    def care_events(self, source_id: int) -> list[dict[str, Any]]:
        """What the lake holds of a referral: of each entry its newest telling, once all has been sent."""
        for _ in range(100):
            if not self.one("SELECT count(*) FROM outbox_outgoing WHERE sent IS NULL"):
                break
            time.sleep(0.1)
        sql = """SELECT * FROM care_event WHERE source_id = ? QUALIFY row_number() OVER (
                     PARTITION BY key ORDER BY number DESC) = 1 ORDER BY number"""
        with Lake(self.home).connect() as con:
            found = con.execute(sql, [str(source_id)])
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def audit(self) -> list[dict[str, Any]]:
        """Every line of the audit trail."""
        lines = [
            line for file in sorted((self.home / "audit").glob("*.jsonl")) for line in file.read_text().split("\n")
        ]
        return [line for line in map(json.loads, filter(None, lines)) if "who" in line]

    def opened(self, whom: str, outcome: str = "shown") -> set[str]:
        """Which users were shown, or were not, something of a person, by the audit trail."""
        return {str(line["who"]) for line in self.audit() if line.get("outcome") == outcome and whom in line["whom"]}


def _instant(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=LONDON).astimezone(UTC)


def instant_of(kept: str) -> datetime:
    """An instant as a table or the audit trail keeps it: in UTC."""
    return datetime.fromisoformat(kept).replace(tzinfo=UTC)


def _environment(home: Path, clock: Clock) -> Mapping[str, str]:
    return os.environ | {
        "VANGUARD_HOME": str(home),
        "VANGUARD_DATABASE_URL": "",
        "VANGUARD_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "vanguard.web.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "PYTHONWARNINGS": "ignore",
        "STORY_CLOCK": str(clock.file),
    }


@pytest.fixture(scope="session")
def empty_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, by the place's own commands; each story begins with a copy."""
    folder = tmp_path_factory.mktemp("stories")
    clock = Clock(folder / "clock")
    clock.at(BEGINS)
    begin_place(folder / "place")
    command = [sys.executable, "-m", "tests.stories.place", str(folder / "given")]
    subprocess.run(command, env=_environment(folder / "place", clock), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return folder / "place"


@pytest.fixture
def story(empty_place: Path, browser: Browser, tmp_path: Path) -> Iterator[Story]:
    """A place of its own for each story, served until it is told. No page may have complained."""
    home, clock, port = tmp_path / "place", Clock(tmp_path / "clock"), free_port()
    shutil.copytree(empty_place, home)
    clock.at(BEGINS)
    command = [sys.executable, "-m", "tests.stories.at_story_time", "serve", "--port", str(port), "--workers", "1"]
    running = subprocess.Popen(command, env=_environment(home, clock), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout
        line = running.stdout.readline()
        assert line == f"Vanguard is at http://127.0.0.1:{port}\n", line
        told = Story(home, f"http://127.0.0.1:{port}", clock, browser)
        for table in (
            "hub_referral",
            "hub_happening",
            "hub_writing",
            "hub_letter",
            "hub_listed",
            "roster_allocation",
            "team_plan",
        ):
            assert told.one(f"SELECT count(*) FROM {table}") == 0, f"{table} is not empty"
        yield told
        for someone in told.people.values():
            assert (someone.complaints, someone.elsewhere) == ([], []), someone.username
            someone.page.context.close()
    finally:
        running.send_signal(signal.SIGINT)
        ended = running.wait(timeout=20)
    assert ended == 0
