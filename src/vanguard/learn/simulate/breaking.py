"""What breaks first: as more people come, the first promise that is not kept for 95 in 100 any more."""

import math
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from vanguard.learn.simulate.findings import KEPT, share_of
from vanguard.learn.simulate.plan import Service
from vanguard.learn.simulate.run import Outcome, replicate

GROWTH = (1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0)


def grown(service: Service, factor: float) -> Service:
    """The same service with so many times as many people."""
    plan = service.plan
    people = math.ceil(plan.people * max(factor, 1.0))
    return Service(plan._replace(expected=plan.expected * factor, people=people), service.names, service.stretch)


def breaks_first(
    service: Service,
    *,
    seed: int,
    replications: int = 4,
    apart_from: Collection[str] = (),
    enough: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """The first growth at which a promise breaks: `growth` (1: as things are; None: at none), which clocks are kept for
    less than 95 in 100 then (and their `labels`), and who is used most. Clocks `apart_from` are not looked at. Once
    `enough` says so no further growth is tried: `looked_until` is the last that was; 0 where nobody comes."""
    nothing: dict[str, Any] = {"growth": None, "clocks": {}, "labels": {}, "most_used": None}
    if not service.plan.expected[:, -1].any():
        return nothing | {"looked_until": 0.0}
    tried = None
    for factor in GROWTH:
        if tried is not None and enough():
            break
        tried = factor
        outcome = replicate(grown(service, factor), replications, seed=seed)
        broken = {
            clock.id: round(share, 4)
            for (_, clock), share in zip(service.names.clocks, _kept(outcome), strict=True)
            if share < KEPT and clock.id not in apart_from
        }
        if broken:
            worked, there = outcome.tallies.unit_work.sum(axis=0).T
            used = share_of(worked, there)
            most = int(np.nanargmax(used))
            unit = service.names.units[most]
            label, share = service.names.label(unit), round(float(used[most]), 4)
            labels = {clock.id: clock.label for _, clock in service.names.clocks if clock.id in broken}
            return {
                "growth": factor,
                "clocks": broken,
                "labels": labels,
                "most_used": {"resource": unit.id, "label": label, "used": share},
                "looked_until": factor,
            }
    return nothing | {"looked_until": tried}


def _kept(outcome: Outcome) -> list[float]:
    clocks = outcome.tallies.clocks.sum(axis=0)
    stopped, late = clocks[:, 0], clocks[:, 1]
    return [float(a / (a + b)) if a + b else 1.0 for a, b in zip(stopped, late, strict=True)]
