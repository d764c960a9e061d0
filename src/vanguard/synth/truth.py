"""The truth beside the extracts: who each person is, which record is whose, and what was planted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from vanguard.synth.chance import Ints
from vanguard.synth.columns import Texts, days, ids, texts
from vanguard.synth.days import FOREVER, date_of
from vanguard.synth.effect import Served
from vanguard.synth.households import NOBODY, Households
from vanguard.synth.lives import Lives
from vanguard.synth.margins import practices, small_areas
from vanguard.synth.names import Names
from vanguard.synth.plan import Plan
from vanguard.synth.planted import Planted
from vanguard.synth.records import SLIP, Records, Truth
from vanguard.synth.stays import Stays
from vanguard.synth.write import write_rows

README = """# The truth about this synthetic place
Everything here is invented; nobody in it exists. The extracts in the folder above were written from these
people. `vanguard load` does not read this folder.

| file | one row is |
|---|---|
| `persons.csv` | a person as they truly are on the last day that they lived here |
| `links.csv` | a record of one partner (`source`, `source_id`) and the person that it is about |
| `slips.csv` | one thing about one record that is not as it truly is: what is written, and what is true |
| `alike.csv` | a person who is easily taken for another: a twin, or one of a family who all bear one name |
| `planted.csv` | a row of an extract that is there on purpose: see below |
| `deliveries.csv` | a file: when it came, what it holds (whole, snapshot, delta, resent), from which day, rows |
| `served.csv` | where a service was asked for: a person whom it served, from when until when, and their need |
| `prevented.csv` | where a service was asked for: an emergency admission that would have been |
| `settings.yaml` | what was asked for: people, seed, time, the profile of disorder, the service |

A planted `duplicate` repeats the line `of_line`, a `correction` supersedes it, a `mistake` is like it with an
impossible value in `column` and a key of its own; a `late` row should have come in an earlier file. In a file of
a series, rows of the days that overlap come again as they were, or as they have become since.

Lines are counted from 1, the header being line 1. NHS numbers are of the 999 range, which is never issued,
and where a place has more people than that holds (some 909,000), of 998, 997 and so on down to 990, from which none
have been issued; telephone numbers are of the 01632 area, which is kept for fiction; postcodes are invented.
"""


@dataclass(frozen=True)
class PlantedIn:
    """A planted row with its file and the partner whose file it is."""

    file: str
    source: str
    planted: Planted


def write_truth_of(
    plan: Plan,
    part: int,
    lives: Lives,
    households: Households,
    names: Names,
    true: Truth,
    records: dict[str, Records],
    planted: list[PlantedIn],
    served: Served | None,
    prevented: list[Stays],
) -> dict[str, list[str]]:
    """Write the part's pieces of the truth; returns the header of each file."""
    first = plan.first(part)
    people = person_ids(first, len(lives))
    tables = {
        "persons.csv": _persons(part * plan.people_of_a_part, lives, households, true, people),
        "links.csv": _links(people, records, planted),
        "slips.csv": _slips(records),
        "alike.csv": _alike(people, lives, names),
        "planted.csv": _planted(planted),
    }
    if served:
        tables |= _effect(people, served, prevented)
    for name, columns in tables.items():
        write_rows(plan.piece(f"truth/{name}", part), [pa.table(columns)])
    return {f"truth/{name}": list(columns) for name, columns in tables.items()}


def person_ids(first: int, count: int) -> Texts:
    """The names of so many true persons, in order, after the `first` ones."""
    return ids("T", np.arange(first + 1, first + count + 1), 7)


def settings(plan: Plan) -> dict[str, Any]:
    """What was asked for, as `settings.yaml` tells it."""
    return {
        "people": plan.registered,
        "seed": plan.seed,
        "from": date_of(plan.window.start).isoformat(),
        "until": date_of(plan.window.end).isoformat(),
        "disorder": plan.disorder.model_dump(),
        "effect": plan.effect.model_dump(mode="json") if plan.effect else None,
    }


def _persons(first_household: int, lives: Lives, households: Households, true: Truth, people: Texts) -> dict[str, Any]:
    everyone = np.arange(len(lives))
    last = np.minimum(lives.gone, lives.window.end) - 1
    home = lives.home_on(everyone, last)
    left = (lives.gone < lives.window.end) & (lives.died == FOREVER)
    return {
        "person": pa.array(people),
        "nhs_number": texts(true.nhs_number),
        "given_name": texts(true.given),
        "family_name": texts(true.family),
        "former_family_name": texts(np.array([former or None for former in true.former], dtype=object)),
        "birth_date": texts(true.birth),
        "sex": texts(["male", "female"], lives.female.astype(np.int64)),
        "address": texts(lives.homes.line, home),
        "postcode": texts(lives.homes.postcode, home),
        "practice_code": texts([one.code for one in practices()], lives.practice_on(everyone, last)),
        "lsoa": texts([area.code for area in small_areas()], lives.homes.area[home]),
        "household": pa.array(households.household + first_household),
        "mother": texts(people, lives.mother),
        "came": days(lives.came),
        "left": days(np.where(left, lives.gone, FOREVER)),
        "death_date": days(lives.died),
        "care_home_from": days(np.where(lives.into_care < lives.gone, lives.into_care, FOREVER)),
    }


