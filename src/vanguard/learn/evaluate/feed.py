"""The description of a feed: which published files, which columns, and which rules, each with its reason."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vanguard.errors import BadInput
from vanguard.own_yaml import data_of

SHIPPED = Path(str(files("vanguard.learn.evaluate"))) / "vanguards"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Successors(_Strict):
    """A table of units that were joined into others."""

    files: str
    old: str
    new: str


class Least(_Strict):
    """The mean of a column over all periods that a unit must reach."""

    column: str
    mean: float


class Rule(_Strict):
    """One thing that is done to the rows, and why."""

    because: str
    keep: Mapping[str, tuple[str, ...]] | None = None
    """Only rows with one of these values, by column."""
    drop: Mapping[str, tuple[str, ...]] | None = None
    match: Mapping[str, str] | None = None
    """Only rows that match a regular expression, by column."""
    least: Least | None = None
    join_by: Successors | None = None
    join: Mapping[str, tuple[str, ...]] | None = None
    """Units that are added to another, by its code."""


class OwnMean(_Strict):
    """A unit's own mean of the numerator between two days."""

    start: date = Field(alias="from")
    to: date
    least: float = 0.0


class OwnLevel(_Strict):
    """A column held against what the unit's own rate between two days would have given: 100 is as before."""

    column: str
    start: date = Field(alias="from")
    to: date
    because: str
    per: str = ""


class Denominator(_Strict):
    """What the outcome is divided by: a column of the same file, another file, or the unit's own mean before."""

    because: str
    per: str = ""
    """What people call what it is divided by, to follow "per 1,000"."""
    column: str | None = None
    files: str | None = None
    unit: str = ""
    period: str = ""
    carry: bool = False
    """Whether the first and last known period stand for those before and after."""
    own_mean: OwnMean | None = None


class Feed(_Strict):
    """Where the figures stand and what is done to them."""

    label: str
    publisher: str
    files: str
    unit: str
    period: str
    outcomes: Mapping[str, str | OwnLevel]
    """By the id of the outcome: its column, with whatever it is held against besides."""
    labels: Mapping[str, str] = Field(default_factory=dict)
    """By the id of the outcome: what people call it."""
    denominator: Denominator
    rules: Mapping[str, Rule] = Field(default_factory=dict)


def read_feeds(path: Path | None = None) -> Mapping[str, Feed]:
    """The feeds of a file, by default the shipped one. Raises BadInput."""
    where = str(path) if path else "feed.yaml"
    try:
        held = data_of((path or SHIPPED / "feed.yaml").read_text("utf-8"))
        return {name: Feed.model_validate(one) for name, one in held["feeds"].items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as problem:
        raise BadInput(
            "The file describes no feed.", where=where, do="Write feeds: with one under each name."
        ) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(f"{place}: {first['msg']}.", where=where, do="See the shipped feed.yaml.") from problem
