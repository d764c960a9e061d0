"""The command `vanguard load`."""

from pathlib import Path

import click

from vanguard import clock, console
from vanguard.know.intake.load import load as load_folder
from vanguard.know.intake.result import LoadResult
from vanguard.lake import Lake


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@console.json_option
def load(folder: Path, as_json: bool) -> None:
    """Load the partners' files in DIR into the lake.

    Every row is accepted, superseded by a later one, a duplicate of what we hold, or put in quarantine with the
    reason. A file that cannot be read as a whole stops the load, and nothing is loaded.
    """
    home = console.home()
    result = load_folder(
        Lake(home),
        folder,
        clock.now(),
        home / "feeds",
        lambda files: console.progress(files, what="Loading", total=len(files), unit="file"),
    )
    console.report(result.as_dict(), as_json=as_json, words=_words(result))


def _words(result: LoadResult) -> str:
    lines = [
        f"{file.file}: {file.rows:,} rows: {file.accepted:,} accepted, {file.quarantined:,} quarantined, "
        f"{file.superseded:,} superseded, {file.duplicate:,} duplicate"
        for file in result.files
    ]
    lines.append(
        f"In all {result.rows:,} rows: {result.accepted:,} accepted, {result.quarantined:,} quarantined, "
        f"{result.superseded:,} superseded, {result.duplicate:,} duplicate"
    )
    lines += [f"Warning: {warning}" for warning in result.warnings]
    return "\n".join(lines)
