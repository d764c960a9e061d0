"""The pools and skills that a place's blueprints speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from vanguard.blueprint import adopted


@dataclass(frozen=True)
class Pool:
    """Where staff are drawn from; `local` where each locality has its own team."""

    id: str
    label: str
    local: bool


@dataclass(frozen=True)
class Words:
    """Pools by id, and skills by id with their words."""

    pools: Mapping[str, Pool]
    skills: Mapping[str, str]


def words() -> Words:
    """Those of this place."""
    return _of(Path(settings.PLACE))


@cache
def _of(home: Path) -> Words:
    pools: dict[str, Pool] = {}
    skills: dict[str, str] = {}
    for blueprint in adopted(home):
        file = blueprint.pathways
        for resource in file.resources.values():
            if resource.kind != "staff":
                continue
            pool = file.pools[resource.pool]
            pools[pool.id] = Pool(pool.id, pool.label, pool.scope == "locality")
            if resource.skill and resource.skill.startswith("$"):
                skills |= dict(file.questions[resource.skill[1:]].of)
            elif resource.skill:
                skills[resource.skill] = resource.skill
    return Words(pools, skills)
