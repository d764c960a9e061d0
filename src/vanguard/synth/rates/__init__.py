"""How often things happen in the synthetic place: YAML with its sources and assumptions, read once.
Clinical codes live there, never in Python."""

from functools import cache
from importlib.resources import files
from typing import Any

from vanguard.own_yaml import data_of


@cache
def rates(name: str) -> Any:
    """The rates of `name`.yaml."""
    text = files("vanguard.synth.rates").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return data_of(text)
