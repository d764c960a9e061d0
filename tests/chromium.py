"""One real browser for all tests of a process: Playwright runs once in each."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

# The first is the same without its window, which is work for nobody.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Pages live for a second: to compile their scripts once more for speed costs more than it brings.
    "--js-flags=--no-opt",
]


def installed() -> str:
    """Where the browser is."""
    found = next((f"/usr/bin/{name}" for name in BROWSERS if Path(f"/usr/bin/{name}").exists()), None)
    assert found, "No Chromium here: run scripts/ensure-browser.sh"
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop stays in the worker's thread; what comes after is no part of it and may ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # A process that is forked later has no loop, and would find the connection from before.
    for connection in connections.all(initialized_only=True):
        connection.close()
        del connections[connection.alias]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        yield launched
        launched.close()
