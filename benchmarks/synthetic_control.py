"""Synthetic control: 190 units over 96 months, 72 before the start; the weights of every unit as if it were treated.

The same objective for all (outcomes before the start alone, every month the same): ours by our own solver, warm and in
a fresh process with its compilation kept (imports included); pysyncon and mlsynth from fewer fits, times the number of
units, where they are installed (`pip install pysyncon mlsynth`; mlsynth is no dependency of ours). Linear algebra has
one thread, for all: on a busy machine pysyncon takes many times longer with two. Ratios are of processor time (user and
system, all threads and children), ours and the peers' by turns, so that they hold on a busy machine too.
"""

import importlib.util
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.machine import line
from vanguard.learn.evaluate.synthetic.solver import Weighed, weigh

UNITS, MONTHS, BEFORE = 190, 96, 72
FRESH = 3
PEER_FITS = int(os.environ.get("VANGUARD_PEER_FITS", "8"))


def main() -> None:
    """Print one line."""
    rates = panel()
    found = all_placebos(rates)
    second_process()
    peers: dict[str, Pysyncon | Mlsynth] = {}
    if importlib.util.find_spec("pysyncon"):
        peers["pysyncon"] = Pysyncon(rates, found)
    if importlib.util.find_spec("mlsynth"):
        peers["mlsynth"] = Mlsynth(rates)
    for one in peers.values():
        one(UNITS - 1)
    warm, fresh = [], []
    taken: dict[str, list[Taken]] = {name: [] for name in peers}
    for unit in range(PEER_FITS):
        warm += [timed(lambda: all_placebos(rates)) for _ in range(2)]
        if unit < FRESH:
            fresh.append(timed(second_process))
        for name, peer in peers.items():
            taken[name].append(peer(unit))
    ours, new = median(warm), median(fresh)
    theirs = {name: mean(fits).times(UNITS) for name, fits in taken.items()}
    excess = [more for one in peers.values() if isinstance(one, Pysyncon) for more in one.more]
    line(
        "synthetic_control",
        processor_seconds_warm=round(ours.processor, 4),
        processor_seconds_fresh_process=round(new.processor, 2),
        processor_seconds_of_peers={name: round(one.processor, 1) for name, one in theirs.items()},
        seconds_warm=round(ours.clock, 4),
        seconds_fresh_process=round(new.clock, 2),
        seconds_of_peers={name: round(one.clock, 1) for name, one in theirs.items()},
        greatest_relative_gap=float((found.certificate / found.squares).max()),
        excess_of_pysyncon={"median": statistics.median(excess), "least": min(excess)} if excess else None,
        peers_extrapolated_from_fits=PEER_FITS,
        times_faster_warm={name: round(one.processor / ours.processor) for name, one in theirs.items()},
        times_faster_fresh={name: round(one.processor / new.processor, 1) for name, one in theirs.items()},
        load=os.getloadavg()[0],
    )


@dataclass(frozen=True)
class Taken:
    """How long something took."""

    processor: float
    clock: float

    def times(self, number: int) -> "Taken":
        return Taken(self.processor * number, self.clock * number)


def median(taken: list[Taken]) -> Taken:
    return Taken(statistics.median(one.processor for one in taken), statistics.median(one.clock for one in taken))


def mean(taken: list[Taken]) -> Taken:
    return Taken(statistics.mean(one.processor for one in taken), statistics.mean(one.clock for one in taken))


def panel() -> Any:
    """Rates per 1,000 and month: each unit its level, course and season, two courses that all share in part, chance."""
    chance = np.random.default_rng(7)
    months = np.arange(MONTHS)
    level = 8 * np.exp(0.18 * chance.normal(size=(UNITS, 1)))
    season = 0.05 * (1 + 0.3 * chance.normal(size=(UNITS, 1))) * np.cos(months / 6 * np.pi)
    shared = (1 + 0.5 * chance.normal(size=(UNITS, 2))) @ np.cumsum(chance.normal(0, 0.006, (2, MONTHS)), axis=1)
    return level * np.exp(season + shared + 0.03 * chance.normal(size=(UNITS, MONTHS)))


def all_placebos(rates: Any) -> Weighed:
    return weigh(np.ascontiguousarray(rates[:, :BEFORE]), np.arange(UNITS), ~np.eye(UNITS, dtype=bool))


def timed(work: Callable[[], object]) -> Taken:
    before, begun = processor(), time.perf_counter()
    work()
    clock = time.perf_counter() - begun
    return Taken(processor() - before, clock)


def processor() -> float:
    """Seconds of this process and of those that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def second_process() -> None:
    """A new process until it has all weights; what was compiled is kept from the run before."""
    code = (
        "import numpy as np; from vanguard.learn.evaluate.synthetic.solver import weigh; "
        f"n = {UNITS}; weigh(np.random.default_rng(1).normal(size=(n, {BEFORE})), np.arange(n), ~np.eye(n, dtype=bool))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


class Pysyncon:
    """Fits one unit, and keeps how much larger the peer's sum of squares is than ours (relative)."""

    def __init__(self, rates: Any, ours: Weighed) -> None:
        import pandas as pd

        self.ours, self.more = ours, list[float]()
        self.table = pd.DataFrame(rates[:, :BEFORE].T, columns=[f"U{n}" for n in range(UNITS)])
        self.spread = (self.table.var(axis=1) / self.table.var(axis=1).mean()).to_numpy()

    def __call__(self, unit: int) -> Taken:
        import pysyncon

        own, others = self.table[f"U{unit}"], self.table.drop(columns=f"U{unit}")
        peer = pysyncon.Synth()
        # It divides each month by its spread; these weights undo that.
        taken = timed(lambda: peer.fit(X0=others, X1=own, Z0=others, Z1=own, custom_V=self.spread))
        squares = ((own - others @ peer.W) ** 2).sum()
        self.more.append(float(squares / self.ours.squares[unit] - 1))
        return taken


class Mlsynth:
    """Fits one unit."""

    def __init__(self, rates: Any) -> None:
        import pandas as pd

        self.long = pd.DataFrame(rates, index=[f"U{n:03}" for n in range(UNITS)]).stack().reset_index()
        self.long.columns = ["unit", "month", "rate"]

    def __call__(self, unit: int) -> Taken:
        from mlsynth import VanillaSC

        self.long["treated"] = ((self.long.unit == f"U{unit:03}") & (self.long.month >= BEFORE)).astype(int)
        asked = {"df": self.long, "outcome": "rate", "treat": "treated", "unitid": "unit", "time": "month"}
        asked |= {"display_graphs": False, "inference": False}
        return timed(lambda: VanillaSC(asked).fit())


if __name__ == "__main__":
    main()
