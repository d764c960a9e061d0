"""The night owls: a small whole blueprint for tests, copied and changed."""

import shutil
from pathlib import Path

import pytest

from vanguard.blueprint import BadBlueprint, read

HERE = Path(__file__).parent
OWLS = HERE / "night_owls"
TOWN = HERE / "night_owls_town"


def copy(folder: Path, *changes: tuple[str, str, str], of: Path = OWLS) -> Path:
    """A copy of a blueprint in `folder`, with texts in its files changed: (file, right, wrong)."""
    shutil.copytree(of, folder)
    for file, right, wrong in changes:
        text = (folder / file).read_text("utf-8")
        assert right in text, f"{file} does not hold {right}"
        (folder / file).write_text(text.replace(right, wrong, 1), "utf-8")
    return folder


def mistakes(folder: Path) -> list[str]:
    """Every mistake in a blueprint, with places relative to its folder."""
    with pytest.raises(BadBlueprint) as bad:
        read(folder)
    return [str(mistake).replace(f"{folder}/", "") for mistake in bad.value.mistakes]
