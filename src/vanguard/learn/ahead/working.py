"""Working out what was asked for, in a process of its own: pages never wait for it, and it gives way to them."""

import logging
import os
import signal
import threading
import time
from datetime import datetime
from typing import Any

from vanguard import clock
from vanguard.errors import BadInput

EVERY = 0.5
LONGEST = 60.0
"""Seconds after which no further replication is begun, and what breaks first is looked for no further."""

LONGEST_SEARCH = 180.0
"""Seconds after which no further number of staff or beds is tried."""

NICE = 10
log = logging.getLogger(__name__)


def work() -> None:
    """Go on until the process that began this is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    parent = os.getppid()
    from django.db import close_old_connections

    while os.getppid() == parent:
        busy = one_trial(clock.now())
        close_old_connections()
        if not busy:
            time.sleep(EVERY)


def one_trial(now: datetime) -> bool:
    """Work out the next that waits. Returns whether there was one."""
    from vanguard.learn.ahead.trying import end, take

    try:
        one = take(now)
        if one is None:
            return False
        found, problem = None, ""
        try:
            found = _worked_out(one)
        except BadInput as refused:
            problem = str(refused)
        except Exception:
            log.exception("A trial failed.")
            problem = "It could not be worked out. Whoever runs the service finds the reason in its log."
        end(one, found, problem, clock.now())
    except Exception:
        log.exception("A trial could not be taken.")
        return False
    return True


def _worked_out(one: Any) -> dict[str, Any]:
    from vanguard.learn.ahead.models import Trial
    from vanguard.learn.ahead.place import simulated_blueprints

    blueprint = next((each for each in simulated_blueprints() if each.id == one.blueprint), None)
    if blueprint is None:
        raise BadInput(f"This place does not run {one.blueprint} any more.")
    if one.learned:
        from vanguard.learn.simulate.live import as_it_runs

        blueprint = as_it_runs(blueprint, one.learned)
    done = 0
    lock = threading.Lock()
    result: list[dict[str, Any]] = []
    failed: list[BaseException] = []

    def count(runs: int) -> None:
        nonlocal done
        with lock:
            done += runs

    def calculate() -> None:
        try:
            result.append(_result(one, blueprint, count))
        except BaseException as error:
            failed.append(error)

    # Database connections belong to one thread: this one tells how far the other is.
    worker = threading.Thread(target=calculate, daemon=True)
    worker.start()
    told = 0
    while worker.is_alive():
        worker.join(EVERY)
        if done != told:
            told = done
            Trial.objects.filter(pk=one.pk).update(done=told)
    if failed:
        raise failed[0]
    return result[0]


def _result(one: Any, blueprint: Any, count: Any) -> dict[str, Any]:
    from vanguard.learn.ahead.trying import DAYS, LEARNED, REPLICATIONS, STAFFING, YEARS
    from vanguard.learn.simulate import assumed_under, service_of, simulate, staffing, summary

    scenario, values = one.scenario or None, one.values
    if one.kind == YEARS:
        return _years(blueprint, scenario, count)
    if one.kind == LEARNED:
        return _learned(blueprint, count)
    if one.kind == STAFFING:
        service = service_of(blueprint, scenario, DAYS, values)
        last = time.monotonic() + LONGEST_SEARCH
        assumed = assumed_under(blueprint, scenario, values)
        return staffing(service, assumed, done=count, enough=lambda: time.monotonic() > last)
    until = time.monotonic() + LONGEST
    run = simulate(
        blueprint,
        scenario,
        replications=REPLICATIONS,
        days=DAYS,
        values=values,
        done=count,
        enough=lambda: time.monotonic() > until,
    )
    return summary(run)


def _learned(blueprint: Any, count: Any) -> dict[str, Any]:
    """How the service really runs beside what is assumed of it."""
    from django.conf import settings

    from vanguard.lake import Lake
    from vanguard.learn.ahead.trying import DAYS, LEARNED_DAYS, LEARNED_RUNS, written
    from vanguard.learn.simulate import service_under
    from vanguard.learn.simulate.live import calibrate, learn

    shown = learn(Lake(settings.PLACE), blueprint.pathways, clock.now(), LEARNED_DAYS)
    found = calibrate(
        lambda assumed: service_under(blueprint, assumed, DAYS),
        blueprint.pathways,
        blueprint.simulate.under(),
        shown,
        replications=LEARNED_RUNS,
        done=count,
    )
    return {
        "of": written(blueprint),
        "since": shown.since.isoformat(),
        "until": shown.until.isoformat(),
        "changed": found.changed,
        "said": list(found.said),
        "promises": [vars(promise) for promise in found.promises],
        "steps": [vars(step) for step in found.steps],
    }


def _years(blueprint: Any, future: str | None, count: Any) -> dict[str, Any]:
    """Everybody over years: counted in this place's lake where it knows a year, else as the blueprint states."""
    from vanguard.learn.ahead.place import last_month_known
    from vanguard.learn.ahead.trying import TEN_YEARS, YEARS_RUNS
    from vanguard.learn.simulate.population import chain, findings, kept, measured, model_of, observe

    stated = blueprint.simulate.population
    basis = (
        "As the blueprint states it: this place's own data do not know a whole year yet. "
        f"The years are the blueprint's, from {stated.first_year}."
    )
    model = model_of(stated)
    if last_month_known():
        from django.conf import settings

        from vanguard.lake import Lake
        from vanguard.web.presenters import day

        try:
            seen = observe(Lake(settings.PLACE), stated)
            model = measured(stated, seen)
            basis = (
                f"Who is where, and how often people move, counted in this place's own data of the year from "
                f"{day(seen.first)}. The years below are numbered as the blueprint numbers its plan: "
                f"{stated.first_year} stands for the year that begins on {day(seen.past)}."
            )
        except BadInput as problem:
            basis = f"As the blueprint states it, from {stated.first_year}. {problem}"
    found = chain(model, future, years=TEN_YEARS, replications=YEARS_RUNS, done=count)
    return kept(findings(found, future), basis)
