"""Which blueprints a programme has: those that are shipped, and those in its own folder."""

from pathlib import Path

from django.conf import settings

from vanguard.blueprint import versions


def beside() -> Path:
    """Where the programme's own blueprints lie, and versions that are shipped no more."""
    return Path(settings.PLACE) / "blueprints"


def every_version() -> dict[str, dict[str, Path]]:
    """The folder of each version by blueprint, oldest first; of two with one name, the one that is shipped."""
    found: dict[str, dict[str, Path]] = {}
    for (name, version), folders in sorted(versions(beside() / "any").items(), key=lambda one: _in_order(*one[0])):
        found.setdefault(name, {})[version] = folders[0]
    return found


def _in_order(name: str, version: str) -> tuple[str, tuple[int, ...]]:
    return name, tuple(int(one) if one.isdigit() else 0 for one in version.split("."))
