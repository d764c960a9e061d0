"""What every extract is made of: its columns, and on which days its rows and the ends of what they tell are known."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vanguard.synth.chance import Ints, Stream
from vanguard.synth.columns import Columns, numbered, texts
from vanguard.synth.disorder import Disorder
from vanguard.synth.lives import Lives
from vanguard.synth.records import Records, without_number

SEX = ["male", "female"]
KEYS_OF_A_PART = 100_000_000


@dataclass(frozen=True)
class Extract:
    """One extract: its columns; the day on which each row is first known; and for columns that are filled
    later (an end, what follows from it) the day on which each row's value is. In a series of deliveries one
    that is a `snapshot` comes whole each time; where it tells only what `runs`, a row whose value of that column
    has come to be known is no longer in it. Days are numbers."""

    columns: Columns
    begins: Ints
    later: dict[str, Ints] = field(default_factory=dict)
    snapshot: bool = False
    runs: str = ""


@dataclass(frozen=True)
class Desk:
    """What a partner writes with: chance, everyone's lives, its records of them, the part of the place and
    the disorder."""

    rng: Stream
    lives: Lives
    records: Records
    part: int
    disorder: Disorder

    def keys(self, prefix: str, count: int) -> Any:
        """Keys of so many rows, which no other part has."""
        return numbered(prefix, self.part * KEYS_OF_A_PART + 1, count)

    def nhs_numbers(self, record: Ints) -> Any:
        """The NHS number of each row, or nothing where the row or the record lacks it."""
        missing = without_number(self.rng, len(record), self.disorder)
        return texts(self.records.nhs_number, np.where(missing, -1, record))

    def postcodes(self, record: Ints, home: Ints) -> Any:
        """The postcode of each row: that of its home, or what the record says instead."""
        known = len(self.lives.homes.postcode)
        instead = np.array([value is not None for value in self.records.postcode], dtype=bool)[record]
        both = np.concatenate([self.lives.homes.postcode, self.records.postcode])
        return texts(both, np.where(instead, known + record, home))

    def person(self, person: Ints, day: Ints, names: tuple[str, ...]) -> Columns:
        """Who each row is about, under these column names: number, NHS number, given name, family name,
        date of birth, sex, postcode. An empty name leaves the column out."""
        record = self.records.of(self.rng, person)
        columns = (
            texts(self.records.id, record),
            self.nhs_numbers(record),
            texts(self.records.given, record),
            texts(self.records.family, record),
            texts(self.records.birth, record),
            texts(SEX, self.lives.female[person].astype(np.int64)),
            self.postcodes(record, self.lives.home_on(person, day)),
        )
        return {name: column for name, column in zip(names, columns, strict=True) if name}
