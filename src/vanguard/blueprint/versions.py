"""Which blueprints and versions there are, and which of them is in force on a day.

A version is found by the id and the version in its blueprint.yaml: among the shipped ones, and among the folders
beside the one that asks for it. Folders may have any name.
"""

from collections.abc import Iterable
from datetime import date
from importlib import resources
from pathlib import Path

from vanguard.blueprint.document import read_document
from vanguard.blueprint.elements import MAIN, Blueprint
from vanguard.errors import BadInput


def shipped() -> dict[str, Path]:
    """The blueprints inside the package, by name."""
    folder = Path(str(resources.files("vanguard"))) / "blueprints"
    return {path.name: path for path in sorted(folder.iterdir()) if (path / MAIN).exists()}


def by_default() -> tuple[str, ...]:
    """The names of the shipped blueprints that a place runs which has adopted none."""
    file = Path(str(resources.files("vanguard"))) / "blueprints" / "default.yaml"
    return tuple(read_document(file).data["run"])


def versions(beside: Path) -> dict[tuple[str, str], tuple[Path, ...]]:
    """The folders of each id and version that a blueprint in the folder `beside` may extend: one, if all is well."""
    try:
        siblings = sorted(path.parent for path in beside.resolve().parent.glob(f"*/{MAIN}"))
    except OSError:
        siblings = []
    found: dict[tuple[str, str], tuple[Path, ...]] = {}
    for folder in dict.fromkeys(path.resolve() for path in (*shipped().values(), *siblings)):
        try:
            main = read_document(folder / MAIN).data
        except (OSError, BadInput):
            continue
        if isinstance(main.get("id"), str) and isinstance(main.get("version"), str):
            named = main["id"], main["version"]
            found[named] = (*found.get(named, ()), folder)
    return found


def label_of(folder: Path) -> str:
    """What people call the blueprint in a folder, whatever mistakes it has; empty where it does not say."""
    try:
        label = read_document(folder / MAIN).data.get("label")
    except (OSError, BadInput):
        return ""
    return label if isinstance(label, str) else ""


def in_force(blueprints: Iterable[Blueprint], day: date) -> Blueprint | None:
    """The version that is in force on a day, None where there is none; of several the one that began last."""
    current = [
        blueprint
        for blueprint in blueprints
        if blueprint.effective.start <= day and (blueprint.effective.to is None or day <= blueprint.effective.to)
    ]
    return max(current, key=lambda b: (b.effective.start, version_number(b.version)), default=None)


def version_number(version: str) -> tuple[int, ...]:
    """1.10.0 comes after 1.9.0."""
    return tuple(map(int, version.split(".")))
