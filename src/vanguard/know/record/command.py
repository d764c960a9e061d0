"""`vanguard refresh`: from linked source rows to the pages."""

import os
from calendar import monthrange
from datetime import date, datetime, timedelta

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
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    result = refresh_place(Lake(console.home()), clock.now())
    console.report(
        result,
        as_json=as_json,
        words=f"{result['people']:,} people, {result['events']:,} events, "
        f"{result['help_next']:,} to help next; {result['changed']:,} records were rewritten.",
    )


def refresh_place(lake: Lake, now: datetime) -> dict[str, int | str]:
    """Everything that follows from the linked rows, built again and published. Django must be set up."""
    from vanguard import blueprint
    from vanguard.know import population, timeline
    from vanguard.know.record import publish

    blueprints = [blueprint.read(name) for name in blueprint.shipped()]
    month_end = last_month_end(clock.local_date(now))
    steps = [
        ("timelines", lambda: timeline.build(lake, now)),
        ("features and cohorts", lambda: population.build(lake, blueprints, month_end, now)),
    ]
    for _, step in console.progress(steps, what="Refreshing", unit="step"):
        step()
    done = publish(lake, now)
    return {
        "people": done.people,
        "events": lake.rows("event"),
        "features": lake.rows("person_feature"),
        "help_next": done.help_next,
        "changed": done.changed,
        "removed": done.removed,
        "files": done.files,
        "quarantined": done.quarantined,
        "month_end": month_end.isoformat(),
    }


def last_month_end(day: date) -> date:
    """The last day of the last month that was over on `day`."""
    if day.day == monthrange(day.year, day.month)[1]:
        return day
    return day.replace(day=1) - timedelta(days=1)
