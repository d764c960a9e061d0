"""`vanguard audit`: verify, head, export, index."""

import getpass
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from vanguard import clock, console
from vanguard.access.audit.export import export as export_trail
from vanguard.access.audit.heads import read_head, sign_now
from vanguard.access.audit.index import bring_up_to_date
from vanguard.access.audit.ledger import LEDGER
from vanguard.access.audit.signing import known_key
from vanguard.access.audit.verify import verify as verify_trail
from vanguard.errors import BadInput

FILE = click.Path(path_type=Path, dir_okay=False)
HASH_LENGTH = 64
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """Check, sign, export and index the trail of who saw what."""


@audit.command()
@click.option("--head", "kept", multiple=True, metavar="FILE|HASH", help="A head or a hash that was kept elsewhere.")
@click.option("--key", "keys", multiple=True, help="Public key that signed heads, beside the place's own.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Check a copy that lies here.")
@console.json_option
def verify(kept: tuple[str, ...], keys: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Find any byte of the trail that was changed, removed or added. Exits 1 if there is one."""
    folder = folder or console.home() / "audit"
    if not (folder / LEDGER).exists():
        raise BadInput("There is no audit trail here.", where=str(folder), do="Name the place in VANGUARD_HOME.")
    own = known_key(folder.absolute().parent)
    if not keys and not own:
        raise BadInput(
            "There is no key here to check signatures with.",
            where=str(folder),
            do="Set VANGUARD_AUDIT_KEY, or give the public key that `vanguard audit head` says with --key.",
        )
    given = [_kept(one) for one in kept]
    checked = verify_trail(
        folder.absolute(),
        hashes=[one for one in given if isinstance(one, str)],
        heads=[one for one in given if isinstance(one, bytes)],
        keys=keys,
        told=_told,
    )
    words = [str(one) for one in checked.findings]
    words.append(
        f"{checked.lines:,} lines in {checked.files:,} files, {checked.heads:,} signed heads: "
        + ("the trail is intact." if checked.intact else "THE TRAIL WAS CHANGED.")
    )
    console.report(asdict(checked) | {"intact": checked.intact}, as_json=as_json, words="\n".join(words))
    if not checked.intact:
        sys.exit(1)


@audit.command()
@console.json_option
def head(as_json: bool) -> None:
    """Sign how far the trail goes now. Copy the file elsewhere: then nobody can cut what is before it unseen."""
    path = sign_now(console.home() / "audit", clock.now())
    said = read_head(path.read_bytes())
    if said is None:
        raise BadInput("The latest head was changed.", where=str(path), do="Run `vanguard audit verify`.")
    result = {"file": str(path), "day": said.day.isoformat(), "hash": said.hash, "key": said.key}
    words = f"{path}\nIts hash is {said.hash}\nsigned with the key whose public half is {said.key}"
    console.report(result, as_json=as_json, words=words)


@audit.command()
@click.option("--out", required=True, type=FILE, help="The new file, .csv or .jsonl.")
@click.option("--from", "first", type=DAY, help="First day, like 2018-08-06.")
@click.option("--to", "last", type=DAY, help="Last day.")
@console.json_option
def export(out: Path, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Write who saw what about whom, why and when into a table. It goes on the trail, and is about people."""
    who = f"{getpass.getuser()} at the command line"
    days = [one.date() if one else None for one in (first, last)]
    count = export_trail(console.home() / "audit", out.absolute(), *days, who=who, now=clock.now())
    console.report({"file": str(out), "rows": count}, as_json=as_json, words=f"{out} holds {count:,} lines.")


@audit.command()
@console.json_option
def index(as_json: bool) -> None:
    """Bring the index of who looked at whom up to date, so that the pages need not."""
    place = console.home()
    total = sum(path.stat().st_size for path in (place / "audit").glob("*.jsonl"))
    with console.progress_bar("Indexing", total=total, unit="B") as moved:
        files = bring_up_to_date(place, moved)
    console.report({"files": files}, as_json=as_json, words=f"{files:,} files had grown.")


def _told(names: Iterator[str]) -> Iterator[str]:
    listed = list(names)
    return iter(console.progress(listed, what="Verifying", total=len(listed), unit="file"))


def _kept(given: str) -> str | bytes:
    """A hash as it stands, or the content of a head's file."""
    if len(given) == HASH_LENGTH and not given.strip("0123456789abcdef"):
        return given
    try:
        return Path(given).read_bytes()
    except OSError as error:
        raise BadInput(
            f"The head cannot be read: {error.strerror}.", where=given, do="Name a head's file or give a hash."
        ) from error
