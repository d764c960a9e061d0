"""Simulating: one three-stage network with two classes beside SimPy and Ciw, and a year of the referral point.

The network: 13,000 arrivals a year, three stages of four servers each at 85 in 100 of their time, exponential times,
three in ten served first. Ours runs with everything compiled in that a blueprint may ask for. An event is an arrival,
or the start or the end of a service. Each is timed warm, in one thread; SimPy and Ciw for one year, ours for ten. That
all three come to the same waits is tested in `tests/peers`.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.learn.simulate.services import assumed, file_of, resource, service

from benchmarks.machine import line
from vanguard.blueprint import read
from vanguard.learn.simulate.run import replicate
from vanguard.learn.simulate.simulation import service_of

YEAR = 365
STAGES, SERVERS, ARRIVALS = 3, 4, 13_000
AN_HOUR = ARRIVALS / (YEAR * 24)
MEAN = 0.85 * SERVERS / AN_HOUR * 60
FIRST = 0.3
RUNS = 10
EVENTS = ARRIVALS * (1 + 2 * STAGES)
REPLICATIONS = int(os.environ.get("VANGUARD_REPLICATIONS", "1000"))


def main() -> None:
    """Print one line for the network and one for the year."""
    tested = network()
    replicate(tested, 1, threads=1)
    seconds = timed(lambda: replicate(tested, RUNS, threads=1)) / RUNS
    peers = {"simpy": peer(with_simpy), "ciw": peer(with_ciw)}
    line(
        "simulate.network",
        events_per_second=round(EVENTS / seconds),
        peers={name: round(EVENTS / found) for name, found in peers.items()},
        times_faster={name: round(found / seconds, 1) for name, found in peers.items()},
        second_process_seconds=second_process(),
    )
    year = service_of(read("frail-older-people"))
    replicate(year, 1)
    seconds = timed(lambda: replicate(year, REPLICATIONS))
    line("simulate.year", replications=REPLICATIONS, seconds=round(seconds, 1))


def timed(work: Any, clock: Callable[[], float] = time.perf_counter) -> float:
    begun = clock()
    work()
    return clock() - begun


def network() -> Any:
    """The network as a blueprint would say it: those who come in by one channel have the earlier promise."""
    clocks = {
        "now": {"within": "PT1M", "start": "received", "stop": f"stage{STAGES}.finished"},
        "later": {"within": "PT9999H", "start": "received", "stop": f"stage{STAGES}.finished"},
    }
    teams = {f"team{n}": resource() for n in range(1, STAGES + 1)}
    steps: dict[str, Any] = {way: {"by": "team1", "clock": way, "next": "stage2"} for way in clocks}
    for n in range(2, STAGES + 1):
        steps[f"stage{n}"] = {"by": f"team{n}", "next": f"stage{n + 1}" if n < STAGES else "out"}
    file = file_of(steps, teams, clocks=clocks, by={"phone": "now", "online": "later"})
    minutes = {step: {"kind": "exponential", "mean": MEAN} for step in steps}
    made = assumed(AN_HOUR, minutes, dict.fromkeys(teams, SERVERS), by={"phone": FIRST, "online": 1 - FIRST})
    return service(file, made, days=YEAR, warm_up=0)


def peer(run: Callable[[int], None]) -> float:
    """Seconds that a peer takes for one year."""
    run(30)
    return timed(lambda: run(YEAR))


def with_simpy(days: int) -> None:
    import simpy

    chance = random.Random(1)
    world = simpy.Environment()
    stages = [simpy.PriorityResource(world, SERVERS) for _ in range(STAGES)]

    def person(urgency: int) -> Any:
        for stage in stages:
            with stage.request(priority=urgency) as asked:
                yield asked
                yield world.timeout(chance.expovariate(1 / MEAN))

    def come() -> Any:
        while True:
            yield world.timeout(chance.expovariate(AN_HOUR / 60))
            world.process(person(0 if chance.random() < FIRST else 1))

    world.process(come())
    world.run(until=days * 1440)


def with_ciw(days: int) -> None:
    import ciw

    ciw.seed(1)
    kinds = {"now": FIRST, "later": 1 - FIRST}
    nobody = [None] * (STAGES - 1)
    made = ciw.create_network(
        arrival_distributions={k: [ciw.dists.Exponential(share * AN_HOUR / 60), *nobody] for k, share in kinds.items()},
        service_distributions={k: [ciw.dists.Exponential(1 / MEAN)] * STAGES for k in kinds},
        routing={k: [[float(b == a + 1) for b in range(STAGES)] for a in range(STAGES)] for k in kinds},
        priority_classes={"now": 0, "later": 1},
        number_of_servers=[SERVERS] * STAGES,
    )
    ciw.Simulation(made).simulate_until_max_time(days * 1440)


def second_process() -> float:
    """Seconds from the start of a new process until its first year of the network is simulated, imports included (of
    ours alone: a peer is imported where it is timed)."""
    code = "from benchmarks.simulate import network, replicate; replicate(network(), 1, threads=1)"
    return round(timed(lambda: subprocess.run([sys.executable, "-c", code], check=True)), 2)


if __name__ == "__main__":
    main()
