"""`vanguard check`: every mistake in a blueprint. `vanguard diff`: how two blueprints differ."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from vanguard.blueprint.diff import diff as differences
from vanguard.blueprint.diff import in_text
from vanguard.blueprint.elements import Blueprint
from vanguard.blueprint.json_schema import write_schemas
from vanguard.blueprint.mistakes import BadBlueprint, split
from vanguard.blueprint.read import extends, find, read
from vanguard.console import json_option, report
from vanguard.errors import BadInput


@click.command()
@click.argument("blueprint")
@click.option("--schemas", type=click.Path(path_type=Path), help="Write JSON Schemas for editors into this folder.")
@json_option
def check(blueprint: str, schemas: Path | None, as_json: bool) -> None:
    """List every mistake in BLUEPRINT: a folder, or the name of a shipped one."""
    folder = find(blueprint)
    if schemas is not None:
        write_schemas(schemas, site=extends(folder))
    try:
        found = read(folder)
    except BadBlueprint as bad:
        mistakes = [_as_json(mistake) for mistake in bad.mistakes]
        words = "\n".join([*map(str, bad.mistakes), _count(len(mistakes))])
        report({"blueprint": blueprint, "valid": False, "mistakes": mistakes}, as_json=as_json, words=words)
        sys.exit(1)
    report(
        {"blueprint": blueprint, "valid": True, "id": found.id, "version": found.version, "mistakes": []},
        as_json=as_json,
        words=f"{found.label}, version {found.version}: no mistakes.",
    )


@click.command()
@click.argument("a")
@click.argument("b")
@json_option
def diff(a: str, b: str, as_json: bool) -> None:
    """Say how blueprint B differs from blueprint A: folders, or names of shipped ones."""
    before, after = _read(a), _read(b)
    changes = differences(before, after)
    listed = [{**asdict(change), "sentence": change.sentence} for change in changes]
    report({"a": a, "b": b, "changes": listed}, as_json=as_json, words=in_text(changes))


def _read(name: str) -> Blueprint:
    try:
        return read(name)
    except BadBlueprint as bad:
        raise BadInput(f"{name} has {_count(len(bad.mistakes))}", do=f"See vanguard check {name}.") from None


def _as_json(mistake: BadInput) -> dict[str, Any]:
    file, line, column = split(mistake.where)
    return {"file": file, "line": line, "column": column, "what": mistake.what, "do": mistake.do}


def _count(number: int) -> str:
    return "1 mistake." if number == 1 else f"{number:,} mistakes."
