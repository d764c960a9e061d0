"""The simulation against queueing theory, on the means of replications.

All comparisons together may fail once in a thousand runs if all is well (Bonferroni), and the seeds are fixed.
"""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
from tests.learn.simulate.services import assumed, file_of, resource, service

from vanguard.learn.simulate import Line, waiting
from vanguard.learn.simulate.findings import share_of
from vanguard.learn.simulate.intervals import quantile
from vanguard.learn.simulate.plan import Service
from vanguard.learn.simulate.run import replicate

RUNS = 24
ERROR_OF_ALL = 0.001
EXPONENTIAL = {"kind": "exponential", "mean": 6.0}


def one_line(an_hour: float, spread: dict[str, object], servers: int, **more: object) -> Service:
    steps = {"help": {"by": "helper", "next": "out"}}
    return service(
        file_of(steps, {"helper": resource()}), assumed(an_hour, {"help": spread}, {"helper": servers}, **more)
    )


def mean_waits(tested: Service) -> np.ndarray:
    """The mean wait in minutes, for each replication and step."""
    tally = replicate(tested, RUNS).tallies
    return share_of(tally.waits[:, :, 1], tally.waits[:, :, 0])


def single(rate: float, mean: float, square: float) -> float:
    """M/G/1, by Pollaczek and Khinchine: the mean wait."""
    return rate * square / (2 * (1 - rate * mean))


def compared() -> Iterator[tuple[str, np.ndarray, float]]:
    """What was simulated, a value for each replication, and what theory says."""
    for servers, an_hour in ((1, 7.0), (3, 25.5), (8, 72.0)):
        found = mean_waits(one_line(an_hour, EXPONENTIAL, servers))[:, 0]
        theory = waiting(Line(Decimal(an_hour), Decimal(6), servers, Decimal(1)))
        yield f"M/M/{servers}", found, float(theory.mean_wait or 0)

    rate = 7 / 60
    yield "M/D/1", mean_waits(one_line(7, {"kind": "fixed", "value": 6.0}, 1))[:, 0], single(rate, 6, 36)
    gamma = {"kind": "gamma", "mean": 6.0, "sd": 9.0}
    yield "M/G/1 gamma", mean_waits(one_line(6, gamma, 1))[:, 0], single(0.1, 6, 36 + 81)
    lognormal = {"kind": "lognormal", "mean": 6.0, "sd": 4.0}
    yield "M/G/1 lognormal", mean_waits(one_line(7, lognormal, 1))[:, 0], single(rate, 6, 36 + 16)
    triangular = {"kind": "triangular", "low": 1.0, "mode": 2.0, "high": 15.0}
    square = 6**2 + (1 + 4 + 225 - 2 - 30 - 15) / 18
    yield "M/G/1 triangular", mean_waits(one_line(7, triangular, 1))[:, 0], single(rate, 6, square)
    even = {"kind": "uniform", "low": 2.0, "high": 10.0}
    yield "M/G/1 uniform", mean_waits(one_line(7, even, 1))[:, 0], single(rate, 6, 36 + 64 / 12)

    patient = {"patience": {"line": {"minutes": {"kind": "exponential", "mean": 10.0}}}}
    tally = replicate(one_line(40, EXPONENTIAL, 4, **patient), RUNS).tallies
    given_up = tally.gave_up[:, 0] / tally.received[:, 0]
    erlang_a = waiting(Line(Decimal(40), Decimal(6), 4, Decimal(1), Decimal(10)))
    yield "Erlang A, who give up", given_up, float(erlang_a.p_abandon or 0)

    tally = replicate(left_at_any_time(), RUNS).tallies
    gone = tally.ends[:, 1, 0] / tally.ends[:, :, 0].sum(axis=1)
    yield "M/M/1 left at any time", gone, present(7 / 60, 1 / 6, 1 / 30) / 30 / (7 / 60)

    waits = mean_waits(two_classes())
    first, rest = waits[:, 1], waits[:, 2]
    left = rate * 72 / 2  # the work in hand that an arrival finds: rate times half the mean square
    yield "the urgent, M/M/1 by priority", first, left / (1 - 0.4 * rate * 6)
    yield "the others, M/M/1 by priority", rest, left / ((1 - 0.4 * rate * 6) * (1 - rate * 6))

    steps = {"first": {"by": "helper", "next": "then"}, "then": {"by": "other", "next": "out"}}
    file = file_of(steps, {"helper": resource(), "other": resource()})
    minutes = {"first": EXPONENTIAL, "then": {"kind": "exponential", "mean": 14.0}}
    waits = mean_waits(service(file, assumed(7, minutes, {"helper": 1, "other": 2})))
    for place, (mean, servers) in enumerate(((6, 1), (14, 2))):  # by Burke's theorem each as if alone
        theory = waiting(Line(Decimal(7), Decimal(mean), servers, Decimal(1)))
        yield f"tandem, queue {place + 1}", waits[:, place], float(theory.mean_wait or 0)


def left_at_any_time() -> Service:
    """One line that people leave after half an hour on average, waiting or being helped."""
    file = file_of({"help": {"by": "helper", "next": "out"}}, {"helper": resource()}, ends={"left": {"from": "any"}})
    leave = {"share": 1.0, "after_days": {"kind": "exponential", "mean": 1 / 48}}
    return service(file, assumed(7, {"help": EXPONENTIAL}, {"helper": 1}, ends={"line": {"left": leave}}))


def present(comes: float, helped: float, leaves: float) -> float:
    """How many are there on average, where each leaves by themselves at a rate: a chain of births and deaths."""
    ways = np.cumprod([1.0, *(comes / (helped + n * leaves) for n in range(1, 60))])
    return float((ways * np.arange(60)).sum() / ways.sum())


def two_classes() -> Service:
    """Two in five are urgent: their promise falls due long before any other."""
    clocks = {
        "now": {"within": "PT1M", "start": "received", "stop": "urgent.finished"},
        "later": {"within": "PT9999H", "start": "received", "stop": "other.finished"},
    }
    rules = [{"when": "pressing", "to": "urgent"}, {"to": "other"}]
    steps = {
        "sort": {"by": "sorter", "asks": ["pressing"], "next": rules},
        "urgent": {"by": "helper", "clock": "now", "next": "out"},
        "other": {"by": "helper", "clock": "later", "next": "out"},
    }
    questions = {"pressing": {"label": "Does it press", "kind": "yes_no", "source": {"cites": "tests"}}}
    file = file_of(steps, {"sorter": resource(), "helper": resource()}, clocks=clocks, questions=questions)
    minutes = {"sort": {"kind": "fixed", "value": 0.0}, "urgent": EXPONENTIAL, "other": EXPONENTIAL}
    shares = {"answers": {"pressing": {"shares": {"yes": 0.4, "no": 0.6}}}}
    return service(file, assumed(7, minutes, {"sorter": 1000, "helper": 1}, **shares))


def test_queues_are_as_long_as_theory_says() -> None:
    cases = list(compared())
    bound = quantile(RUNS - 1, 1 - ERROR_OF_ALL / len(cases))
    off = {
        name: (found.mean(), theory)
        for name, found, theory in cases
        if abs(found.mean() - theory) > bound * found.std(ddof=1) / np.sqrt(RUNS)
    }
    assert len(cases) == 14
    assert off == {}
    # The comparison can fail: theory that is wrong by a fifth is found out for nearly all of them.
    missed = [n for n, f, t in cases if abs(f.mean() - 1.2 * t) <= bound * f.std(ddof=1) / np.sqrt(RUNS)]
    assert len(missed) <= 4
