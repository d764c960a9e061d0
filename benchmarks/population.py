"""The county over ten years: 536,442 people in seven localities, 200 replications, and the whole of a plan's causes."""

import os
import resource
import time
from typing import Any

from benchmarks.machine import line
from benchmarks.simulate import timed
from vanguard.blueprint import read
from vanguard.learn.simulate.population import chain, model_of
from vanguard.learn.simulate.population.causes import changes_of
from vanguard.learn.simulate.population.run import replicate

LOCALITIES, YEARS = 7, 10
REPLICATIONS = int(os.environ.get("VANGUARD_REPLICATIONS", "200"))


def main() -> None:
    """Print one line: seconds, of the clock and of processors, for what is expected; for a plan; memory."""
    stated: Any = read("frail-older-people").simulate.population
    one = next(iter(stated.localities.values()))
    parts = {f"part{n}": one.model_copy(update={"id": f"part{n}", "share": 1 / LOCALITIES}) for n in range(LOCALITIES)}
    model = model_of(stated.model_copy(update={"localities": parts}))
    expected = changes_of(model, None)
    replicate(model, expected, years=1, replications=1)
    busy = time.process_time()
    alone = timed(lambda: replicate(model, expected, years=YEARS, replications=REPLICATIONS))
    busy = time.process_time() - busy
    future = next(iter(stated.futures))
    all_causes = timed(lambda: chain(model, future, years=YEARS, replications=REPLICATIONS // 10))
    line(
        "population.county",
        people=int(model.count.sum()),
        years=YEARS,
        replications=REPLICATIONS,
        seconds=round(alone, 1),
        processor_seconds=round(busy, 1),
        runs_of_causes=len(changes_of(model, future)) + 1,
        seconds_of_causes_a_tenth_of_replications=round(all_causes, 1),
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


if __name__ == "__main__":
    main()
