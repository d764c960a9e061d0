"""What `serve` refuses before it listens, and how it starts."""

import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.oidc.real import free_port

from vanguard.web import server


def test_a_place_without_a_key_is_not_served(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VANGUARD_", "DJANGO_"))}
    tried = subprocess.run(
        [sys.executable, "-m", "vanguard.cli", "serve", "--port", str(free_port())],
        env={**kept, "VANGUARD_HOME": str(tmp_path / "place")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 1
    assert "VANGUARD_SECRET_KEY: There is no key to sign cookies with." in tried.stderr
    assert not (tmp_path / "place" / "service.sqlite3").exists()


def test_a_place_whose_sign_in_is_wrong_is_not_served(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VANGUARD_", "DJANGO_"))}
    place = tmp_path / "place"
    place.mkdir()
    (place / "sign_in.yaml").write_text("address: http://vanguard.example\nproviders: {}\n")
    tried = subprocess.run(
        [sys.executable, "-m", "vanguard.cli", "serve", "--port", str(free_port())],
        env={**kept, "VANGUARD_HOME": str(place), "VANGUARD_SECRET_KEY": "only for tests", "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert tried.returncode == 1
    assert tried.stderr.endswith("sign_in.yaml:1:1: address must begin with https://.\n"), tried.stderr


def test_no_thread_runs_beside_the_fork_of_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a thread holds when a process is forked, an import's lock for one, the child waits for without end."""
    before, seen = threading.active_count(), []

    class Forking:
        def __init__(self, *_: Any, **__: Any) -> None: ...

        def serve(self) -> None:
            seen.append(threading.active_count())

    monkeypatch.setattr(server, "Granian", Forking)
    server.run("127.0.0.1", free_port(), 1, lambda: None)
    for waiting in multiprocessing.active_children():
        waiting.terminate()
        waiting.join()
    assert seen == [before]
