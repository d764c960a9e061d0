"""A site's variation of a blueprint, from texts that are kept elsewhere than in a folder."""

import re
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from vanguard.blueprint.diff import Change, diff
from vanguard.blueprint.document import read_document
from vanguard.blueprint.elements import FILES, MAIN, Blueprint
from vanguard.blueprint.layers import OWN
from vanguard.blueprint.mistakes import BadBlueprint
from vanguard.blueprint.read import read
from vanguard.blueprint.versions import version_number, versions
from vanguard.errors import BadInput

FOLDER = "variation"
TITLE = re.compile(r"#\s*([a-z]+\.yaml)\s*")


def files_of_text(text: str) -> dict[str, str]:
    """The files in one text, each under a line such as `# cohorts.yaml`. Raises BadInput where a line is under none.

    Each file's text has as many empty lines before it as it takes for its lines to count from the top of the whole.
    """
    files: dict[str, list[str]] = {}
    name = ""
    for number, line in enumerate(text.splitlines(), start=1):
        title = TITLE.fullmatch(line)
        if title:
            name = title[1]
            if name not in FILES:
                raise BadInput(f"{name} is not a file of a blueprint.", do=f"The files are {', '.join(FILES)}.")
            if name in files:
                raise BadInput(f"{name} stands there twice.", do="Put what it holds under one heading.")
            files[name] = [""] * number
        elif name:
            files[name].append(line)
        elif line.strip():
            raise BadInput(f"Line {number} is under no file.", do="Write a line such as # cohorts.yaml before it.")
    return {name: "\n".join(lines) + "\n" for name, lines in files.items() if any(map(str.strip, lines))}


def versions_of(id: str, beside: Path) -> tuple[str, ...]:
    """The versions of a blueprint that are shipped or lie in the folder `beside`, oldest first."""
    return tuple(sorted((version for name, version in versions(beside / FOLDER) if name == id), key=version_number))


def read_version(id: str, version: str, beside: Path) -> Blueprint:
    """One version of a blueprint. Raises BadInput where it is gone, saying which there are; BadBlueprint."""
    known = versions(beside / FOLDER)
    folders = known.get((id, version), ())
    if not folders:
        there = versions_of(id, beside)
        if not there:
            names = ", ".join(sorted({name for name, _ in known}))
            raise BadInput(f"There is no blueprint {id}.", do=f"There are {names}.")
        raise BadInput(f"There is no version {version} of {id} here.", do=f"There is {', '.join(there)}.")
    return read(folders[0])


def varied(id: str, version: str, files: Mapping[str, str], beside: Path, since: date) -> Blueprint:
    """The version as a site's files change it. Raises BadInput, or BadBlueprint with every mistake by file and line.

    `beside` holds versions that are not shipped. A blueprint.yaml may be left out; one that is given extends the
    same version.
    """
    parent = read_version(id, version, beside)
    if not files:
        return parent
    with tempfile.TemporaryDirectory() as scratch:
        if beside.is_dir():
            for folder in beside.iterdir():
                if (folder / MAIN).is_file():
                    (Path(scratch) / f"of-{folder.name}").symlink_to(folder.resolve())
        own = Path(scratch) / FOLDER
        own.mkdir()
        for name, text in files.items():
            (own / name).write_text(text, "utf-8")
        named = f"{id}@{version}"
        try:
            _complete(own / MAIN, named, since)
            return read(own)
        except BadBlueprint as bad:
            raise BadBlueprint(_without(scratch, one) for one in bad.mistakes) from None
        except BadInput as bad:
            raise _without(scratch, bad) from None


def variation(parent: Blueprint, site: Blueprint) -> tuple[Change, ...]:
    """What a site's own differs in, leaving out what every version says of itself."""
    return tuple(one for one in diff(parent, site) if one.file != MAIN or one.place.split(".")[0] not in OWN)


def _complete(main: Path, named: str, since: date) -> None:
    """Write in blueprint.yaml what a site leaves out of it: who it is, and what it extends."""
    data = read_document(main).data if main.exists() else {}
    if data.get("extends", named) != named:
        what = f"It extends {data['extends']}, and the site adopted {named}."
        raise BadInput(what, where=str(main), do="Take the line out, or name the same.")
    needed = {
        "id": "a-site",
        "label": "A site",
        "version": "1.0.0",
        "extends": named,
        "effective": f"{{from: {since.isoformat()}}}",
    }
    lines = "".join(f"{name}: {value}\n" for name, value in needed.items() if name not in data)
    main.write_text((main.read_text("utf-8") if main.exists() else "") + lines, "utf-8")


def _without(scratch: str, mistake: BadInput) -> BadInput:
    """The mistake without the name of a folder that is gone when it is read."""
    parts = (
        text.replace(f"{Path(scratch).resolve()}/{FOLDER}/", "").replace(f"{scratch}/{FOLDER}/", "")
        for text in (mistake.what, mistake.where, mistake.do)
    )
    what, where, do = parts
    return BadInput(what, where=where, do=do)
