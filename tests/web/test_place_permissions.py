"""Whatever a command writes about people is for the user that runs it alone."""

import os
import subprocess
import sys
from pathlib import Path

START = "import vanguard.web.server as s; s.prepare()"


def test_nobody_else_on_the_machine_reads_a_place(place: Path) -> None:
    place.chmod(0o755)
    environment = os.environ | {"VANGUARD_HOME": str(place), "PYTHONPATH": "src", "VANGUARD_DEMO": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for command in (["-m", "vanguard.cli", "refresh"], ["-c", START]):
        subprocess.run([sys.executable, *command], env=environment, check=True, umask=0o022)
    assert place.stat().st_mode & 0o777 == 0o710
    files = [file for file in place.rglob("*") if file.is_file()]
    assert place / "service.sqlite3" in files
    assert [file for file in files if file.stat().st_mode & 0o007] == []
    # The group of the pseudonymised tables reads those and the lists of files, and passes through to them.
    for_the_group = {place, place / "lake", place / "lake" / "manifest.json"}
    pseudonymised, readers = place / "lake" / "pseudonymised", place / "lake" / "readers"
    opened = {path for path in [place, *place.rglob("*")] if path.stat().st_mode & 0o070}
    shared = (pseudonymised, readers)
    assert {path for path in opened if not any(map(path.is_relative_to, shared))} == for_the_group
    assert (place / "lake").stat().st_mode & 0o777 == 0o710
    assert all(file.stat().st_mode & 0o777 == 0o640 for file in pseudonymised.rglob("*.parquet"))
