"""The extracts by name, from `feeds.yaml`."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vanguard.own_yaml import data_of


@dataclass(frozen=True)
class FeedRules:
    """Whose extract it is, its key column, the column that corrections change, and what may be wrong in a row:
    columns with impossible values."""

    source: str
    key: str
    corrected: str
    wrong: tuple[tuple[str, str], ...]


@cache
def feeds() -> dict[str, FeedRules]:
    """The rules of each feed, in the order in which they are written."""
    text = files("vanguard.synth.extracts").joinpath("feeds.yaml").read_text(encoding="utf-8")
    return {
        feed: FeedRules(one["source"], one["key"], one["corrected"], tuple((c, str(v)) for c, v in one["wrong"]))
        for feed, one in data_of(text).items()
    }
