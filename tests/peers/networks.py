"""Networks of queues as three programs understand them: our engine, SimPy and Ciw.

Times are in minutes. Each way of running gives, for each replication, the mean wait at each station of those who came
to it while counting goes on, and the share of them who gave up.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ciw
import numpy as np
import simpy
from tests.learn.simulate.services import assumed, file_of, resource, service

from vanguard.learn.simulate.findings import share_of
from vanguard.learn.simulate.run import replicate

DAY = 1440.0
DAYS, AFTER = 2, 1
URGENT, LATER = 0, 1
DAY_BEGINS, DAY_ENDS = 480.0, 1200.0


@dataclass(frozen=True)
class Station:
    """So many helpers, how long each takes, and where people go next: to which station with which share; else out."""

    servers: int
    takes: Mapping[str, Any]
    then: Mapping[int, float]
    at_night: int | None = None
    """How many helpers there are from 20:00 to 08:00, where that is another number."""


@dataclass(frozen=True)
class Network:
    """People come to the first station at random, so many an hour."""

    an_hour: float
    stations: tuple[Station, ...]
    urgent: float = 0.0
    """The share of those who are helped first."""
    patience: float | None = None
    """How long people wait at the first station before they give up, on average; without it nobody does."""


def ours(network: Network, replications: int) -> np.ndarray:
    """The network as a blueprint says it."""
    stations = network.stations
    steps: dict[str, Any] = {}
    questions: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    clocks: dict[str, Any] = {}

    def asked(id: str, shares: Mapping[str, float]) -> str:
        questions[id] = {"label": id, "kind": "choice", "of": {o: o for o in shares}, "source": {"cites": "tests"}}
        answers[id] = {"shares": dict(shares)}
        return id

    if network.urgent:
        speed = asked("speed", {"now": network.urgent, "later": 1 - network.urgent})
        steps["sort"] = {"by": "sorter", "asks": [speed], "next": "station0"}
        last = f"station{len(stations) - 1}.finished"
        clocks = {
            "now": {"within": "PT1M", "start": "received", "stop": last},
            "later": {"within": "PT9999H", "start": "received", "stop": last},
        }
    for n, station in enumerate(stations):
        shares = {f"to{to}": share for to, share in station.then.items()}
        shares["to_out"] = 1 - sum(shares.values())
        way = asked(f"way{n}", shares)
        rules = [{"when": f"{way} = 'to{to}'", "to": f"station{to}"} for to in station.then]
        steps[f"station{n}"] = {"by": f"team{n}", "decides": [way], "next": [*rules, {"to": "out"}]}
        if network.urgent:
            steps[f"station{n}"]["clock"] = "$speed"
    teams = {f"team{n}": resource() for n in range(len(stations))}
    more: dict[str, Any] = {"questions": questions}
    more["calendars"] = {"always": "Mo-Su 00:00-24:00", "day": "Mo-Su 08:00-20:00", "night": "Mo-Su 20:00-08:00"}
    if network.urgent:
        teams["sorter"] = resource()
    file = file_of(steps, teams, clocks=clocks, **more)
    minutes = {f"station{n}": station.takes for n, station in enumerate(stations)}
    staff: dict[str, Any] = {
        f"team{n}": float(one.servers)
        if one.at_night is None
        else {"calendars": {"day": float(one.servers), "night": float(one.at_night)}}
        for n, one in enumerate(stations)
    }
    if network.urgent:
        minutes["sort"], staff["sorter"] = {"kind": "fixed", "value": 0.0}, 10_000.0
    more_assumed: dict[str, Any] = {"answers": answers}
    if network.patience:
        more_assumed["patience"] = {"line": {"minutes": {"kind": "exponential", "mean": network.patience}}}
    assumptions = assumed(network.an_hour, minutes, staff, **more_assumed)
    made = service(file, assumptions, days=DAYS, warm_up=0, after=AFTER)
    tally = replicate(made, replications).tallies
    first = 1 if network.urgent else 0
    waits = share_of(tally.waits[:, first:, 1], tally.waits[:, first:, 0])
    return np.column_stack([waits, tally.gave_up[:, 0] / tally.received[:, 0]])


def in_simpy(network: Network, replications: int) -> np.ndarray:
    """The network with SimPy: a helper who goes home is a request that nobody is before."""
    return np.array([_one_in_simpy(network, random.Random(number)) for number in range(replications)])


def _one_in_simpy(network: Network, chance: random.Random) -> list[float]:
    world = simpy.Environment()
    desks = [simpy.PriorityResource(world, station.servers) for station in network.stations]
    until = DAYS * DAY
    waits = np.zeros((len(desks), 2))
    came_and_left = [0, 0]

    def person(urgency: int, came: float) -> Any:
        at: int | None = 0
        first = True
        while at is not None:
            station, joined = network.stations[at], world.now
            with desks[at].request(priority=urgency) as asked:
                if first and network.patience:
                    yield asked | world.timeout(chance.expovariate(1 / network.patience))
                    if not asked.triggered:
                        came_and_left[1] += world.now < until
                        return
                else:
                    yield asked
                if joined < until:
                    waits[at] += (world.now - joined, 1)
                yield world.timeout(_drawn(station.takes, chance))
            first = False
            at = _next(station, chance)

    def come() -> Any:
        while True:
            yield world.timeout(chance.expovariate(network.an_hour / 60))
            came_and_left[0] += world.now < until
            world.process(person(URGENT if chance.random() < network.urgent else LATER, world.now))

    def away(desk: simpy.PriorityResource) -> Any:
        night = DAY - DAY_ENDS + DAY_BEGINS
        lasts = DAY_BEGINS
        while True:
            with desk.request(priority=-1) as off:
                yield off
                yield world.timeout(max(0.0, lasts - world.now))
            yield world.timeout(lasts + DAY_ENDS - DAY_BEGINS - world.now)
            lasts += DAY_ENDS - DAY_BEGINS + night

    for desk, station in zip(desks, network.stations, strict=True):
        for _ in range(0 if station.at_night is None else station.servers - station.at_night):
            world.process(away(desk))
    world.process(come())
    world.run(until=(DAYS + AFTER) * DAY)
    return [*(waits[:, 0] / waits[:, 1]), came_and_left[1] / came_and_left[0]]


def _next(station: Station, chance: random.Random) -> int | None:
    left = chance.random()
    for to, share in station.then.items():
        left -= share
        if left < 0:
            return to
    return None


def _drawn(takes: Mapping[str, Any], chance: random.Random) -> float:
    match takes["kind"]:
        case "fixed":
            return float(takes["value"])
        case "exponential":
            return chance.expovariate(1 / takes["mean"])
        case "gamma":
            return chance.gammavariate(*_gamma(takes))
        case "lognormal":
            return chance.lognormvariate(*_lognormal(takes))
        case "triangular":
            return chance.triangular(takes["low"], takes["high"], takes["mode"])
        case "uniform":
            return chance.uniform(takes["low"], takes["high"])
    raise AssertionError(takes)


def _gamma(takes: Mapping[str, Any]) -> tuple[float, float]:
    return (takes["mean"] / takes["sd"]) ** 2, takes["sd"] ** 2 / takes["mean"]


def _lognormal(takes: Mapping[str, Any]) -> tuple[float, float]:
    square = math.log(1 + (takes["sd"] / takes["mean"]) ** 2)
    return math.log(takes["mean"]) - square / 2, math.sqrt(square)


IN_CIW: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "fixed": lambda takes: ciw.dists.Deterministic(takes["value"]),
    "exponential": lambda takes: ciw.dists.Exponential(1 / takes["mean"]),
    "gamma": lambda takes: ciw.dists.Gamma(*_gamma(takes)),
    "lognormal": lambda takes: ciw.dists.Lognormal(*_lognormal(takes)),
    "triangular": lambda takes: ciw.dists.Triangular(takes["low"], takes["mode"], takes["high"]),
    "uniform": lambda takes: ciw.dists.Uniform(takes["low"], takes["high"]),
}


def in_ciw(network: Network, replications: int) -> np.ndarray:
    """The network with Ciw."""
    stations = network.stations
    kinds = {"now": network.urgent, "later": 1 - network.urgent} if network.urgent else {"later": 1.0}
    nobody = [None] * (len(stations) - 1)
    routes = [[station.then.get(to, 0.0) for to in range(len(stations))] for station in stations]
    more: dict[str, Any] = {}
    if network.patience:
        more["reneging_time_distributions"] = {
            kind: [ciw.dists.Exponential(1 / network.patience), *nobody] for kind in kinds
        }
    made = ciw.create_network(
        arrival_distributions={
            kind: [ciw.dists.Exponential(share * network.an_hour / 60), *nobody] for kind, share in kinds.items()
        },
        service_distributions={kind: [IN_CIW[one.takes["kind"]](one.takes) for one in stations] for kind in kinds},
        routing=dict.fromkeys(kinds, routes),
        priority_classes={kind: URGENT if kind == "now" and len(kinds) > 1 else len(kinds) - 1 for kind in kinds},
        number_of_servers=[_staffed(station) for station in stations],
        **more,
    )
    found = []
    for number in range(replications):
        ciw.seed(number)
        run = ciw.Simulation(made)
        run.simulate_until_max_time((DAYS + AFTER) * DAY)
        found.append(_of_records(run.get_all_records(only=["service", "renege"]), len(stations)))
    return np.array(found)


def _staffed(station: Station) -> Any:
    if station.at_night is None:
        return station.servers
    numbers = [station.at_night, station.servers, station.at_night]
    return ciw.Schedule(numbers_of_servers=numbers, shift_end_dates=[DAY_BEGINS, DAY_ENDS, DAY], preemption=False)


def _of_records(records: Sequence[Any], stations: int) -> list[float]:
    until = DAYS * DAY
    waits: list[list[float]] = [[] for _ in range(stations)]
    gave_up = 0
    for record in records:
        if record.record_type == "renege":
            gave_up += record.exit_date < until
        elif record.arrival_date < until:
            waits[record.node - 1].append(record.waiting_time)
    came = gave_up + len(waits[0]) if gave_up else 1
    return [*(float(np.mean(of)) for of in waits), gave_up / came]
