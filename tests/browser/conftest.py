"""The real service on a small place, and a real browser."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.migrated import begin_place
from tests.oidc.real import free_port

from vanguard.web.demo_users import DEMO_PASSWORD

ROOT = Path(__file__).parents[2]
FILL = """
from pathlib import Path
from vanguard.console import home
from vanguard.web.server import prepare
prepare()
from tests.small_place import fill_place, make_people
from tests.web.conftest import quarantined
fill_place(home(), make_people(200), [quarantined()])
"""


def _environment(place: Path, **more: str) -> dict[str, str]:
    source = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONWARNINGS": "ignore"}
    return os.environ | {"VANGUARD_HOME": str(place), "VANGUARD_DEMO": "1"} | source | more


def fill(place: Path) -> None:
    """A small place of 200 people."""
    begin_place(place)
    subprocess.run([sys.executable, "-c", FILL], env=_environment(place), cwd=ROOT, check=True)


@contextmanager
def serving(place: Path, port: int, **more: str) -> Iterator[str]:
    """The address of a running demo service of this place, which must stop cleanly when it is interrupted."""
    command = [sys.executable, "-m", "vanguard.cli", "serve", "--port", str(port), "--workers", "1"]
    running = subprocess.Popen(command, env=_environment(place, **more), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert running.stdout
    line = running.stdout.readline()
    assert line == f"Vanguard is at http://127.0.0.1:{port}\n", line
    yield f"http://127.0.0.1:{port}"
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == 0


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("browser") / "place"
    fill(place)
    with serving(place, free_port()) as address:
        yield address


class Watched:
    """A page whose requests and complaints are kept."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.base = base
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        # The browser itself reports answers such as 404, which some tests ask for.
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._look)

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def sign_in(self, username: str) -> None:
        self.go("/sign-in")
        self.page.fill("#username", username)
        self.page.fill("#password", DEMO_PASSWORD)
        self.page.click("main button:has-text('Sign in')")
        self.page.wait_for_url(f"{self.base}/")

    def _hear(self, message: object) -> None:
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:  # type: ignore[attr-defined]
            self.complaints.append(message.text)  # type: ignore[attr-defined]

    def _look(self, request: object) -> None:
        if not request.url.startswith((self.base, "data:")):  # type: ignore[attr-defined]
            self.elsewhere.append(request.url)  # type: ignore[attr-defined]


@pytest.fixture
def watched(browser: Browser, service: str) -> Iterator[Callable[..., Watched]]:
    """Open a page of a width; afterwards nothing may have complained or asked another site."""
    contexts: list[BrowserContext] = []
    pages: list[Watched] = []

    def open_page(width: int = 1280, height: int = 900, **options: object) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        pages.append(Watched(context, service))
        return pages[-1]

    yield open_page
    for page in pages:
        assert page.complaints == []
        assert page.elsewhere == []
    for context in contexts:
        context.close()
