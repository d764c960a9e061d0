"""Read the files beside this one."""

import csv
from importlib.resources import files
from typing import Any

from vanguard.own_yaml import data_of

FOLDER = files("vanguard.synth.margins")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of the margins."""
    with FOLDER.joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def document(name: str) -> Any:
    """What a YAML file of the margins holds."""
    return data_of(FOLDER.joinpath(name).read_text(encoding="utf-8"))
