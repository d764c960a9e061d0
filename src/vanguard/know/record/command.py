"""`vanguard refresh`: from linked source rows to the pages."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import click
import django

from vanguard import clock, console
from vanguard.lake import Lake


@click.command()
@console.json_option
def refresh(as_json: bool) -> None:
    """Rebuild timelines, features and cohorts from what was loaded, and show them on the pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vanguard.web.settings")
    django.setup()
    from vanguard import service_tables

    home = console.home()
    home.mkdir(parents=True, exist_ok=True, mode=0o750)
    service_tables.bring_up_to_date()
    result = refresh_place(Lake(home), clock.now())
    words = "{people:,} people, {events:,} events, {help_next:,} to help next; {changed:,} records rewritten."
    console.report(result, as_json=as_json, words=words.format(**result))


def refresh_place(lake: Lake, now: datetime) -> dict[str, Any]:
    """Do the `refresh_steps`; returns what the command reports. Django must be set up and its tables made."""
    steps = refresh_steps(lake, now)
    found = {name: step() for name, step in console.progress(steps.items(), what="Refreshing", unit="step")}
    done, kept = found["records"], found["evaluations"]
    return {
        "people": done.people,
        "events": lake.rows("event"),
        "events_for_analysis": found["twins"].events,
        "features": lake.rows("person_feature"),
        "help_next": done.help_next,
        "changed": done.changed,
        "removed": done.removed,
        "files": done.files,
        "quarantined": done.quarantined,
        "evaluations": len(kept),
        "verdicts": sum(one.state == "verdict" for one in kept),
        "month_end": found["features"].month_end.isoformat(),
    }


def refresh_steps(lake: Lake, now: datetime) -> dict[str, Callable[[], Any]]:
    """What a refresh does, by name and in order: build the timelines, the features at the last month end that is known
    and the cohorts of the place's blueprints, make the forecasts, publish, and judge the evaluations whose time has
    come. A month is known when it is over and an extract was made after it. Where measures have once been asked for,
    they follow."""
    from vanguard import blueprint
    from vanguard.access import sensitive_codes
    from vanguard.directory import write_practices
    from vanguard.know import population, timeline
    from vanguard.know.record import publish
    from vanguard.know.record.restricting import write_restrictions
    from vanguard.know.record.twins import make_twins
    from vanguard.learn import evaluate, measure
    from vanguard.learn.simulate import forecast

    month_end = population.last_month_end(_known_until(lake, now))
    blueprints = blueprint.adopted(lake.folder.parent)
    measures = {"measures": lambda: measure.build(lake, blueprints, month_end, now)}
    return {
        "restrictions": lambda: write_restrictions(lake, now),
        "practices": lambda: write_practices(lake, now),
        "timelines": lambda: timeline.build(lake, now),
        "features": lambda: population.build(lake, blueprints, month_end, now, sensitive=sensitive_codes()),
        "forecasts": lambda: forecast.make_forecasts(lake, now),
        "usual waits": lambda: forecast.make_usual_waits(lake, now),
        **(measures if lake.rows("measure_point") else {}),
        "twins": lambda: make_twins(lake, now),
        "records": lambda: publish(lake, now),
        "evaluations": lambda: list(evaluate.keep_evaluations(lake, blueprints, now)),
    }


def _known_until(lake: Lake, now: datetime) -> date:
    """The local day of the latest extract, of which nothing later is known; today if there is none."""
    with lake.connect(only=["received_file"]) as con:
        latest = con.execute("SELECT max(extracted_at) FROM received_file").fetchall()[0][0]
    return clock.local_date(min(now, latest.replace(tzinfo=UTC)) if latest else now)
