"""The kinds of bed that a place's blueprints speak of, and what beds of each may meet."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from vanguard.blueprint import adopted


@dataclass(frozen=True)
class Kind:
    """One resource of kind bed: its words, and the needs that its beds can be matched by, id and words."""

    id: str
    label: str
    needs: Mapping[str, str]


def kinds() -> Mapping[str, Kind]:
    """The kinds of the place, by id."""
    return _of(Path(settings.PLACE))


@cache
def _of(home: Path) -> Mapping[str, Kind]:
    found = {}
    for blueprint in adopted(home):
        questions = blueprint.pathways.questions
        for id_, one in blueprint.pathways.resources.items():
            if one.kind != "bed":
                continue
            needs: dict[str, str] = {}
            for asked in (questions[name[1:]] for name in one.match if name.startswith("$")):
                needs |= dict(asked.of) if asked.of else {asked.id: asked.label}
            found[id_] = Kind(id_, one.label, needs)
    return found
