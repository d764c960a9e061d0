"""Asking for something to be worked out, and taking what was asked for, each once, in the order of asking."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from vanguard import __version__
from vanguard.blueprint import Blueprint
from vanguard.learn.ahead.models import Trial

SCENARIO, STAFFING, YEARS, LEARNED = "scenario", "staffing", "years", "learned"
REPLICATIONS = 20
DAYS = 56
YEARS_RUNS = 20
LEARNED_RUNS = 4
LEARNED_DAYS = 91
TEN_YEARS = 10
MOST_WAITING = 16
"""So many wait at once, and no more: whoever comes then is asked to come again."""

STALE = timedelta(minutes=10)
"""After which a trial counts as lost with the process that began it."""

KEPT = timedelta(days=30)


class TooMany(Exception):
    """So much waits to be worked out that nothing more is taken."""


@dataclass(frozen=True)
class Wanted:
    """What is to be worked out: a scenario (empty: what is assumed) with sliders where they were moved to; of years a
    future of the population. `known` is up to when the lake knows what it rests on, empty where it rests on none;
    `learned` is laid over what is assumed."""

    blueprint: Blueprint
    kind: str = SCENARIO
    scenario: str = ""
    values: Mapping[str, float] | None = None
    known: str = ""
    learned: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """Another for whatever would give another result."""
        asked = [self.kind, self.scenario, sorted((self.values or {}).items()), REPLICATIONS, DAYS]
        if self.kind == YEARS:
            asked += [self.known, YEARS_RUNS, TEN_YEARS]
        if self.kind == LEARNED:
            asked += [self.known, LEARNED_RUNS, LEARNED_DAYS]
        if self.learned:
            asked += [self.learned]
        return hashlib.sha256(f"{written(self.blueprint)} {json.dumps(asked)}".encode()).hexdigest()


def trials(wanted: list[Wanted]) -> list[Trial | None]:
    """What there is of each."""
    found = {one.key: one for one in Trial.objects.filter(key__in=[one.key for one in wanted])}
    return [found.get(one.key) for one in wanted]


def ask(wanted: list[Wanted], now: datetime) -> None:
    """Have worked out what was not yet. Raises TooMany, with nothing asked, where more would wait than may."""
    with transaction.atomic():
        there = set(Trial.objects.filter(key__in=[one.key for one in wanted], problem="").values_list("key", flat=True))
        missing = [one for one in wanted if one.key not in there]
        if missing and Trial.objects.filter(ended_at=None).count() + len(missing) > MOST_WAITING:
            raise TooMany
        for one in missing:
            Trial.objects.update_or_create(
                key=one.key,
                defaults={
                    "kind": one.kind,
                    "blueprint": one.blueprint.id,
                    "scenario": one.scenario,
                    "values": dict(one.values or {}),
                    "learned": dict(one.learned or {}),
                    "asked_at": now,
                    "begun_at": None,
                    "done": 0,
                    "ended_at": None,
                    "found": None,
                    "problem": "",
                },
            )


def last_learned(blueprint: Blueprint) -> dict[str, Any] | None:
    """What was learned last of how the service of a blueprint, as it is written now, really runs."""
    ended = Trial.objects.filter(kind=LEARNED, blueprint=blueprint.id, problem="", ended_at__isnull=False)
    kept: Iterator[dict[str, Any]] = (one.found for one in ended.order_by("-ended_at") if one.found)
    return next((found for found in kept if found["of"] == written(blueprint)), None)


def take(now: datetime) -> Trial | None:
    """The next that waits, taken by nobody else; None where none does."""
    waiting = Trial.objects.filter(Q(begun_at=None) | Q(begun_at__lt=now - STALE), ended_at=None)
    one = waiting.order_by("asked_at", "pk").first()
    if one is None:
        return None
    taken = Trial.objects.filter(pk=one.pk, begun_at=one.begun_at, ended_at=None).update(begun_at=now, done=0)
    one.begun_at, one.done = now, 0
    return one if taken else None


def end(one: Trial, found: dict[str, object] | None, problem: str, now: datetime) -> None:
    """Keep what came of it, and let go what nobody asked for in a month."""
    Trial.objects.filter(pk=one.pk).update(found=found, problem=problem, ended_at=now)
    Trial.objects.filter(asked_at__lt=now - KEPT).exclude(pk=one.pk).delete()


_KNOWN: dict[int, tuple[Blueprint, str]] = {}


def written(blueprint: Blueprint) -> str:
    """A hash of everything of a blueprint that a simulation reads, worked out once for each blueprint in memory."""
    held = _KNOWN.get(id(blueprint))
    if held is None or held[0] is not blueprint:
        text = repr((blueprint.id, blueprint.effective, blueprint.pathways, blueprint.simulate, blueprint.plans))
        held = _KNOWN[id(blueprint)] = (blueprint, hashlib.sha256(f"{__version__} {text}".encode()).hexdigest())
    return held[1]
