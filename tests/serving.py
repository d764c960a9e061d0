"""The real service, with two server processes, on a place of its own, and programs that ask it over HTTP."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import orjson

from tests.migrated import begin_place
from tests.oidc.real import free_port
from vanguard.web.demo_users import DEMO_PASSWORD

ROOT = Path(__file__).parents[1]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(frozen=True)
class Told:
    """An answer as it came: every header line, and the body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        return next((value for one, value in self.headers if one.lower() == name.lower()), "")


@dataclass
class Served:
    """A running service: its place, its address, and what it writes to its log."""

    home: Path
    port: int
    environment: dict[str, str]
    log: Path
    _read: dict[Path, int] = field(default_factory=dict)
    _lines: list[dict[str, Any]] = field(default_factory=list)

    def run(self, code: str) -> str:
        """What code says that runs beside the service, with its settings, on its database."""
        return run(code, self.environment)

    def audit(self) -> list[dict[str, Any]]:
        """Every whole line of the audit trail by now."""
        for file in sorted((self.home / "audit").glob("*.jsonl")):
            with file.open("rb") as opened:
                opened.seek(self._read.get(file, 0))
                for line in opened:
                    if line.endswith(b"\n"):
                        self._read[file] = self._read.get(file, 0) + len(line)
                        self._lines.append(orjson.loads(line))
        return self._lines

    def shown(self, request_id: str) -> list[dict[str, Any]]:
        """What the trail says that this request was shown."""
        return [one for one in self.audit() if one.get("request") == request_id and one.get("outcome") == "shown"]

    def browser(self, username: str = "") -> "Browser":
        """Somebody who asks; signed in as one of the demo users if named."""
        asking = Browser(self.port)
        if username:
            answer = asking.send("/sign-in", {"username": username, "password": DEMO_PASSWORD})
            assert answer.status == 302, answer.text
        return asking


class Browser:
    """Keeps cookies and sends forms with their token; follows no redirect."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | str | None = None
    ) -> Told:
        """One request, byte for byte as it is given, with the cookies kept so far unless others are given."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} | (headers or {})
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        # What checks an address before it is sent would keep the hostile ones from us.
        connection._validate_path = lambda _: None  # type: ignore[attr-defined]
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            told = Told(answer.status, answer.getheaders(), answer.read())
        finally:
            # A server that did not read all of a request closes the connection after its answer.
            connection.close()
        self._keep(answer)
        return told

    def get(self, path: str) -> Told:
        return self.ask("GET", path)

    def send(self, path: str, fields: dict[str, str], token_from: str = "/sign-in") -> Told:
        """A form as one of our pages would send it."""
        from urllib.parse import urlencode

        if "csrftoken" not in self.cookies:
            self.get(token_from)
        form = urlencode(fields | {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
        return self.ask("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, form)

    def _keep(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)


def run(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def serving(home: Path, fill: str, url: str = "", **more: str) -> Iterator[Served]:
    """A demo service of two processes on the place that the code `fill` makes; it must stop cleanly."""
    environment = os.environ | {
        "VANGUARD_HOME": str(home),
        "VANGUARD_DATABASE_URL": url,
        "VANGUARD_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "vanguard.web.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "PYTHONWARNINGS": "ignore",
        **more,
    }
    if not url:
        begin_place(home)
    run(f"from vanguard.web.server import prepare\nprepare()\n{fill}", environment)
    port, log = free_port(), home.with_suffix(".log")
    command = [sys.executable, "-m", "vanguard.cli", "serve", "--port", str(port), "--workers", "2"]
    with log.open("wb") as written:
        running = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=written)
        assert running.stdout
        line = running.stdout.readline().decode()
        assert line == f"Vanguard is at http://127.0.0.1:{port}\n", line + log.read_text()
        yield Served(home, port, environment, log)
        running.send_signal(signal.SIGINT)
        # On a busy machine granian may say that it stopped a worker itself.
        said = running.stdout.read()
        assert running.wait(timeout=20) == 0, said
