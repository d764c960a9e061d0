"""What backing up and restoring refuse, before anything is touched."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from tests.town import NOW

from vanguard.access.audit import standing, write
from vanguard.backup import back_up, read_recipient, restore, write_new_identity
from vanguard.backup.archive import Header
from vanguard.backup.databases import check
from vanguard.backup.sealing import read_identity
from vanguard.errors import BadInput, Busy

pytestmark = pytest.mark.django_db
HEADER = Header(format=1, vanguard="9.0.0", made="", database="sqlite", migrations={}, lake_generation=1)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.txt"
    write_new_identity(path)
    return path


@pytest.fixture
def to(key: Path) -> Callable[..., None]:
    """Back the place up to a file."""
    public = key.read_text().splitlines()[0].split()[-1]

    def make(place: Path, file: Path) -> None:
        back_up(place, file, [read_recipient(public)], who="the engineer", now=NOW)

    return make


def test_a_backup_lies_outside_and_replaces_nothing(place: Path, tmp_path: Path, to: Callable[..., None]) -> None:
    with pytest.raises(BadInput, match="no place here"):
        to(place, tmp_path / "b")
    (place / "demo.json").write_text("{}")
    with pytest.raises(BadInput, match="lost with it"):
        to(place, place / "b")
    with pytest.raises(BadInput, match="no such folder"):
        to(place, tmp_path / "none" / "b")
    (tmp_path / "b").write_text("yesterday's")
    with pytest.raises(BadInput, match="left alone"):
        to(place, tmp_path / "b")
    assert (tmp_path / "b").read_text() == "yesterday's"
    with pytest.raises(BadInput, match="no key"):
        back_up(place, tmp_path / "c", [], who="the engineer", now=NOW)


def test_another_kind_of_database_or_a_later_version_is_refused() -> None:
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    with pytest.raises(BadInput, match="holds a database of"):
        check(HEADER.model_copy(update={"database": other}), "b")
    later = HEADER.model_copy(update={"database": connection.vendor, "migrations": {"access": ["9999_later"]}})
    with pytest.raises(BadInput, match=r"made by Vanguard 9\.0\.0.*access\.9999_later"):
        check(later, "b")


def test_a_file_that_is_no_backup_leaves_no_trace(place: Path, tmp_path: Path, key: Path) -> None:
    place.rmdir()
    for name, text in {"empty": "", "photo": "JFIF", "key": key.read_text()}.items():
        file = tmp_path / name
        file.write_text(text)
        with pytest.raises(BadInput, match="not a backup of Vanguard"):
            restore(place, file, read_identity(key), replace=False, who="the engineer", now=NOW)
    assert list(place.parent.glob(f"*{place.name}*")) == []


def test_a_place_in_use_is_not_restored_over(place: Path, tmp_path: Path, key: Path) -> None:
    write(str(place / "audit"), {"what": "looked"}, NOW)
    with pytest.raises(Busy, match="being served"):
        restore(place, tmp_path / "b", read_identity(key), replace=True, who="the engineer", now=NOW)


def test_a_file_in_use_counts_up_to_its_last_whole_line(place: Path) -> None:
    write(str(place / "audit"), {"what": "looked"}, NOW)
    [used] = [one for one in standing(place / "audit") if one.in_use]
    whole = used.path.stat().st_size
    with used.path.open("ab") as file:
        file.write(b'{"at":"half a li')
    [again] = [one for one in standing(place / "audit") if one.in_use]
    assert (used.bytes, again.bytes) == (whole, whole)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_written_is_said(place: Path, tmp_path: Path, to: Callable[..., None]) -> None:
    (place / "demo.json").write_text("{}")
    (tmp_path / "b.part").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        to(place, tmp_path / "b")
    assert not (tmp_path / "b").exists() and not (place / ".backup").exists()
