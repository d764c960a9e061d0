"""Which blueprints a place runs: the folders in its `blueprints`, or without any what blueprints/default.yaml names."""

from collections import Counter
from pathlib import Path

from vanguard.blueprint.elements import MAIN, Blueprint
from vanguard.blueprint.read import read
from vanguard.blueprint.versions import by_default
from vanguard.errors import BadInput

FOLDER = "blueprints"


def adopted(home: Path) -> tuple[Blueprint, ...]:
    """The blueprints of the place in the folder `home`, in the order of their ids.

    One that another of the folder extends lies there for that alone and is not run itself. Raises BadBlueprint, or
    BadInput where two folders hold the same blueprint.
    """
    folder = home / FOLDER
    if not folder.is_dir():
        return tuple(read(name) for name in by_default())
    found = {path.parent: read(path.parent) for path in sorted(folder.glob(f"*/{MAIN}"))}
    extended = {one.extends for one in found.values()}
    run = {path: one for path, one in found.items() if f"{one.id}@{one.version}" not in extended}
    twice = [name for name, times in Counter(one.id for one in run.values()).items() if times > 1]
    if twice:
        raise BadInput(
            f"More than one folder holds the blueprint {twice[0]}.",
            where=str(folder),
            do="A place runs one version of a blueprint: keep that one.",
        )
    return tuple(sorted(run.values(), key=lambda one: one.id))
