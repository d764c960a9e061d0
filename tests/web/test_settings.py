"""What a real place runs with: Django's deployment checks, cookies and headers over https, secrets from outside."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.safety.served.walls import missing_headers

from vanguard.access import AuditUnavailable

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "vanguard"
KEY = "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
OVER_HTTPS = """
from vanguard.web.server import prepare
prepare()
from django.test import Client
from django.conf import settings
client = Client(headers={"host": "vanguard.example", "x-forwarded-proto": "https"})
plain = Client(headers={"host": "vanguard.example"}).get("/sign-in")
print(plain.status_code, plain.headers["Location"])
answer = Client(headers={"host": "vanguard.example"}).get("/api/openapi.json")
print(answer.status_code, "Location" in answer.headers)
answer = client.get("/sign-in")
print(answer.status_code, answer.headers["Strict-Transport-Security"])
print(client.post("/sign-in", {"username": "gp", "password": "x"}).status_code)
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
      settings.SESSION_COOKIE_SAMESITE)
print(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_HTTPONLY,
      settings.CSRF_COOKIE_SAMESITE)
print(settings.DEBUG, settings.AUTHENTICATION_BACKENDS, settings.PROXIES)
"""


def real_place(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VANGUARD_", "DJANGO_"))}
    real = {"VANGUARD_HOME": str(home), "VANGUARD_SECRET_KEY": KEY, "VANGUARD_HOSTS": "vanguard.example"}
    return kept | real | {"PYTHONPATH": "src", "DJANGO_SETTINGS_MODULE": "vanguard.web.settings", **more}


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], env=environment, cwd=ROOT, capture_output=True, text=True)


def test_the_deployment_checks_are_clean(tmp_path: Path) -> None:
    checked = run(real_place(tmp_path), "-m", "django", "check", "--deploy", "--fail-level", "DEBUG")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout + checked.stderr
    # They are not clean in a demo place, so they do check something.
    demo = run(real_place(tmp_path, VANGUARD_DEMO="1"), "-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert demo.returncode != 0 and "security.W004" in demo.stderr


def test_a_real_place_speaks_https_only_and_has_no_local_accounts(tmp_path: Path) -> None:
    said = run(real_place(tmp_path / "place"), "-c", OVER_HTTPS)
    assert said.stdout.splitlines() == [
        "301 https://vanguard.example/sign-in",
        "403 False",
        "200 max-age=31536000; includeSubDomains",
        "403",
        "__Host-sessionid True True Lax",
        "__Host-csrftoken True True Lax",
        "False [] 1",
    ], said.stderr


def test_a_wrong_setting_is_said_in_a_sentence(tmp_path: Path) -> None:
    for name, value in {"VANGUARD_LIMITS": "search=many", "VANGUARD_PROXIES": "one"}.items():
        said = run(real_place(tmp_path, **{name: value}), "-m", "vanguard.cli", "serve", "--port", "18998")
        assert said.returncode == 1 and f"{name}: " in said.stderr and "Traceback" not in said.stderr, said.stderr


def test_no_secret_is_written_in_the_code() -> None:
    """Secrets come from the environment or from files that the place makes: never a text given to one's name."""
    wanted = re.compile(r"secret|password|passphrase|api_?key|private_?key|token", re.IGNORECASE)
    found = {}
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            pairs: list[tuple[str, ast.expr | None]] = []
            if isinstance(node, ast.Assign):
                pairs = [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                pairs = [(node.target.id, node.value)]
            elif isinstance(node, ast.keyword) and node.arg:
                pairs = [(node.arg, node.value)]
            for name, value in pairs:
                if (
                    wanted.search(name)
                    and isinstance(value, ast.Constant)
                    and isinstance(value.value, str)
                    and value.value
                ):
                    found[f"{file.relative_to(SOURCE)}:{name}"] = value.value
    # The demo's own password, printed on its sign-in page; and the name under which a session keeps a token.
    assert set(found) <= {"web/demo_users.py:DEMO_PASSWORD", "access/sessions.py:ID_TOKEN"}, found
    text = (SOURCE / "web/settings.py").read_text("utf-8")
    assert "SECRET_KEY = secret_key(PLACE, demo=DEMO)" in text


def unavailable(*_: object) -> None:
    raise AuditUnavailable


def test_errors_of_every_kind_carry_every_protection(
    signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("gp")
    client.raise_request_exception = False
    checked = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answers = {
        400: client.get("/people/%00"),
        401: Client().get("/api/persons/p1/record"),
        403: checked.post("/sign-in", {"username": "gp"}),
        404: client.get("/nothing-here"),
        405: client.delete("/people/find"),
        413: client.post("/people/find", {"text": "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}),
        414: client.get("/people/find?" + "a" * 5000),
    }
    monkeypatch.setattr(settings, "LIMITS", {"page": 1})
    answers[429] = [client.get("/") for _ in range(2)][1]
    monkeypatch.setattr(settings, "LIMITS", {})
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("vanguard.access.audit.write", unavailable)
        answers[503] = client.get("/people/next")
    monkeypatch.setattr("vanguard.web.views.home.render", None)
    answers[500] = client.get("/")
    # Broken before anybody knows who asks, as without a database.
    monkeypatch.setattr("vanguard.access.middleware.WHO", None)
    broken = client.get("/")
    assert broken.status_code == 500 and "There is a problem with the service" in broken.content.decode()
    for status, answer in [*answers.items(), (500, broken)]:
        assert answer.status_code == status, (status, answer.status_code)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        assert missing_headers(headers) == [], status
        assert "Traceback" not in answer.getvalue().decode() and "TypeError" not in answer.getvalue().decode()
