"""The rehearsal: a place is used, backed up while it is written to, destroyed and restored."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.migrated import begin_database, drop_database

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@dataclass
class Town:
    """One place and its database, used only by processes of their own, as an engineer would."""

    place: Path
    environment: dict[str, str]
    empty_database: Callable[[], None]

    def run(self, *command: str, expect: int = 0) -> str:
        ran = subprocess.run([sys.executable, "-m", *command], env=self.environment, capture_output=True, text=True)
        assert ran.returncode == expect, ran.stderr
        return ran.stdout if expect == 0 else ran.stderr

    def vanguard(self, *command: str, expect: int = 0) -> str:
        return self.run("vanguard.cli", *command, expect=expect)

    def tell(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.run("tests.backup.rehearsal", "tell"))
        return told

    def destroy(self) -> None:
        shutil.rmtree(self.place)
        self.empty_database()


@pytest.fixture(params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    place = tmp_path / "place"
    environment = os.environ | {
        "VANGUARD_HOME": str(place),
        "VANGUARD_DEMO": "1",
        "VANGUARD_HOSTS": "testserver",
        "PYTHONPATH": os.pathsep.join(["src", "."]),
        "DJANGO_SETTINGS_MODULE": "vanguard.web.settings",
        "VANGUARD_DATABASE_URL": "",
    }
    if request.param == "sqlite":
        yield Town(place, environment, lambda: None)
        return
    server = request.getfixturevalue("postgresql")
    name = "rehearsal"

    def empty_database() -> None:
        drop_database(server, name)
        with psycopg.connect(server, autocommit=True) as con:
            con.execute(f"CREATE DATABASE {name}")

    environment["VANGUARD_DATABASE_URL"] = begin_database(server, name)
    yield Town(place, environment, empty_database)
    drop_database(server, name)


@pytest.mark.long_on_sqlite
@pytest.mark.timeout(900)  # some fifteen processes, one after the other
def test_a_destroyed_place_is_restored_whole(town: Town, tmp_path: Path) -> None:
    key, busy, quiet = (tmp_path / name for name in ("key.txt", "busy.backup", "quiet.backup"))
    public = json.loads(town.vanguard("backup-key", "--to", str(key), "--json"))["recipient"]
    town.environment["VANGUARD_BACKUP_RECIPIENTS"] = public
    town.run("tests.backup.rehearsal", "make")

    user = subprocess.Popen([sys.executable, "-m", "tests.backup.rehearsal", "use"], env=town.environment)
    wait_for(tmp_path / "rounds", user)
    first = (tmp_path / "rounds").read_text()
    town.vanguard("backup", "--to", str(busy))
    refused = town.vanguard("restore", "--from", str(busy), "--key", str(key), "--replace", expect=1)
    assert "being served" in refused
    (tmp_path / "stop").touch()
    assert user.wait() == 0
    assert int((tmp_path / "rounds").read_text()) > int(first), "nothing was written while the backup was made"

    before = town.tell()
    assert before["sessions"] > 0 and before["opened"] and before["intact"]
    made = json.loads(town.vanguard("backup", "--to", str(quiet), "--json"))
    assert made["bytes"] == quiet.stat().st_size and made["lake_generation"] == before["generation"]

    # Made while everything went on: one moment of the database, and a lake and a trail that have reached it.
    town.destroy()
    town.vanguard("restore", "--from", str(busy), "--key", str(key))
    then = town.tell()
    assert then["intact"] and then["sessions"] == 0
    assert 0 < then["published"] <= then["generation"] <= before["generation"]
    assert then["opened"] == before["opened"][: len(then["opened"])]
    on_trail = [line["whom"] for line in then["audit"] if line["outcome"] == "opened"]
    assert on_trail[: len(then["opened"])] == then["opened"], "an emergency that no trail knows of"
    assert then["audit"] == before["audit"][: len(then["audit"])]

    # Made while nobody wrote: everything as it was. What is in the way is kept aside.
    refused = town.vanguard("restore", "--from", str(quiet), "--key", str(key), expect=1)
    assert "not empty" in refused and town.tell()["opened"] == then["opened"]
    kept = json.loads(town.vanguard("restore", "--from", str(quiet), "--key", str(key), "--replace", "--json"))["kept"]
    after = town.tell()
    assert after.pop("sessions") == 0 and before.pop("sessions")
    assert after.pop("noted") == [*before.pop("noted"), "backup", "restore"]
    assert after == before
    assert (Path(kept) / "audit").is_dir()
    # The place works on: who was signed in signs in again.
    town.run("tests.backup.rehearsal", "use")
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    while not path.exists():
        assert process.poll() is None, "the process that uses the place has ended"
        time.sleep(0.05)
