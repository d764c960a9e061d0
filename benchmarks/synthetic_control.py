"""Synthetic control: 190 units over 96 months, 72 before the start; the weights of every unit as if it were treated.

The same objective for all (outcomes before the start alone, every month the same): ours by our own solver, warm and in
a fresh process with its compilation kept (imports included); pysyncon and mlsynth from fewer fits, times the number of
units, where they are installed (`pip install pysyncon mlsynth`; mlsynth is no dependency of ours). Linear algebra has
one thread, for all: on a busy machine pysyncon takes many times longer with two.
"""

import importlib.util
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import statistics
import subprocess
import sys
import time
from typing import Any

import numpy as np

from benchmarks.machine import line
from vanguard.learn.evaluate.synthetic.solver import Weighed, weigh

UNITS, MONTHS, BEFORE = 190, 96, 72
REPEATS = 15
PEER_FITS = int(os.environ.get("VANGUARD_PEER_FITS", "8"))


def main() -> None:
    """Print one line."""
    rates = panel()
    all_placebos(rates)
    warm = statistics.median(timed(lambda: all_placebos(rates)) for _ in range(REPEATS))
    fresh = statistics.median(timed(second_process) for _ in range(3))
    found = all_placebos(rates)
    peers = {"pysyncon": with_pysyncon(rates, found), "mlsynth": with_mlsynth(rates)}
    seconds = {name: peer and peer["seconds"] for name, peer in peers.items()}
    line(
        "synthetic_control",
        seconds_warm=round(warm, 4),
        seconds_fresh_process=round(fresh, 2),
        greatest_relative_gap=float((found.certificate / found.squares).max()),
        peers=peers,
        peers_extrapolated_from_fits=PEER_FITS,
        times_faster_warm={name: one and round(one / warm) for name, one in seconds.items()},
        times_faster_fresh={name: one and round(one / fresh, 1) for name, one in seconds.items()},
    )


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


def timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def second_process() -> None:
    """A new process until it has all weights; what was compiled is kept from the run before."""
    code = (
        "import numpy as np; from vanguard.learn.evaluate.synthetic.solver import weigh; "
        f"n = {UNITS}; weigh(np.random.default_rng(1).normal(size=(n, {BEFORE})), np.arange(n), ~np.eye(n, dtype=bool))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def with_pysyncon(rates: Any, ours: Weighed) -> dict[str, float] | None:
    """Seconds for all units, and how much smaller our sums of squares are (relative; median and least)."""
    if importlib.util.find_spec("pysyncon") is None:
        return None
    import pandas as pd
    import pysyncon

    table = pd.DataFrame(rates[:, :BEFORE].T, columns=[f"U{n}" for n in range(UNITS)])
    spread = (table.var(axis=1) / table.var(axis=1).mean()).to_numpy()
    taken, more = [], []
    for unit in range(PEER_FITS):
        own, others = table[f"U{unit}"], table.drop(columns=f"U{unit}")
        peer = pysyncon.Synth()
        # It divides each month by its spread; these weights undo that.
        taken.append(timed(lambda: peer.fit(X0=others, X1=own, Z0=others, Z1=own, custom_V=spread)))  # noqa: B023
        squares = ((own - others @ peer.W) ** 2).sum()
        more.append(float(squares / ours.squares[unit] - 1))
    seconds = statistics.mean(taken) * UNITS
    return {"seconds": round(seconds, 1), "excess_median": statistics.median(more), "excess_least": min(more)}


def with_mlsynth(rates: Any) -> dict[str, float] | None:
    """Seconds for all units."""
    if importlib.util.find_spec("mlsynth") is None:
        return None
    import pandas as pd
    from mlsynth import VanillaSC

    long = pd.DataFrame(rates, index=[f"U{n:03}" for n in range(UNITS)]).stack().reset_index()
    long.columns = ["unit", "month", "rate"]
    taken = []
    for unit in range(PEER_FITS):
        long["treated"] = ((long.unit == f"U{unit:03}") & (long.month >= BEFORE)).astype(int)
        asked = {"df": long, "outcome": "rate", "treat": "treated", "unitid": "unit", "time": "month"}
        asked |= {"display_graphs": False, "inference": False}
        taken.append(timed(lambda: VanillaSC(asked).fit()))  # noqa: B023
    return {"seconds": round(statistics.mean(taken) * UNITS, 1)}


if __name__ == "__main__":
    main()
