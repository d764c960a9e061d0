"""Randomisation inference: had the starts fallen to other units, how often would as much have been seen?

Fisher (1935); the interval holds every constant effect that the test does not refuse (Rosenbaum 2002, Observational
Studies, section 2.6). It needs no large number of units, only that any of them could have been the one that changed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import factorial, prod

import numpy as np

from vanguard.learn.evaluate.finding import LEVEL, Estimate
from vanguard.learn.evaluate.panel import NEVER, Floats, Whole

EXACT, SAMPLE = 2000, 999
"""As many assignments are all looked at; of more, a sample. For checks."""
CLOSELY_EXACT, CLOSELY_SAMPLE = 10_000, 4_999
"""The same for what is claimed: ends of intervals and p-values stray less from one seed to another."""
FEWEST = round(1 / (1 - LEVEL))
"""With fewer assignments no result could ever be significant."""


@dataclass(frozen=True)
class Assignments:
    """P x U starts, the true ones first."""

    begins: Whole
    exact: bool
    """All that there are, not a sample."""


def possible(begins: Whole, clusters: Whole) -> int:
    """In how many ways the same starts could have fallen to the clusters (or units, where clusters are mixed)."""
    counts = Counter(_by_cluster(begins, clusters)[0].tolist()).values()
    return factorial(sum(counts)) // prod(factorial(count) for count in counts)


def assignments(begins: Whole, clusters: Whole, seed: int, *, closely: bool = False) -> Assignments:
    """Ways in which the starts could have fallen, whole clusters together. A cluster some of whose units changed and
    others not says that starts fell to units: then units are dealt."""
    own, which = _by_cluster(begins, clusters)
    exact, sample = (CLOSELY_EXACT, CLOSELY_SAMPLE) if closely else (EXACT, SAMPLE)
    if possible(begins, clusters) <= exact:
        rows = [row for row in _arrangements(own) if row != own.tolist()]
        dealt = np.array([own.tolist(), *rows])
        return Assignments(dealt[:, which], exact=True)
    chance = np.random.default_rng(seed)
    dealt = np.vstack([own, chance.permuted(np.tile(own, (sample, 1)), axis=1)])
    return Assignments(dealt[:, which], exact=False)


def judged(effects: Floats, response: Floats) -> Estimate:
    """The first of P effects among all, and the constant effects that are not refused.

    `response` (P) is what each assignment would show of a true effect of one. An effect d is refused when fewer than
    5% of assignments show as much of what is left: |effect - d response| >= |true effect - d|. Each assignment says so
    for one stretch of d round the estimate, whose ends are where the two are equal; so the ends of the interval are
    order statistics of those.
    """
    seen, shown = effects[0], np.clip(response, -1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(seen - effects) / (1 - shown), (seen + effects) / (1 + shown)])
    same = np.isclose(np.abs(shown), 1)
    low = np.where(same, -np.inf, ends.min(axis=0))
    high = np.where(same, np.inf, ends.max(axis=0))
    low[0], high[0] = -np.inf, np.inf
    needed = int(np.floor((1 - LEVEL) * len(effects) + 1e-9))
    return Estimate(
        effect=float(seen),
        low=float(np.sort(low)[needed]),
        high=float(np.sort(high)[::-1][needed]),
        p_value=p_value(effects),
    )


def p_value(effects: Floats) -> float:
    """Share of assignments that show at least as much as the first, either way."""
    seen = abs(effects[0])
    return float((np.abs(effects) >= seen - 1e-9 * max(seen, 1e-12)).mean())


def _by_cluster(begins: Whole, clusters: Whole) -> tuple[Whole, Whole]:
    """The start of each cluster that was dealt one, and the cluster of each unit."""
    _, first, which = np.unique(clusters, return_index=True, return_inverse=True)
    own: Whole = begins[first]
    if (own[which] == begins).all():
        return own, which
    return begins, np.arange(len(begins))


def _arrangements(own: Whole) -> Iterator[list[int]]:
    """Every different order of the starts."""

    def place(free: tuple[int, ...], left: tuple[tuple[int, int], ...], row: list[int]) -> Iterator[list[int]]:
        if not left:
            yield row.copy()
            return
        (start, count), *others = left
        for chosen in combinations(free, count):
            for unit in chosen:
                row[unit] = start
            yield from place(tuple(unit for unit in free if unit not in chosen), tuple(others), row)
            for unit in chosen:
                row[unit] = NEVER

    counts = Counter(start for start in own.tolist() if start != NEVER)
    yield from place(tuple(range(len(own))), tuple(counts.items()), [NEVER] * len(own))
