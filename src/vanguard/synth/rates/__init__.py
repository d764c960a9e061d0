"""How often things happen in the synthetic place: YAML with its sources and assumptions, read once.
Clinical codes live there, never in Python."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C where there is one: ten times as fast."""


@cache
def rates(name: str) -> Any:
    """The rates of `name`.yaml."""
    text = files("vanguard.synth.rates").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return Loader(text).get_single_data()
