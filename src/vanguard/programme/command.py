"""The commands `vanguard programme …`."""

from dataclasses import asdict
from pathlib import Path

import click

from vanguard import clock, console
from vanguard.errors import BadInput


@click.group()
def programme() -> None:
    """A programme of many places: an installation of its own, which holds no persons."""


@programme.command()
@click.argument("name")
@console.json_option
def new(name: str, as_json: bool) -> None:
    """Make an empty programme called NAME in the folder of VANGUARD_HOME."""
    from vanguard.programme.installation import found

    found(console.home(), name)
    words = f"The programme {name} is in {console.home()}. Load its tables, or start it with `vanguard serve`."
    console.report({"name": name, "home": str(console.home())}, as_json=as_json, words=words)


@programme.command()
@click.argument("path", type=click.Path(path_type=Path))
@console.json_option
def load(path: Path, as_json: bool) -> None:
    """Load the tables in PATH: a folder, or one file called after its table, such as sites.csv or sites.json.

    All of it or nothing. The same again changes nothing, and nothing is removed.
    """
    _prepare()
    from vanguard.programme.tables.writing import load as load_tables

    done = load_tables(path, clock.now(), by="command line")
    lines = [f"{id_}: {one.new:,} new, {one.changed:,} changed, {one.same:,} as they were" for id_, one in done.items()]
    console.report({id_: asdict(one) for id_, one in done.items()}, as_json=as_json, words="\n".join(lines))


@programme.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--format", "how", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@console.json_option
def export(folder: Path, how: str, as_json: bool) -> None:
    """Write every table into FOLDER, in files that `load` reads."""
    _prepare()
    from vanguard.programme.tables.giving import export as export_tables

    counts = export_tables(folder, how)
    words = f"{len(counts)} tables with {sum(counts.values()):,} rows are in {folder}."
    console.report(counts, as_json=as_json, words=words)


def _prepare() -> None:
    from vanguard.programme.installation import is_programme

    if not is_programme(console.home()):
        raise BadInput(
            "Here is no programme.",
            where=str(console.home()),
            do="Make one with `vanguard programme new NAME`, or name its folder in VANGUARD_HOME.",
        )
    from vanguard.web.server import prepare

    prepare()
