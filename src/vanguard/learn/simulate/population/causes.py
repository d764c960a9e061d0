"""Which change does what: changes are added one after the other, and each is credited with what it adds.

In order, not by Shapley values: the order is the one in which things happen (people grow older and more ill whatever we
do, then we act), so that an intervention is credited with what it saves in the place that there will be; and k changes
take k + 1 runs and not 2 to the k. All runs share their luck, and the parts sum to the whole in every replication.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vanguard.blueprint import Influence
from vanguard.errors import BadInput
from vanguard.lake.condition import nearest
from vanguard.learn.simulate.population.plan import Model
from vanguard.learn.simulate.population.run import Years, replicate


@dataclass(frozen=True)
class Chain:
    """One run more than there are changes: the first without any, then each with one more."""

    changes: tuple[Influence, ...]
    expected: int
    """How many of them come whatever anybody does."""
    runs: tuple[Years, ...]

    @property
    def nothing_changes(self) -> Years:
        return self.runs[0]

    @property
    def do_nothing(self) -> Years:
        return self.runs[self.expected]

    @property
    def whole(self) -> Years:
        return self.runs[-1]

    def parts(self, measure: Callable[[Years], np.ndarray]) -> Iterator[tuple[Influence, np.ndarray]]:
        """Each change, and what it adds to a measure in every replication."""
        held = [measure(run) for run in self.runs]
        for change, before, after in zip(self.changes, held[:-1], held[1:], strict=True):
            yield change, after - before


def chain(
    model: Model,
    future: str | None,
    *,
    years: int,
    replications: int,
    seed: int = 1,
    done: Callable[[int], object] = lambda _: None,
) -> Chain:
    """Run a future (None: what is expected anyway). Raises BadInput for one that does not exist."""
    changes = changes_of(model, future)
    runs = tuple(
        replicate(model, changes[:n], years=years, replications=replications, seed=seed, done=done)
        for n in range(len(changes) + 1)
    )
    return Chain(changes, len(model.population.expected), runs)


def changes_of(model: Model, future: str | None) -> tuple[Influence, ...]:
    """The changes of a future in their order: what is expected, then what the place does."""
    population = model.population
    if future is not None and future not in population.futures:
        do = nearest(future, population.futures, otherwise=f"There are {', '.join(population.futures) or 'none'}.")
        raise BadInput(f"There is no future {future}.", where="simulate.yaml", do=do)
    does: Sequence[str] = population.futures[future].does if future is not None else ()
    return tuple(population.changes[id] for id in (*population.expected, *does))
