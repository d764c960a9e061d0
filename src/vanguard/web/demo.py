"""Making a demo place: synthetic partners' extracts, loaded, linked, refreshed, with its sign-ins.

Each step is safe to repeat, and its name is written down once it is done: a place left half-made is finished.
"""

import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.lake import Lake

SEED = 2015


@dataclass
class Progress:
    """What `demo.json` in the place says: how many people, and which steps are done."""

    people: int
    seed: int = SEED
    done: list[str] = field(default_factory=list)

    def save(self, place: Path) -> None:
        scratch = place / "demo.json.part"
        scratch.write_text(json.dumps(asdict(self)))
        scratch.replace(place / "demo.json")


def make_demo_place(
    place: Path, people: int | None, now: datetime, say: Callable[[str], None], prepare: Callable[[], None]
) -> None:
    """Make what is missing of the demo place; `say` gets one line for each step done.

    `prepare` starts the service's tables, once it is known that the place may be used.
    Raises BadInput for a place that holds something else, or has another number of people than asked for.
    """
    progress = _begin(place, people)
    prepare()
    begun = time.monotonic()
    steps = [step for step in _steps(place, progress, now) if step[0] not in progress.done]
    for number, (name, words, step) in enumerate(steps, start=1):
        started = time.monotonic()
        result = step()
        progress.done.append(name)
        progress.save(place)
        say(f"{number} of {len(steps)}  {words:<34} {time.monotonic() - started:6.1f} s  {result}")
    if steps:
        say(f"The place is ready after {time.monotonic() - begun:.1f} s in all.")


def _begin(place: Path, people: int | None) -> Progress:
    notes = place / "demo.json"
    if notes.exists():
        progress = Progress(**json.loads(notes.read_text()))
        if people not in (None, progress.people):
            raise BadInput(
                f"This demo place has {progress.people:,} people, not {people:,}.",
                where=str(place),
                do="Remove the folder, or name another one in VANGUARD_HOME.",
            )
        return progress
    if (place / "lake").exists() or (place / "service.sqlite3").exists():
        raise BadInput(
            "This place was not made by the demo, so the demo leaves it alone.",
            where=str(place),
            do="Use `vanguard serve`, or name another folder in VANGUARD_HOME.",
        )
    place.mkdir(parents=True, exist_ok=True)
    progress = Progress(20_000 if people is None else people)
    progress.save(place)
    return progress


def _steps(place: Path, progress: Progress, now: datetime) -> tuple[tuple[str, str, Callable[[], str]], ...]:
    """Name, words and work of each step, in order. Rooms are imported when their step runs."""
    lake = Lake(place)
    extracts = place / "extracts"

    def synth() -> str:
        from vanguard.synth import make_place

        # What an interrupted run left is ours to remove.
        with suppress(FileNotFoundError):
            shutil.rmtree(extracts)
        make_place(progress.people, progress.seed, local_date(now), extracts)
        return f"{progress.people:,} people"

    def load() -> str:
        from vanguard.know.intake import load

        loaded = load(lake, extracts, now)
        return f"{loaded.rows:,} rows: {loaded.accepted:,} accepted, {loaded.quarantined:,} quarantined"

    def link() -> str:
        from vanguard.know.identity import link

        link(lake, now)
        return f"{lake.rows('person'):,} persons from {lake.rows('person_link'):,} source persons"

    def directory() -> str:
        from vanguard.directory import fill
        from vanguard.learn.measure import write_small_areas
        from vanguard.synth.margins import hospitals, localities, practices, small_areas

        filled = fill(localities(), practices(), hospitals())
        write_small_areas(lake, {area.code: area.imd_decile for area in small_areas()}, now)
        return f"{filled.practices} practices in {filled.localities} localities"

    def refresh() -> str:
        from vanguard.know.record.command import refresh_place

        refreshed = refresh_place(lake, now)
        return f"{refreshed['events']:,} events, {refreshed['help_next']:,} people to help next"

    def users() -> str:
        from vanguard.web.demo_users import DEMO_USERS, make_demo_users

        make_demo_users()
        return f"{len(DEMO_USERS)} sign-ins"

    def measures() -> str:
        from vanguard.blueprint import adopted
        from vanguard.learn import evaluate, measure

        if month_end := measure.known_until(lake):
            measure.build(lake, adopted(place), month_end, now)
        kept = list(evaluate.keep_evaluations(lake, adopted(place), now))
        return f"{lake.rows('measure_point'):,} points, {len(kept)} evaluations written down"

    def team() -> str:
        from vanguard.web.demo_team import make_demo_team

        beds, shifts = make_demo_team(local_date(now), now)
        return f"{beds} beds, {shifts:,} shifts"

    return (
        ("synth", "Making the partners' extracts", synth),
        ("load", "Loading them", load),
        ("link", "Finding out who is who", link),
        ("directory", "Filling the directory", directory),
        ("refresh", "Histories, features and lists", refresh),
        ("measures", "Counting measures", measures),
        ("users", "Making the sign-ins", users),
        ("team", "Beds and who is at work", team),
    )


def demo_settings() -> None:
    """Tell this process and its workers that this is a demo place."""
    os.environ["VANGUARD_DEMO"] = "1"
