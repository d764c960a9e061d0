"""Beds from a list or typed on a page: checked against the blueprints, all mistakes at once, then written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from vanguard.access import Actor
from vanguard.care.beds.kinds import kinds
from vanguard.care.beds.matching import ANY, SEXES
from vanguard.care.beds.models import Bed, BedChange
from vanguard.care.beds.status import CLOSED, HELD, OCCUPIED, OPEN
from vanguard.directory.models import Locality, PlaceOfCare
from vanguard.errors import BadInput
from vanguard.row_file import Mistakes, read_rows

NEEDED = ("place", "bed", "kind")
OPTIONAL = ("place_name", "locality", "room", "sex", "meets", "status", "why")
LONGEST = {"place": 40, "place_name": 200, "room": 80, "bed": 80, "why": 500}
NEW = "Put on the list"


@dataclass(frozen=True)
class Imported:
    """How many beds were new, brought up to date, and stayed as they were."""

    new: int
    changed: int
    same: int


def import_beds(file: Path, now: datetime, *, by: Actor | None = None) -> Imported:
    """Write the beds of a CSV file. Raises BadInput with every mistake by line, nothing written."""
    mistakes = Mistakes(str(file))
    rows = list(read_rows(file, NEEDED, OPTIONAL))
    checked = [row for line, row in rows if check(row, line, mistakes)]
    _no_twins(rows, mistakes)
    mistakes.stop()
    return write(checked, now, by=by)


def check(row: Mapping[str, str], line: int, mistakes: Mistakes) -> bool:
    """Whether a row can be written; what cannot is added to the mistakes."""
    before = len(mistakes.found)
    for column in NEEDED:
        if not row[column]:
            mistakes.add(line, column, "The cell is empty.", do="Every bed needs one.")
    for column, most in LONGEST.items():
        if len(row[column]) > most:
            mistakes.add(line, column, f"The cell has {len(row[column])} letters.", do=f"At most {most}.")
    known = kinds()
    kind = known.get(row["kind"])
    if row["kind"] and kind is None:
        do = f"There are {', '.join(known)}." if known else "The blueprints of this place have no beds."
        mistakes.add(line, "kind", f"There is no kind of bed {row['kind']}.", do=do)
    if (row["sex"] or ANY) not in (*SEXES, ANY):
        mistakes.add(line, "sex", f"{row['sex']} is none of female, male and any.")
    for need in _needs(row):
        if kind and need not in kind.needs:
            mistakes.add(line, "meets", f"There is no need {need}.", do=f"There are {', '.join(kind.needs) or 'none'}.")
    if row["locality"] and not Locality.objects.filter(code=row["locality"]).exists():
        do = f"There are {', '.join(Locality.objects.order_by('code').values_list('code', flat=True))}."
        mistakes.add(line, "locality", f"There is no locality {row['locality']}.", do=do)
    if (row["status"] or OPEN) not in (OPEN, CLOSED):
        mistakes.add(line, "status", "A new bed is open or closed.", do="The rest is done on its page.")
    if row["status"] == CLOSED and not row["why"]:
        mistakes.add(line, "why", "There is no reason why the bed is closed.")
    return len(mistakes.found) == before


@transaction.atomic
def write(rows: Iterable[Mapping[str, str]], now: datetime, *, by: Actor | None) -> Imported:
    """Beds that are not there yet begin open, or closed; of the others the place, sex and needs are brought up to date.

    Nothing is removed, and no bed changes its status. Raises BadInput where one that is taken would change whom it
    is for, or a room would have beds for different sexes.
    """
    rooms = set()
    counts = {"new": 0, "changed": 0, "same": 0}
    for row in rows:
        place, _ = PlaceOfCare.objects.get_or_create(
            code=row["place"], defaults={"name": row["place_name"] or row["place"]}
        )
        told = {"name": row["place_name"], "locality_id": row["locality"]}
        PlaceOfCare.objects.filter(pk=place.pk).update(**{name: value for name, value in told.items() if value})
        wanted = {"kind": row["kind"], "sex": row["sex"] or ANY, "meets": sorted(set(_needs(row)))}
        bed = Bed.objects.select_for_update().filter(place=place, room=row["room"], name=row["bed"]).first()
        if bed is None:
            status = row["status"] or OPEN
            bed = Bed.objects.create(
                place=place, room=row["room"], name=row["bed"], changes=1, status=status, since=now, **wanted
            )
            BedChange.objects.create(
                bed=bed,
                number=0,
                status=status,
                at=now,
                why=row["why"] or NEW,
                by_id=by.user_id if by else None,
                role=by.role.id if by else "",
                recorded_at=now,
            )
            counts["new"] += 1
        elif any(getattr(bed, name) != value for name, value in wanted.items()):
            if bed.status in (HELD, OCCUPIED):
                what = f"{place.name}, {bed} is {bed.status}, and the list changes whom it is for."
                raise BadInput(what, do="Change it when the bed is free.")
            Bed.objects.filter(pk=bed.pk).update(**wanted)
            counts["changed"] += 1
        else:
            counts["same"] += 1
        if row["room"]:
            rooms.add((place, row["room"]))
    for place, room in rooms:
        if Bed.objects.filter(place=place, room=room).values("sex").distinct().count() > 1:
            what = f"{place.name}, {room} would have beds for people of different sexes."
            raise BadInput(what, do="Give all its beds one sex, in one list, or name another room.")
    return Imported(**counts)


def _needs(row: Mapping[str, str]) -> list[str]:
    return [one.strip() for one in row["meets"].split(";") if one.strip()]


def _no_twins(rows: Iterable[tuple[int, Mapping[str, str]]], mistakes: Mistakes) -> None:
    """Every bed once; and the beds of one room for the same sex."""
    beds: dict[tuple[str, ...], int] = {}
    rooms: dict[tuple[str, ...], tuple[int, str]] = {}
    for line, row in rows:
        bed, room, sex = (row["place"], row["room"], row["bed"]), (row["place"], row["room"]), row["sex"] or ANY
        if beds.setdefault(bed, line) != line:
            mistakes.add(line, "bed", f"The bed stands in line {beds[bed]} already.")
        first, theirs = rooms.setdefault(room, (line, sex)) if row["room"] else (line, sex)
        if theirs != sex:
            mistakes.add(line, "sex", f"The bed of line {first} in the same room is for another sex.")
