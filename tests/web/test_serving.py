"""What `serve` refuses before it listens, and how it starts."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.oidc.real import free_port

from vanguard.web import server


def test_a_place_without_a_key_is_not_served(tmp_path: Path) -> None:
    status, said = served(tmp_path / "place")
    assert status == 1
    assert "VANGUARD_SECRET_KEY: There is no key to sign cookies with." in said
    assert not (tmp_path / "place" / "service.sqlite3").exists()


def test_a_place_whose_sign_in_is_wrong_is_not_served(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (place / "sign_in.yaml").write_text("address: http://vanguard.example\nproviders: {}\n")
    status, said = served(place, VANGUARD_SECRET_KEY="only for tests", PYTHONPATH="src")
    assert status == 1
    assert said.endswith("sign_in.yaml:1:1: address must begin with https://.\n"), said


def served(place: Path, **more: str) -> tuple[int, str]:
    """How `serve` ended and what it said. One that goes on serving is stopped, with its workers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VANGUARD_", "DJANGO_"))}
    with subprocess.Popen(
        [sys.executable, "-m", "vanguard.cli", "serve", "--port", str(free_port())],
        env={**kept, "VANGUARD_HOME": str(place), **more},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            _, said = running.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            raise
    return running.returncode, said


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
