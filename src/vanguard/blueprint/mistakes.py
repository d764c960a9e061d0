"""Mistakes in a blueprint: each one a sentence with file, line and column; all of them at once."""

import re
from collections.abc import Iterable

from vanguard.errors import BadInput


class BadBlueprint(BadInput):
    """A blueprint that cannot be used. `mistakes` holds every one found, in order of place."""

    def __init__(self, mistakes: Iterable[BadInput]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=_place))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def _place(mistake: BadInput) -> tuple[str, int, int]:
    found = re.fullmatch(r"(.*?)(?::(\d+))?(?::(\d+))?", mistake.where, re.DOTALL)
    file, line, column = found.groups() if found else (mistake.where, None, None)
    return file, int(line or 0), int(column or 0)
