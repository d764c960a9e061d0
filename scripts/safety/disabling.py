"""Turning off one control at a time in a copy of the source: its test must then fail.

A test that passes all the same shows nothing, and is to be mended.
"""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .log import ROOT, Change, Control

PACKAGE = Path("src") / "vanguard"
# What a test needs beside the source; folders that are only read are links.
COPIED, LINKED = ("src", "tests"), ("docs", "scripts", "pyproject.toml", ".venv", "node_modules")
PLUGINS = ("pytest_django.plugin", "pytest_timeout", "xdist.plugin", "_hypothesis_pytestplugin")
LONGEST_SECONDS = 600


class NotOnce(ValueError):
    """A text to replace is not there exactly once, so that nobody can say what would be turned off."""


@dataclass(frozen=True)
class Outcome:
    """What a test said with its control turned off: `noticed` if it failed, otherwise `said` tells what happened."""

    noticed: bool
    said: str = ""


def changed(text: str, change: Change) -> str:
    """The text of a source file with the change made. Raises NotOnce."""
    times = text.count(change.replace)
    if times != 1:
        raise NotOnce(f"{change.file}: {change.replace!r} is there {times} times; expected once")
    return text.replace(change.replace, change.by)


@contextmanager
def copy_of_the_source(folder: Path) -> Iterator[Path]:
    """A copy of what tests need, in a new folder below `folder`; gone afterwards."""
    copy = folder / "vanguard"
    copy.mkdir()
    try:
        for name in COPIED:
            # What was compiled goes along: it holds as long as the times of the files, which are copied too.
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("node_modules"))
        for name in LINKED:
            if (ROOT / name).exists():
                (copy / name).symlink_to(ROOT / name)
        modules = ROOT / "tests" / "oidc" / "node_modules"
        if modules.exists():
            (copy / "tests" / "oidc" / "node_modules").symlink_to(modules)
        yield copy
    finally:
        shutil.rmtree(copy)


def outcome(copy: Path, control: Control) -> Outcome:
    """Run the control's test in a copy of the source with the control turned off."""
    with _turned_off(copy, control.disable):
        # What the first test migrates serves all but those of a control that lies in a migration.
        return _failed(copy, control.test, migrated=all("migrations" not in one.file for one in control.disable))


@contextmanager
def _turned_off(copy: Path, changes: tuple[Change, ...]) -> Iterator[None]:
    before: dict[Path, tuple[bytes, os.stat_result]] = {}
    try:
        for change in changes:
            path = copy / PACKAGE / change.file
            before.setdefault(path, (path.read_bytes(), path.stat()))
            path.write_text(changed(path.read_text("utf-8"), change), "utf-8")
        yield
    finally:
        for path, (body, stat) in before.items():
            path.write_bytes(body)
            # Python tells by the time of change whether what it compiled still holds.
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _failed(copy: Path, test: str, *, migrated: bool) -> Outcome:
    report = copy / "report.xml"
    report.unlink(missing_ok=True)
    asked = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "", "-p", "no:cacheprovider", f"--junitxml={report}"]
    # One database is enough: what is turned off is the same for both.
    asked += [*(part for plugin in PLUGINS for part in ("-p", plugin)), "-k", "not postgresql", "-o", "timeout=0", test]
    others = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    environment = {**others, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(copy / "src")}
    if migrated:
        environment["VANGUARD_MIGRATED"] = str(copy / "migrated.sqlite3")
    try:
        done = subprocess.run(
            asked, cwd=copy, env=environment, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome(False, f"{test} did not end")
    if not report.exists():
        return Outcome(
            False, f"{test} could not be run ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    tree = ElementTree.parse(report)  # noqa: S314 - pytest wrote it
    if tree.find(".//failure") is not None:
        return Outcome(True)
    broken = tree.find(".//error")
    if broken is not None:
        return Outcome(False, f"{test} could not begin:\n{(broken.text or '')[-2000:]}")
    return Outcome(False, f"{test} passes although the control is turned off")
