"""Which blueprints a programme has: those that are shipped, and those in its own folder."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from vanguard.blueprint import label_of, read, versions
from vanguard.errors import BadInput
from vanguard.programme.sheet import Shown


def beside() -> Path:
    """Where the programme's own blueprints lie, and versions that are shipped no more."""
    return Path(settings.PLACE) / "blueprints"


def every_version() -> dict[str, dict[str, Path]]:
    """The folder of each version by blueprint, oldest first; of two with one name, the one that is shipped."""
    found: dict[str, dict[str, Path]] = {}
    for (name, version), folders in sorted(versions(beside() / "any").items(), key=lambda one: _in_order(*one[0])):
        found.setdefault(name, {})[version] = folders[0]
    return found


def names() -> dict[str, str]:
    """What people call each blueprint, by its id: as its newest version does."""
    return {id: label_of(list(folders.values())[-1]) or id for id, folders in every_version().items()}


def called() -> dict[str, Shown]:
    """The name of each blueprint by its id, with its page."""
    return {id: Shown(name, reverse("blueprint", args=[id])) for id, name in names().items()}


def measures_here() -> frozenset[str]:
    """The ids of the measures of every version that is here; a version with mistakes has none."""
    folders = [folder for found in every_version().values() for folder in found.values()]
    return frozenset(id for folder in folders for id in _measures(folder))


def _measures(folder: Path) -> frozenset[str]:
    files = [folder / "blueprint.yaml", folder / "measures.yaml"]
    return _measures_as(folder, tuple(file.stat().st_mtime_ns for file in files if file.exists()))


@lru_cache(maxsize=64)
def _measures_as(folder: Path, _changed: tuple[int, ...]) -> frozenset[str]:
    """Read once for each state of the folder: a load of many benefits asks for every row."""
    try:
        return frozenset(read(folder).measures)
    except BadInput:
        return frozenset()


def _in_order(name: str, version: str) -> tuple[str, tuple[int, ...]]:
    return name, tuple(int(one) if one.isdigit() else 0 for one in version.split("."))
