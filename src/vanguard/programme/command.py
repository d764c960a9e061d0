"""The commands `vanguard programme …`."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

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
    """Make an empty programme called NAME in the folder of VANGUARD_HOME.

    With VANGUARD_DEMO=1 it also has the two sign-ins of a demo, for trying it out on this machine.
    """
    from vanguard.programme.installation import found

    found(console.home(), name)
    words = f"The programme {name} is in {console.home()}. Load its tables, or start it with `vanguard serve`."
    if os.environ.get("VANGUARD_DEMO") == "1":
        _prepare()
        from vanguard.web.demo_programme import USERS, make_programme_users
        from vanguard.web.demo_users import DEMO_PASSWORD

        make_programme_users()
        words += f" Sign in as {' or '.join(username for username, *_ in USERS)}, password {DEMO_PASSWORD}."
    console.report({"name": name, "home": str(console.home())}, as_json=as_json, words=words)


@programme.command()
@click.argument("path", type=click.Path(path_type=Path))
@console.json_option
def load(path: Path, as_json: bool) -> None:
    """Load the tables in PATH: a folder, or one file called after its table, such as sites.csv or sites.json.

    All of it or nothing. The same again changes nothing, and nothing is removed. Files that places published
    (….published.json) come in one by one: of each site the newest counts, and what is refused says why.
    """
    _prepare()
    from vanguard.programme.published.receiving import REFUSED, files_of, receive_file
    from vanguard.programme.tables.writing import Written, holds_tables
    from vanguard.programme.tables.writing import load as load_tables

    now, by, published = clock.now(), "command line", files_of(path)
    done: dict[str, Written] = {} if published and not holds_tables(path) else load_tables(path, now, by=by)
    bar = console.progress(published, what="Receiving", unit="file")
    came = [receive_file(file, now, by=by) for file in bar]
    lines = [f"{id_}: {one.new:,} new, {one.changed:,} changed, {one.same:,} as they were" for id_, one in done.items()]
    lines += [one.sentence for one in came if one.state != REFUSED]
    told: dict[str, Any] = {id_: asdict(one) for id_, one in done.items()}
    if published:
        told["published"] = [asdict(one) for one in came]
    console.report(told, as_json=as_json, words="\n".join(lines))
    if refused := [one.sentence for one in came if one.state == REFUSED]:
        raise BadInput("\n".join(refused))


@programme.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--format", "how", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@console.json_option
def export(folder: Path, how: str, as_json: bool) -> None:
    """Write every table into FOLDER, and what sites published last, in files that `load` reads."""
    _prepare()
    from vanguard.programme.published.receiving import export_published
    from vanguard.programme.tables.giving import export as export_tables

    counts = export_tables(folder, how)
    words = f"{len(counts)} tables with {sum(counts.values()):,} rows are in {folder}."
    if files := export_published(folder):
        words += f" What {files:,} sites published last is in {folder / 'published'}."
    counts["published"] = files
    console.report(counts, as_json=as_json, words=words)


@programme.command()
@console.json_option
def foresee(as_json: bool) -> None:
    """Simulate, for each site on an older version of its blueprint, what the newest would mean for it.

    What was worked out already is not done again. The pages of adoptions show it.
    """
    _prepare()
    from vanguard.programme.blueprints.foreseeing import behind
    from vanguard.programme.blueprints.foreseeing import foresee as worked_out

    rows = behind()
    found = [worked_out(one, clock.now()) for one in console.progress(rows, what="Simulating", unit="adoption")]
    told = [
        {"adoption": one.key, "from": one.version, "to": each.version, "problem": each.problem, "found": each.found}
        for one, each in zip(rows, found, strict=True)
    ]
    lines = [
        f"{one.site.name}: {one.blueprint} {one.version} to {each.version}: {each.problem or 'worked out'}"
        for one, each in zip(rows, found, strict=True)
    ]
    words = "\n".join(lines) or "Every site has the newest version of what it adopted."
    console.report({"adoptions": told}, as_json=as_json, words=words)


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
