"""Mistakes in a blueprint: each one a sentence with file, line and column; all of them at once."""

import re
from collections.abc import Iterable

from vanguard.errors import BadInput


class BadBlueprint(BadInput):
    """A blueprint that cannot be used. `mistakes` holds every one found, each once, in order of place."""

    def __init__(self, mistakes: Iterable[BadInput]) -> None:
        once = {str(mistake): mistake for mistake in mistakes}
        self.mistakes = tuple(sorted(once.values(), key=_place))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def split(where: str) -> tuple[str, int | None, int | None]:
    """File, line and column of a place."""
    found = re.fullmatch(r"(.*?)(?::(\d+))?(?::(\d+))?", where, re.DOTALL)
    file, line, column = found.groups() if found else (where, None, None)
    return str(file), int(line) if line else None, int(column) if column else None


def _place(mistake: BadInput) -> tuple[str, int, int]:
    file, line, column = split(mistake.where)
    return file, line or 0, column or 0
