"""Who is at work in a demo place and which beds they have, put there as a place would: from lists."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vanguard.own_yaml import data_of

TEAM_FILE = Path(__file__).with_name("demo_team.yaml")


def make_demo_team(today: date, now: datetime) -> tuple[int, int]:
    """Import the demo's beds and shifts; returns how many of each are new."""
    from vanguard.care.beds.reading import import_beds
    from vanguard.care.roster.reading import import_shifts
    from vanguard.directory.models import Team
    from vanguard.web.demo_users import busiest_practice

    told = data_of(TEAM_FILE.read_text("utf-8"))
    home = busiest_practice()
    # Who signs in is the first of their group: they work where the other people of the demo do.
    teams = sorted(Team.objects.all(), key=lambda one: (not home or one.locality_id != home.locality_id, one.code))
    with TemporaryDirectory() as folder:
        beds = _written(Path(folder) / "beds.csv", _beds(told["beds"]))
        shifts = _written(
            Path(folder) / "shifts.csv",
            _shifts(
                told["staff"],
                [one.code for one in teams],
                today - timedelta(days=told["before"]),
                told["before"] + told["days"],
            ),
        )
        return import_beds(beds, now).new, import_shifts(shifts, now).new


def _beds(told: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for one in told["places"]:
        for bed in one["beds"]:
            yield {
                **{name: one[name] for name in ("place", "place_name", "sex", "room")},
                "bed": bed,
                "kind": told["kind"],
                "meets": ";".join(one["meets"]),
            }


def _shifts(staff: Iterable[Mapping[str, Any]], teams: list[str], first: date, days: int) -> Iterator[dict[str, str]]:
    for number, group in enumerate(staff, start=1):
        for place, (name, team) in enumerate(_people(group, teams), start=1):
            for day in (first + timedelta(days=one) for one in range(days)):
                last = day + timedelta(days=group["to"] < group["from"])
                yield {
                    "professional": f"DEMO{number}-{place}",
                    "name": name,
                    **{column: group[column] for column in ("employer", "employer_name", "pool")},
                    "skills": group.get("skill", ""),
                    "team": team,
                    "username": group.get("username", "") if place == 1 else "",
                    "start": f"{day} {group['from']}",
                    "end": f"{last} {group['to']}",
                }


def _people(group: Mapping[str, Any], teams: list[str]) -> Iterable[tuple[str, str]]:
    if group.get("each") == "team":
        return zip(cycle(group["names"]), teams, strict=False)
    return ((name, "") for name in group["names"])


def _written(file: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    listed = list(rows)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    return file
