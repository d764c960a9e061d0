"""What commands share: the place's folder, `--json`, `--columns`, progress bars."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson
from tqdm import tqdm

Function = TypeVar("Function", bound=Callable[..., Any])
Item = TypeVar("Item")


def home() -> Path:
    """The place's folder: VANGUARD_HOME, by default ./place. Nothing is written outside it."""
    return Path(os.environ.get("VANGUARD_HOME", "place")).absolute()


def json_option(function: Function) -> Function:
    """Add `--json`, given to the command as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON for machines.")(function)


def column_mapping(columns: str) -> dict[str, str]:
    """What the option `--columns` says, ours=theirs parted by commas. Raises click.UsageError where it is not so."""
    mapping: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in columns.split(","))):
        ours, equals, theirs = (piece.strip() for piece in part.partition("="))
        if not (ours and equals and theirs):
            raise click.UsageError(f"--columns: {part} is not of the form ours=theirs.")
        if ours in mapping:
            raise click.UsageError(f"--columns: {ours} is named twice.")
        mapping[ours] = theirs
    return mapping


def report(result: dict[str, Any], *, as_json: bool, words: str) -> None:
    """Print a command's result: the JSON object, or the same in words."""
    click.echo(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode() if as_json else words)


def progress(items: Iterable[Item], *, what: str, total: int | None = None, unit: str = "it") -> Iterable[Item]:
    """A progress bar on standard error while `items` are worked through; silent where nobody looks."""
    return tqdm(items, desc=what, total=total, unit=unit, delay=1.0, disable=None, leave=False)


@contextmanager
def progress_bar(what: str, *, total: int, unit: str) -> Iterator[Callable[[int], object]]:
    """A progress bar for work that is not one list of items; gives the function that moves it on by a number."""
    scale = unit == "B"
    with tqdm(desc=what, total=total, unit=unit, unit_scale=scale, delay=1.0, disable=None, leave=False) as bar:
        yield bar.update
