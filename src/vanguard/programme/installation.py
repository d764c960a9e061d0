"""Whether a folder holds a place or a programme: one of them, decided when it is made and never changed.

A programme's folder has a file `programme.json` with its name. It has no lake, and the routes of persons are absent.
"""

import json
from pathlib import Path

from vanguard.errors import BadInput

FILE = "programme.json"
LONGEST = 100


def is_programme(home: Path) -> bool:
    """Whether this folder is a programme's."""
    return (home / FILE).exists()


def programme_name(home: Path) -> str:
    """What the programme is called."""
    return str(json.loads((home / FILE).read_text("utf-8"))["name"])


def found(home: Path, name: str) -> None:
    """Make the folder a programme's. Raises BadInput where a place, or another programme, has it."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST:
        raise BadInput("The programme needs a name.", do=f"At most {LONGEST} letters.")
    if is_programme(home):
        if programme_name(home) != name:
            raise BadInput(f"Here is the programme {programme_name(home)} already.", where=str(home))
        return
    if (home / "lake").exists() or (home / "service.sqlite3").exists():
        do = "A programme holds no persons: name another folder in VANGUARD_HOME."
        raise BadInput("Here is a place, which is no programme.", where=str(home), do=do)
    home.mkdir(parents=True, exist_ok=True)
    scratch = home / f"{FILE}.part"
    scratch.write_text(json.dumps({"name": name}, ensure_ascii=False), "utf-8")
    scratch.replace(home / FILE)


def refuse_programme(home: Path) -> None:
    """Raises BadInput in a programme's folder: for what only a place has."""
    if is_programme(home):
        do = "Name the place's folder in VANGUARD_HOME."
        raise BadInput("This is a programme, which holds no persons.", where=str(home), do=do)
