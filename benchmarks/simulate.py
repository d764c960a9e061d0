"""Simulating: one three-stage network with two classes beside SimPy and Ciw, and a year of the referral point.

The network: 13,000 arrivals a year, three stages of four servers each at 85 in 100 of their time, exponential times,
three in ten served first. Ours runs with everything compiled in that a blueprint may ask for. An event is an arrival,
or the start or the end of a service. Each is timed warm, in one thread and by turns, in processor time, so that other
work on the machine takes nothing from either; SimPy and Ciw for one year, ours for ten. That all three come to the same
waits is tested in `tests/peers`.
"""

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
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
ROUNDS = 5
EVENTS = ARRIVALS * (1 + 2 * STAGES)
REPLICATIONS = int(os.environ.get("VANGUARD_REPLICATIONS", "1000"))


def main() -> None:
    """Print one line for the network and one for the year."""
    tested = network()
    replicate(tested, 1, threads=1)
    peers = {"simpy": with_simpy, "ciw": with_ciw}
    for run in peers.values():
        run(30)
    seconds: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(ROUNDS):
        seconds.append(busy(lambda: replicate(tested, RUNS, threads=1)) / RUNS)
        for name, run in peers.items():
            theirs[name].append(busy(lambda run=run: run(YEAR)))
    times = {
        name: sorted(round(a / b, 1) for a, b in zip(found, seconds, strict=True)) for name, found in theirs.items()
    }
    line(
        "simulate.network",
        rounds=ROUNDS,
        events_per_processor_second=round(EVENTS / statistics.median(seconds)),
        peers={name: round(EVENTS / statistics.median(found)) for name, found in theirs.items()},
        times_faster={name: statistics.median(found) for name, found in times.items()},
        times_faster_in_each_round=times,
        second_process_processor_seconds=second_process(),
        load_average=round(os.getloadavg()[0], 1),
    )
    year = service_of(read("frail-older-people"))
    replicate(year, 1)
    took = busy(lambda: seconds.append(timed(lambda: replicate(year, REPLICATIONS))))
    line(
        "simulate.year",
        replications=REPLICATIONS,
        seconds=round(seconds[-1], 1),
        processor_seconds=round(took, 1),
        peak_megabytes=getrusage(RUSAGE_SELF).ru_maxrss // 1024,
        load_average=round(os.getloadavg()[0], 1),
    )


def timed(work: Callable[[], Any]) -> float:
    """Seconds by the clock."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def busy(work: Callable[[], Any]) -> float:
    """Seconds of the processors, in all threads."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


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
    """Processor seconds of a new process until its first year of the network is simulated, imports included (of ours
    alone: a peer is imported where it is timed)."""
    code = "from benchmarks.simulate import network, replicate; replicate(network(), 1, threads=1)"
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = getrusage(RUSAGE_CHILDREN)
    return round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2)


if __name__ == "__main__":
    main()
