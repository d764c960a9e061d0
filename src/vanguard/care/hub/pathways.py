"""The pathways that referrals follow: each the version under which it began, for as long as it is open."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from django.conf import settings

from vanguard.blueprint import Blueprint, read, versions
from vanguard.durable import sync
from vanguard.errors import BadInput
from vanguard.flow import Flow


def kept_in() -> Path:
    """Where the place keeps every version that a referral has begun under."""
    return Path(settings.PLACE) / "kept_blueprints"


def keep(folder: Path) -> str:
    """Put a blueprint's version aside in the place, so that open work outlives an upgrade; returns `name@version`.

    With it goes what it extends. A version that is there already stays as it is. Raises BadBlueprint for one with
    mistakes.
    """
    blueprint = read(folder)
    named = f"{blueprint.id}@{blueprint.version}"
    if blueprint.extends:
        name, _, version = blueprint.extends.partition("@")
        keep(versions(folder)[name, version][0])
    target = kept_in() / named
    if not target.exists():
        kept_in().mkdir(parents=True, exist_ok=True)
        copy = Path(tempfile.mkdtemp(dir=kept_in()))
        for file in filter(Path.is_file, sorted(folder.rglob("*"))):
            (copy / file.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            # Without the package's own permissions: what lies in the place is for the place alone.
            shutil.copyfile(file, copy / file.relative_to(folder))
            sync(copy / file.relative_to(folder))
        copy.rename(target)
        sync(kept_in())
    return named


@cache
def blueprint_of(named: str) -> Blueprint:
    """The blueprint that is kept as `name@version`. Raises BadInput where the place has no such version."""
    name, _, version = named.partition("@")
    folders = versions(kept_in() / named).get((name, version), ())
    if not folders:
        raise BadInput(f"The place holds no blueprint {named}.", do=f"Put its folder into {kept_in()}.")
    # What was put aside when work began counts, whatever a newer package ships under the same name.
    return read(next((folder for folder in folders if folder.parent == kept_in().resolve()), folders[0]))


@cache
def flow_of(named: str, pathway: str) -> Flow:
    """The flow of a pathway of the blueprint `name@version`."""
    return Flow.of(blueprint_of(named).pathways, pathway)
