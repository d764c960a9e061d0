"""`vanguard publish`: what a place tells its programme, as one signed file."""

import getpass
import os
import re
from pathlib import Path
from typing import Any

import click

from vanguard import clock
from vanguard.console import home, json_option, report
from vanguard.errors import BadInput

SITE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@click.command()
@click.option("--site", envvar="VANGUARD_SITE", help="The place's short name in the programme.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="A folder, else `published` in the place."
)
@click.option(
    "--learning", type=click.Path(path_type=Path, dir_okay=False), help="A CSV file of claims: what the place learnt."
)
@click.option("--key", is_flag=True, help="Only say the public key, which the programme needs once.")
@json_option
def publish(site: str | None, folder: Path | None, learning: Path | None, key: bool, as_json: bool) -> None:
    """Write what goes to the programme: measures, verdicts, blueprints and their variation. No person, no small number.

    Counts under 8 are left out and others rounded to 5, as on the public scorecard. The file is signed.
    """
    if not (home() / "lake").exists():
        raise BadInput("Here is no place.", where=str(home()), do="Name the place's folder in VANGUARD_HOME.")
    from vanguard.web.server import prepare

    prepare()
    from vanguard.access import audit, publishing_key, sign_published
    from vanguard.learn.board.publishing.claims import read_claims
    from vanguard.learn.board.publishing.form import ENDING
    from vanguard.learn.board.publishing.making import publication
    from vanguard.learn.board.publishing.sealing import sealed
    from vanguard.web.presenters import things

    public = publishing_key(home())
    if key:
        words = f"{public}\nIt is no secret: a director of the programme adds it to `publishing-keys`."
        report({"key": public}, as_json=as_json, words=words)
        return
    if not site or not SITE.fullmatch(site) or len(site) > 60:
        raise BadInput(
            f"{site} is no short name." if site else "Nobody says which site of the programme this place is.",
            where="--site",
            do="Write the site's short name as the programme has it, such as north-town.",
        )
    now = clock.now()
    found = publication(home(), site, now, read_claims(learning) if learning else ())
    file = sealed(found, public, lambda body: sign_published(home(), body))
    points = sum(len(measure.points) for one in found.blueprints for measure in one.measures)
    line: dict[str, Any] = {
        "who": f"{getpass.getuser()} at the command line",
        "role": "",
        "whom": [],
        "what": "publish",
    }
    line |= {"why": f"programme, site {site}, sha256 {file.sha256}", "outcome": "shown", "request": "", "rows": points}
    audit.write(f"{home()}/audit", line, now)
    to = (folder or home() / "published").absolute()
    to.mkdir(parents=True, exist_ok=True)
    path = to / f"{site}-{clock.local_date(now).isoformat()}{ENDING}"
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    beside.write_text(file.text(), "utf-8")
    beside.replace(path)
    measures = sum(len(one.measures) for one in found.blueprints)
    verdicts = sum(one.state == "verdict" for each in found.blueprints for one in each.evaluations)
    counted = {"blueprints": len(found.blueprints), "measures": measures, "points": points, "verdicts": verdicts}
    counted["claims"] = len(found.learning)
    words = f"{path}: {measures:,} measures with {points:,} points and {verdicts:,} verdicts"
    words += f" and {things(len(found.learning), 'claim')}" if found.learning else ""
    words += ", known to "
    words += f"{found.known_until:%-d %B %Y}. Give the file to the programme."
    report({"file": str(path), "site": site, "sha256": file.sha256, **counted}, as_json=as_json, words=words)