def _links(people: Texts, records: dict[str, Records], planted: list[PlantedIn]) -> dict[str, Any]:
    """Every record of every partner, also those that only a planted row has."""
    source = np.concatenate([np.full(len(one.person), s, dtype=object) for s, one in records.items()])
    own = np.concatenate([one.id for one in records.values()])
    person: Ints = np.concatenate([one.person for one in records.values()])
    known = [one for one in planted if one.planted.new_record]
    asked = {one.planted.of_record for one in known}
    owner = {id: who for id, who in zip(own, person.tolist(), strict=True) if id in asked} if asked else {}
    source = np.concatenate([source, np.array([one.source for one in known], dtype=object)])
    own = np.concatenate([own, np.array([one.planted.new_record for one in known], dtype=object)])
    theirs = [owner[one.planted.of_record] for one in known]
    person = np.concatenate([person, np.array(theirs, dtype=np.int64)])
    assert NOBODY not in person
    return {"source": texts(source), "source_id": texts(own), "person": texts(people, person)}


def _slips(records: dict[str, Records]) -> dict[str, Any]:
    slips = [slip for one in records.values() for slip in one.slips]
    columns = zip(*slips, strict=True) if slips else ((),) * len(SLIP)
    return {name: texts(list(values)) for name, values in zip(SLIP, columns, strict=True)}


def _alike(people: Texts, lives: Lives, names: Names) -> dict[str, Any]:
    """Twins by their mother and day of birth, and the family of one name."""
    child = np.flatnonzero(lives.mother != NOBODY)
    child = child[np.lexsort((child, lives.birth[child], lives.mother[child]))]
    same = (lives.mother[child[1:]] == lives.mother[child[:-1]]) & (lives.birth[child[1:]] == lives.birth[child[:-1]])
    one, other = child[:-1][same], child[1:][same]
    first = np.repeat(names.alike[:1], max(len(names.alike) - 1, 0))
    return {
        "kind": texts(["twin"] * len(one) + ["one_family"] * len(first)),
        "person": texts(people, np.concatenate([one, first])),
        "with": texts(people, np.concatenate([other, names.alike[1:]])),
    }


def _planted(planted: list[PlantedIn]) -> dict[str, Any]:
    """Lines still counted from 0 within the piece, -1 for none."""
    rows = [one.planted for one in planted]
    return {
        "file": texts([one.file for one in planted]),
        "line": pa.array([one.line for one in rows], pa.int64()),
        "column": texts([one.column or None for one in rows]),
        "value": texts([one.value or None for one in rows]),
        "kind": texts([one.kind for one in rows]),
        "of_line": pa.array([one.of_line for one in rows], pa.int64()),
    }


def _effect(people: Texts, served: Served, prevented: list[Stays]) -> dict[str, dict[str, Any]]:
    person = np.concatenate([one.person for one in prevented])
    day = np.concatenate([one.day for one in prevented])
    order = np.lexsort((day, person))
    return {
        "served.csv": {
            "person": texts(people, served.person),
            "from": days(served.start),
            "until": days(served.end),
            "need": pa.array(served.need.round(3)),
        },
        "prevented.csv": {"person": texts(people, person[order]), "admission": days(day[order])},
    }


def in_place(path: Path, before: dict[str, int]) -> Any:
    """The planted rows of a piece with the lines that they have in the whole files, where the parts before it
    wrote so many rows."""
    names = ["file", "line", "column", "value", "kind", "of_line"]
    kinds = {name: pa.string() for name in names} | {"line": pa.int64(), "of_line": pa.int64()}
    table = arrow_csv.read_csv(
        path,
        arrow_csv.ReadOptions(column_names=names),
        convert_options=arrow_csv.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=[""]),
    )
    offset = np.array([before[str(file)] + 2 for file in table["file"].to_pylist()], dtype=np.int64)
    of_line = table["of_line"].to_numpy()
    table = table.set_column(1, "line", pa.array(table["line"].to_numpy() + offset))
    return table.set_column(5, "of_line", pa.array(of_line + offset, mask=of_line < 0))
