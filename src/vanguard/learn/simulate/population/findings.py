"""What the years came to: each measure by year with the interval that holds 95 in 100 replications, and by cause."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from vanguard.learn.simulate.population.causes import Chain
from vanguard.learn.simulate.population.plan import YEAR
from vanguard.learn.simulate.population.run import Years

LOW, HIGH = 0.025, 0.975
FLOWS = ("born", "came", "died", "left")


@dataclass(frozen=True)
class Measure:
    """Something that is counted each year: `of` gives [replications, years], in whole numbers over `per`."""

    what: str
    id: str
    label: str
    of: Callable[[Years], np.ndarray]
    per: float = 1.0


def measures(run: Years) -> Iterator[Measure]:
    """Everything that is counted: people, how often each place of care begins, who is there, beds, staff, cost."""
    population = run.model.population
    places = list(population.places.values())
    yield Measure("people", "all", "People", partial(standing, of=(), number=0))
    for n, band in enumerate(population.ages.values()):
        yield Measure("people", band.id, band.label, partial(standing, of=(3,), number=n))
    for n, need in enumerate(population.needs.values()):
        yield Measure("people", need.id, need.label, partial(standing, of=(4,), number=n))
    for n, flow in enumerate(FLOWS):
        yield Measure("people", flow, flow.capitalize(), partial(flowing, flow=n))
    for n, place in enumerate(places[1:-1], start=1):
        yield Measure("begun", place.id, place.label, partial(begun, place=n))
        yield Measure("there", place.id, place.label, partial(nights, place=n), YEAR)
        yield Measure("most", place.id, place.label, partial(most, place=n))
        if place.pence_a_day or place.pence_each:
            yield Measure("pounds", place.id, place.label, partial(pence, place=n), 100)
    yield Measure("pounds", "all", "All of these", all_pence, 100)
    for role in dict.fromkeys(role for place in places for role in place.staff):
        yield Measure("staff", role, role.replace("_", " "), partial(staff, role=role), YEAR)


def standing(run: Years, of: tuple[int, ...], number: int) -> np.ndarray:
    """[replications, years] people when the year ends: all, or of one number on an axis of `stand`."""
    stand = run.stand if not of else run.stand.take([number], axis=of[0])
    found: np.ndarray = stand.sum(axis=(2, 3, 4, 5))
    return found


def flowing(run: Years, flow: int) -> np.ndarray:
    """[replications, years] people who were born, came, died or left."""
    found: np.ndarray = run.flows[:, :, flow].sum(axis=2)
    return found


def most(run: Years, place: int) -> np.ndarray:
    """[replications, years] the most people who were there on one night."""
    found: np.ndarray = run.most[:, :, place]
    return found


def all_pence(run: Years) -> np.ndarray:
    """[replications, years] what all places of care cost together."""
    found: np.ndarray = np.sum([pence(run, n) for n in range(len(run.model.population.places))], axis=0)
    return found


def begun(run: Years, place: int) -> np.ndarray:
    """[replications, years] how often being there began, without those who came back to it."""
    found: np.ndarray = run.begun[:, :, place].sum(axis=(2, 3))
    return found


def nights(run: Years, place: int) -> np.ndarray:
    """[replications, years] nights that people were there."""
    found: np.ndarray = run.nights[:, :, place].sum(axis=(2, 3))
    return found


def pence(run: Years, place: int) -> np.ndarray:
    """[replications, years] what being there cost, in pence of the year of the prices."""
    held = list(run.model.population.places.values())[place]
    found: np.ndarray = nights(run, place) * (held.pence_a_day or 0) + begun(run, place) * (held.pence_each or 0)
    return found


def staff(run: Years, role: str) -> np.ndarray:
    """[replications, years] days of a role in full time."""
    places = enumerate(run.model.population.places.values())
    return np.asarray(sum(nights(run, n) * place.staff[role] for n, place in places if role in place.staff))


def middle(values: np.ndarray) -> dict[str, float]:
    """The mean of replications, and what 95 in 100 of them lie between."""
    low, high = np.quantile(values, (LOW, HIGH))
    return {"mean": float(values.mean()), "low": float(low), "high": float(high)}


def findings(chain: Chain, future: str | None) -> dict[str, Any]:
    """Everything as JSON: for the place as it is (`nothing_changes`), `do_nothing` and the future, what, of whom, and
    a row for each year; then the causes."""
    model = chain.whole.model
    first = model.population.first_year
    named = {"nothing_changes": chain.nothing_changes, "do_nothing": chain.do_nothing}
    if future is not None:
        named[future] = chain.whole
    held = list(measures(chain.whole))
    return {
        "people": int(model.count.sum()),
        "first_year": first,
        "years": int(chain.whole.most.shape[1]),
        "replications": int(chain.whole.most.shape[0]),
        "future": future,
        "found": {name: list(_rows(run, held, first)) for name, run in named.items()},
        "causes": list(causes(chain, held, first)),
    }


def _rows(run: Years, held: list[Measure], first: int) -> Iterator[dict[str, Any]]:
    for measure in held:
        values = measure.of(run) / measure.per
        for year in range(values.shape[1]):
            yield {
                "what": measure.what,
                "id": measure.id,
                "label": measure.label,
                "year": first + year,
                **middle(values[:, year]),
            }


def causes(chain: Chain, held: list[Measure], first: int) -> Iterator[dict[str, Any]]:
    """What each change adds to each measure in each year; the parts of one measure and year sum to the `whole`."""
    for measure in held:
        parts = [(change.id, change.label, part / measure.per) for change, part in chain.parts(measure.of)]
        whole = (measure.of(chain.whole) - measure.of(chain.nothing_changes)) / measure.per
        for id, label, values in (*parts, ("whole", "All together", whole)):
            for year in range(values.shape[1]):
                yield {
                    "what": measure.what,
                    "id": measure.id,
                    "year": first + year,
                    "change": id,
                    "change_label": label,
                    **middle(values[:, year]),
                }
