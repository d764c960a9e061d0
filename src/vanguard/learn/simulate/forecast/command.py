"""`vanguard forecast`: the next 6 hours to 7 days of a place, and how earlier forecasts did."""

from typing import Any

import click

from vanguard import clock
from vanguard.console import home, json_option, progress_bar, report
from vanguard.lake import Lake
from vanguard.learn.simulate.forecast.kept import Ahead, kept_forecasts
from vanguard.learn.simulate.forecast.making import make_forecasts
from vanguard.learn.simulate.forecast.waits import make_usual_waits


@click.command()
@json_option
def forecast(as_json: bool) -> None:
    """Forecast who comes and who is in a bed, and score what has come true; `vanguard refresh` does it too."""
    lake, now = Lake(home()), clock.now()
    with progress_bar("Forecasting", total=0, unit="series") as done:
        make_forecasts(lake, now, done=done)
    make_usual_waits(lake, now)
    found = kept_forecasts(lake)
    words = "\n".join(map(_words, found)) or "Not enough is known yet: a forecast needs four weeks of counts."
    report({"forecasts": [_machine(one) for one in found]}, as_json=as_json, words=words)


def _words(one: Ahead) -> str:
    where = "" if one.place == "all" else f" at {one.place}"
    what = f"{one.series}{where}, {one.hours} hours from {one.begins:%Y-%m-%d %H:%M}"
    if not one.shown:
        return f"{what}: withdrawn. {one.why}"
    low, high = one.between(0.8)
    return f"{what}: {one.middle:g}, {low:g} to {high:g} with 80 in 100. {one.why}"


def _machine(one: Ahead) -> dict[str, Any]:
    low, high = one.between(0.8)
    lowest, highest = one.between(0.95)
    return {
        "series": one.series,
        "place": one.place,
        "hours": one.hours,
        "begins": one.begins.isoformat(),
        "ends": one.ends.isoformat(),
        "known_until": one.known_until.isoformat(),
        "median": one.middle,
        "within_80": [low, high],
        "within_95": [lowest, highest],
        "shown": one.shown,
        "why": one.why,
        "record": {
            "forecasts": one.record.forecasts,
            "crps": one.record.crps,
            "naive_crps": one.record.naive_crps,
            "within_80": one.record.within_80,
            "within_95": one.record.within_95,
        },
    }
