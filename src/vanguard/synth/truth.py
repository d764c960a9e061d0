"""The truth beside the extracts: who each person is, which record is whose, and what was planted."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from vanguard.synth.chance import Ints
from vanguard.synth.days import FOREVER
from vanguard.synth.disorder import Records, Truth
from vanguard.synth.households import NOBODY, Households
from vanguard.synth.lives import Lives
from vanguard.synth.margins import practices, small_areas
from vanguard.synth.write import Planted, days, texts, write_table

README = """# The truth about this synthetic place
Everything here is invented; nobody in it exists. The extracts in the folder above were written from these
people. `vanguard load` does not read this folder.

| file | one row is |
|---|---|
| `persons.csv` | a person as they truly are on the last day that they lived here |
| `links.csv` | a record of one partner (`source`, `source_id`) and the person that it is about |
| `planted.csv` | a row that ends an extract on purpose: see below |

A planted `duplicate` repeats the line `of_line`, a `correction` supersedes it, and a `mistake` is like it
with an impossible value in `column` and a key of its own.

Lines are counted from 1, the header being line 1. NHS numbers are of the 999 range, which is never issued;
telephone numbers are of the 01632 area, which is kept for fiction; postcodes are invented.
"""


def write_truth(
    folder: Path,
    lives: Lives,
    households: Households,
    true: Truth,
    records: dict[str, Records],
    planted: list[Planted],
) -> None:
    """Write the three files and their README."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(README, encoding="utf-8")
    people = np.arange(len(lives))
    names = person_ids(len(lives))
    last = np.minimum(lives.gone, lives.window.end) - 1
    home = lives.home_on(people, last)
    left = (lives.gone < lives.window.end) & (lives.died == FOREVER)
    persons = {
        "person": pa.array(names),
        "nhs_number": texts(true.nhs_number),
        "given_name": texts(true.given),
        "family_name": texts(true.family),
        "former_family_name": texts(np.array([former or None for former in true.former], dtype=object)),
        "birth_date": texts(true.birth),
        "sex": texts(["male", "female"], lives.female.astype(np.int64)),
        "address": texts(lives.homes.line, home),
        "postcode": texts(lives.homes.postcode, home),
        "practice_code": texts([one.code for one in practices()], lives.practice_on(people, last)),
        "lsoa": texts([area.code for area in small_areas()], lives.homes.area[home]),
        "household": pa.array(households.household),
        "mother": texts(names, lives.mother),
        "came": days(lives.came),
        "left": days(np.where(left, lives.gone, FOREVER)),
        "death_date": days(lives.died),
        "care_home_from": days(np.where(lives.into_care < lives.gone, lives.into_care, FOREVER)),
    }
    write_table(folder / "persons.csv", pa.table(persons))
    write_table(folder / "links.csv", pa.table(_links(names, records, planted)))
    columns = ("file", "line", "column", "value", "kind", "of_line")
    rows = {column: [getattr(one, column) or None for one in planted] for column in columns}
    write_table(folder / "planted.csv", pa.table(rows))


def person_ids(count: int) -> list[str]:
    """The names of the true persons, in order."""
    return [f"T{number:07d}" for number in range(1, count + 1)]


def _links(names: list[str], records: dict[str, Records], planted: list[Planted]) -> dict[str, object]:
    """Every record of every partner, also those that only a planted row has."""
    source = np.concatenate([np.full(len(one.person), s, dtype=object) for s, one in records.items()])
    ids = np.concatenate([one.id for one in records.values()])
    person: Ints = np.concatenate([one.person for one in records.values()])
    number = dict(zip(records["gp"].id, records["gp"].person, strict=True))
    known = [one for one in planted if one.new_record]
    source = np.concatenate([source, np.full(len(known), "gp", dtype=object)])
    ids = np.concatenate([ids, np.array([one.new_record for one in known], dtype=object)])
    person = np.concatenate([person, np.array([number[one.of_record] for one in known], dtype=np.int64)])
    assert NOBODY not in person
    return {"source": texts(source), "source_id": texts(ids), "person": texts(names, person)}
