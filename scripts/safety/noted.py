"""What was found when each control was turned off: docs/safety/turned-off.yaml."""

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from .disabling import PACKAGE
from .log import FOLDER, ROOT, Control, Strict, hazard_log, read
from .own_test import without_other_tests

FILE = "turned-off.yaml"
BEFORE = """\
# Written by `make safety`, which turns off each control of hazards.yaml and runs its test, which must fail. `state` is
# a hash of the control, of the files that it lies in and of its test: once it differs, it is tried again.
"""


class Tried(Strict):
    """One control as it was tried: whether its test failed, as it must."""

    day: date
    noticed: bool
    state: str


def state(control: Control, root: Path = ROOT) -> str:
    """A hash of what a trial of the control rests on most, in the source at `root`."""
    file, _, name = control.test.partition("::")
    parts = [
        control.model_dump_json(exclude={"what", "kind"}),
        without_other_tests((root / file).read_text("utf-8"), name),
    ]
    parts += [(root / PACKAGE / change.file).read_text("utf-8") for change in control.disable]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def noted() -> dict[str, Tried]:
    """The last trial of each control that there still is, by its name."""
    known = dict(hazard_log().controls)
    tried = read(FILE)["tried"] or {}
    return {name: Tried.model_validate(one) for name, one in tried.items() if name in known}


def holding() -> dict[str, Tried]:
    """Those of the trials whose control is still as it was."""
    known = dict(hazard_log().controls)
    return {name: one for name, one in noted().items() if one.state == state(known[name])}


def note(tried: Mapping[str, Tried]) -> None:
    """Write the trials, in the order of the log."""
    lines = [
        f"  {name}: {{day: {one.day.isoformat()}, noticed: {str(one.noticed).lower()}, state: '{one.state}'}}\n"
        for name, one in ((name, tried[name]) for name, _ in hazard_log().controls if name in tried)
    ]
    (FOLDER / FILE).write_text(BEFORE + ("tried:\n" + "".join(lines) if lines else "tried: {}\n"), "utf-8")
