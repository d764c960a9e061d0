"""The same networks of queues in our engine, in SimPy and in Ciw come to the same waits.

Welch's t-test on the means of replications, ours against each peer's, at each station. All comparisons together may
fail once in a thousand runs if all is well (Bonferroni), and the seeds are fixed.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_ind
from tests.peers.networks import Network, Station, in_ciw, in_simpy, ours

ERROR_OF_ALL = 0.001
RUNS, RUNS_OF_OURS = 8, 80
OUT: dict[int, float] = {}
SIX = {"kind": "exponential", "mean": 6.0}


def desk(servers: int, takes: dict[str, object], **more: object) -> Station:
    return Station(servers, takes, OUT, **more)  # type: ignore[arg-type]


NETWORKS = {
    "M/M/1": Network(7, (desk(1, SIX),)),
    "M/M/4": Network(34, (desk(4, SIX),)),
    "M/D/2": Network(17, (desk(2, {"kind": "fixed", "value": 6.0}),)),
    "gamma, often short": Network(6, (desk(1, {"kind": "gamma", "mean": 6.0, "sd": 9.0}),)),
    "lognormal": Network(16, (desk(2, {"kind": "lognormal", "mean": 6.0, "sd": 5.0}),)),
    "triangular": Network(8, (desk(1, {"kind": "triangular", "low": 1.0, "mode": 2.0, "high": 15.0}),)),
    "uniform": Network(17, (desk(2, {"kind": "uniform", "low": 2.0, "high": 10.0}),)),
    "callers give up": Network(24, (desk(2, SIX),), patience=10.0),
    "the urgent first": Network(17, (desk(2, SIX),), urgent=0.3),
    "three in a row": Network(8, (Station(1, SIX, {1: 1.0}), Station(2, SIX, {2: 1.0}), desk(1, SIX))),
    "two ways": Network(12, (Station(2, SIX, {1: 0.4, 2: 0.5}), desk(1, {**SIX, "mean": 9.0}), desk(1, SIX))),
    "one in four comes again": Network(12, (Station(2, SIX, {0: 0.25}),)),
    "fewer at night": Network(12, (desk(3, {**SIX, "mean": 9.0}, at_night=2),)),
}
Peers = dict[tuple[str, str], np.ndarray]


@pytest.fixture(scope="module")
def peers() -> Peers:
    ways = {"SimPy": in_simpy, "Ciw": in_ciw}
    return {(name, peer): run(network, RUNS) for name, network in NETWORKS.items() for peer, run in ways.items()}


def compared(peers: Peers, networks: dict[str, Network]) -> dict[tuple[str, str, int], float]:
    """How likely so great a difference is by chance, at each station, and of those who give up."""
    found = {}
    all_of_ours = {name: ours(network, RUNS_OF_OURS) for name, network in networks.items()}
    for (name, peer), theirs in peers.items():
        mine = all_of_ours[name]
        for place in range(theirs.shape[1]):
            if theirs[:, place].any() or mine[:, place].any():
                found[name, peer, place] = float(ttest_ind(mine[:, place], theirs[:, place], equal_var=False).pvalue)
    return found


def test_the_same_networks_come_to_the_same_waits(peers: Peers) -> None:
    found = compared(peers, NETWORKS)
    assert len(found) == 2 * (len(NETWORKS) + 5)
    bound = ERROR_OF_ALL / len(found)
    assert {where: p for where, p in found.items() if p < bound} == {}


def test_a_fifth_more_people_would_be_noticed(peers: Peers) -> None:
    busier = {name: replace(network, an_hour=1.2 * network.an_hour) for name, network in NETWORKS.items()}
    found = compared(peers, busier)
    noticed = {name for (name, _, _), p in found.items() if p < ERROR_OF_ALL / len(found)}
    assert len(noticed) >= len(NETWORKS) - 3
