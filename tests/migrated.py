"""The service's own tables on SQLite, migrated once for a run: each place that a test serves begins with a copy."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = "VANGUARD_MIGRATED"


def begin_place(home: Path) -> None:
    """The folder of a place whose tables are there: empty, unless it had some."""
    home.mkdir(parents=True, exist_ok=True)
    database = home / "service.sqlite3"
    if database.exists():
        return
    if not copied(database):
        command = [sys.executable, "-c", "from vanguard.web.server import prepare\nprepare()"]
        environment = {"VANGUARD_HOME": str(home), "VANGUARD_DATABASE_URL": "", "VANGUARD_DEMO": "1"}
        more = {"PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"}
        subprocess.run(command, env=os.environ | environment | more, cwd=ROOT, check=True)
        keep(database)


def copied(database: Path) -> bool:
    """Whether this file now has the tables that the run keeps."""
    kept = Path(os.environ[KEPT])
    if kept.exists():
        shutil.copyfile(kept, database)
    return kept.exists()


def keep(database: Path) -> None:
    """A file with empty tables, closed, is what later ones begin with."""
    kept = Path(os.environ[KEPT])
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        whole = shutil.copyfile(database, Path(folder) / kept.name)
        # Another worker may have been quicker: theirs is as good.
        whole.replace(kept)
