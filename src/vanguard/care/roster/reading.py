"""Shifts from a list or typed on a page: local times, checked against the blueprints, all mistakes at once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from vanguard.access import Actor
from vanguard.care.roster.models import Shift
from vanguard.care.roster.telling import tell
from vanguard.care.roster.words import words
from vanguard.directory.models import Organisation, Professional, Team
from vanguard.flow import first_instant, last_instant
from vanguard.row_file import Mistakes, read_rows

NEEDED = ("professional", "name", "employer", "pool", "start", "end")
OPTIONAL = ("employer_name", "skills", "team", "username")
LONGEST = {"professional": 60, "name": 200, "employer": 20, "employer_name": 200, "username": 80}
LOCAL = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)")
# A shift so long ago or ahead is a slip of the finger.
FAR = timedelta(days=10 * 366)
LONGEST_SHIFT = timedelta(hours=26)


@dataclass(frozen=True)
class Checked:
    """A row that can be written: its times are instants."""

    line: int
    cells: Mapping[str, str]
    skills: tuple[str, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Imported:
    """How many shifts were new, and were there already."""

    new: int
    same: int


def import_shifts(file: Path, now: datetime, *, by: Actor | None = None) -> Imported:
    """Write the shifts of a CSV file. Raises BadInput with every mistake by line, nothing written."""
    mistakes = Mistakes(str(file))
    rows = [checked for line, row in read_rows(file, NEEDED, OPTIONAL) if (checked := check(row, line, mistakes))]
    return write(rows, mistakes, now, by=by)


def check(row: Mapping[str, str], line: int, mistakes: Mistakes) -> Checked | None:
    """The row with its times as instants; None where something is wrong, which is added to the mistakes."""
    before = len(mistakes.found)
    for column in NEEDED:
        if not row[column]:
            mistakes.add(line, column, "The cell is empty.", do="Every shift needs one.")
    for column, most in LONGEST.items():
        if len(row[column]) > most:
            mistakes.add(line, column, f"The cell has {len(row[column])} letters.", do=f"At most {most}.")
    known = words()
    skills = tuple(sorted({one.strip() for one in row["skills"].split(";") if one.strip()}))
    for skill in skills:
        if skill not in known.skills:
            mistakes.add(line, "skills", f"There is no skill {skill}.", do=f"There are {', '.join(known.skills)}.")
    pool = known.pools.get(row["pool"])
    if row["pool"] and pool is None:
        mistakes.add(line, "pool", f"There is no pool {row['pool']}.", do=f"There are {', '.join(known.pools)}.")
    if pool and pool.local and not row["team"]:
        mistakes.add(line, "team", f"{pool.label} is of one locality.", do="Name its team.")
    if row["team"] and not Team.objects.filter(code=row["team"]).exists():
        do = f"There are {', '.join(Team.objects.order_by('code').values_list('code', flat=True))}."
        mistakes.add(line, "team", f"There is no team {row['team']}.", do=do)
    # As calendars do it: a shift begins at the first instant that bears its time, and ends at the last.
    start = _instant(row, "start", line, mistakes)
    end = _instant(row, "end", line, mistakes)
    if start and end and end <= start:
        mistakes.add(line, "end", "The shift ends before it begins.")
    elif start and end and end - start > LONGEST_SHIFT:
        mistakes.add(line, "end", "The shift is longer than a day.", do="Make two of it.")
    if start is None or end is None or len(mistakes.found) > before:
        return None
    return Checked(line, row, skills, start, end)


@transaction.atomic
def write(rows: Iterable[Checked], mistakes: Mistakes, now: datetime, *, by: Actor | None) -> Imported:
    """Write shifts that are not there yet, their professionals and employers; one that is there stays as it is.

    Raises BadInput with the mistakes found so far, and for every shift that lies across another of the same person.
    """
    rows = list(rows)
    _one_person_of_each(rows, mistakes)
    people = {row.cells["professional"] for row in rows}
    there: dict[str, list[tuple[datetime, datetime, str, str]]] = {}
    for shift in Shift.objects.filter(professional_id__in=people, withdrawn_at=None):
        there.setdefault(shift.professional_id, []).append((shift.start, shift.end, shift.pool, "one on the rota"))
    fresh = []
    for row in rows:
        if abs(row.start - now) > FAR:
            mistakes.add(row.line, "start", f"The year {row.start.year} cannot be right.", do="Check the day.")
        others = there.setdefault(row.cells["professional"], [])
        if (row.start, row.end, row.cells["pool"]) in [one[:3] for one in others]:
            continue
        across = next((one for one in others if one[0] < row.end and row.start < one[1]), None)
        if across:
            what = f"{row.cells['name']} is on another shift then: {across[3]}."
            mistakes.add(row.line, "start", what, do="Nobody is in two places.")
        others.append((row.start, row.end, row.cells["pool"], f"that of line {row.line}"))
        fresh.append(row)
    mistakes.stop()
    for row in rows:
        _bring_up_to_date(row)
    made = Shift.objects.bulk_create(
        Shift(
            professional_id=row.cells["professional"],
            pool=row.cells["pool"],
            team_id=row.cells["team"] or None,
            skills=list(row.skills),
            start=row.start,
            end=row.end,
            entered_by_id=by.user_id if by else None,
            entered_at=now,
        )
        for row in fresh
    )
    tell((one.pk for one in made), now)
    return Imported(len(fresh), len(rows) - len(fresh))


def _one_person_of_each(rows: Iterable[Checked], mistakes: Mistakes) -> None:
    """A code is one person's, and so is a user name, though they may have a code with each employer: whoever has
    another's would be sent, and see records, in their place."""
    names: dict[str, tuple[str, str]] = {}
    wanted = {row.cells["username"] for row in rows} - {""}
    here = Professional.objects.filter(username__in=wanted).exclude(pk__in={row.cells["professional"] for row in rows})
    holders = {username: (name, "on the rota") for username, name in here.values_list("username", "name")}
    for row in rows:
        code, name, username = (row.cells[column] for column in ("professional", "name", "username"))
        other, where = names.setdefault(code, (name, f"in line {row.line}"))
        if other.casefold() != name.casefold():
            mistakes.add(
                row.line, "professional", f"{code} is {other} {where}.", do="Give each person a code of their own."
            )
        holder, where = holders.setdefault(username, (name, f"in line {row.line}")) if username else (name, "")
        if holder.casefold() != name.casefold():
            what = f"{username} is the user name of {holder} {where}."
            mistakes.add(row.line, "username", what, do="Check who signs in so.")


def _bring_up_to_date(row: Checked) -> None:
    cells = row.cells
    employer, _ = Organisation.objects.get_or_create(
        code=cells["employer"], defaults={"name": cells["employer_name"] or cells["employer"]}
    )
    if cells["employer_name"] and employer.name != cells["employer_name"]:
        Organisation.objects.filter(pk=employer.pk).update(name=cells["employer_name"])
    told = {"name": cells["name"], "employer": employer, "skills": list(row.skills)}
    if cells["username"]:
        told["username"] = cells["username"]
    Professional.objects.update_or_create(code=cells["professional"], defaults=told)


def _instant(row: Mapping[str, str], column: str, line: int, mistakes: Mistakes) -> datetime | None:
    if not row[column]:
        return None
    found = LOCAL.fullmatch(row[column])
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute = map(int, found.groups())
        if not (hour < 24 and minute < 60):
            raise ValueError
        which = first_instant if column == "start" else last_instant
        return which(date(year, month, day), hour * 60 + minute)
    except (ValueError, OverflowError):
        mistakes.add(line, column, f"{row[column]} is no local time.", do="Write it like 2026-11-22 07:30.")
        return None
