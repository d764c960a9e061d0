"""`vanguard backup`, `vanguard restore` and `vanguard backup-key`."""

import getpass
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
import django

from vanguard import clock, console

PATH = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--to", "file", required=True, type=PATH, help="The new file.")
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    envvar="VANGUARD_BACKUP_RECIPIENTS",
    help="Public key (age1…) of who may restore; give it again for a second key.",
)
@console.json_option
def backup(file: Path, recipients: tuple[str, ...], as_json: bool) -> None:
    """Put the whole place into one encrypted file, while the service runs."""
    _django()
    from vanguard.backup import back_up, read_recipient

    made = back_up(
        console.home(), file.absolute(), [read_recipient(one) for one in recipients], who=_who(), now=clock.now()
    )
    words = "{file} holds {files:,} files of the place in {bytes:,} bytes. Its SHA-256 is {sha256}."
    console.report(asdict(made), as_json=as_json, words=words.format(**asdict(made)))


@click.command()
@click.option("--from", "file", required=True, type=PATH, help="The file that `backup` made.")
@click.option("--key", required=True, type=PATH, help="The file with the private key.")
@click.option("--replace", is_flag=True, help="Put it in the stead of a place that is not empty, which is kept aside.")
@console.json_option
def restore(file: Path, key: Path, replace: bool, as_json: bool) -> None:
    """Make the place again from a backup: whole, or not at all."""
    # A demo place makes itself a key as soon as it is looked at, and this one must stay empty.
    os.environ.pop("VANGUARD_DEMO", None)
    _django()
    from vanguard.backup import read_identity
    from vanguard.backup import restore as restore_place
    from vanguard.web.presenters import day_and_time

    done = restore_place(console.home(), file, read_identity(key), replace=replace, who=_who(), now=clock.now())
    said = asdict(done) | {"made": day_and_time(datetime.fromisoformat(done.made))}
    words = "The place as it was on {made}, made by Vanguard {made_by}, is in {place}. "
    words += "Its audit trail has {audit_lines:,} lines "
    words += (
        "and is whole." if done.audit_intact else "and WAS CHANGED before the backup was made: have it looked into."
    )
    words += " Everybody signs in again." + (" What was there before is in {kept}." if done.kept else "")
    console.report(asdict(done), as_json=as_json, words=words.format(**said))


@click.command()
@click.option("--to", "file", required=True, type=PATH, help="The new file for the private key.")
@console.json_option
def backup_key(file: Path, as_json: bool) -> None:
    """Make a key pair for backups. Keep the private key off the server."""
    from vanguard.backup import write_new_identity

    public = write_new_identity(file)
    words = f"The private key is in {file}: keep it off the server, twice. The public key is {public}"
    console.report({"file": str(file), "recipient": public}, as_json=as_json, words=words)


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vanguard.web.settings")
    django.setup()


def _who() -> str:
    """The user of the machine: a command has no other."""
    return f"{getpass.getuser()} at the command line"
