"""What each partner keeps of the people it knows: its own numbers, and what its typing made of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Bools, Ints, Stream
from vanguard.synth.columns import Texts, ids
from vanguard.synth.disorder import (
    Disorder,
    exchange_day_and_month,
    look_alike,
    mistype,
    mistype_date,
    mistype_postcode,
    plain_letters,
)
from vanguard.synth.households import NOBODY
from vanguard.synth.lives import Lives
from vanguard.synth.names import Names

PREFIX = {
    "gp": "G",
    "acute": "R",
    "community": "C",
    "social_care": "P",
    "mental_health": "M",
    "ambulance": "V",
    "nhs_111": "L",
    "care_home": "H",
}


SLIP = ("source", "source_id", "kind", "column", "written", "true")
"""One thing about one record that is not as it truly is."""
Slip = tuple[str, str, str, str, str | None, str | None]


@dataclass(frozen=True)
class Records:
    """The people that one partner knows, one row a record. `number_of` is each person's record (NOBODY if
    the partner does not know them) and `second` another that some have. `postcode` is None where a row
    shows the address of its day; `nhs_number` None where the partner lacks it."""

    person: Ints
    id: Texts
    nhs_number: Texts
    given: Texts
    family: Texts
    birth: Texts
    postcode: Texts
    number_of: Ints
    second: Ints
    slips: tuple[Slip, ...]

    def of(self, rng: Stream, person: Ints) -> Ints:
        """The record under which each row about these people is written."""
        second = self.second[person]
        return np.where((second != NOBODY) & (rng.random(len(person)) < 0.4), second, self.number_of[person])


@dataclass(frozen=True)
class Truth:
    """Everyone as they are: text columns, one row a person."""

    nhs_number: Texts
    given: Texts
    family: Texts
    former: Texts
    birth: Texts


def truth(lives: Lives, names: Names, nhs_numbers: Texts) -> Truth:
    """The true demographics."""
    family = np.array([*names.family_names, ""], dtype=object)
    return Truth(
        nhs_numbers,
        np.array(names.given_names, dtype=object)[names.given],
        family[names.family],
        family[names.former],
        np.datetime_as_string(lives.birth.astype("datetime64[D]")).astype(object),
    )


class _Book:
    """One partner's records as they are being spoiled, and what was done to them."""

    def __init__(self, source: str, ids: Texts, columns: dict[str, Texts], share: Callable[[float], Ints]) -> None:
        self.source, self.ids, self.columns, self.some = source, ids, columns, share
        self.slips: list[Slip] = []

    def spoil(self, kind: str, column: str, rows: Ints, change: Callable[[int, str], str | None]) -> None:
        """Change a column of these rows; what `change` leaves as it was, or has nothing for, stays."""
        values = self.columns[column]
        for row in rows:
            before = values[row]
            after = change(int(row), before)
            if after != before:
                values[row] = after
                self.slips.append((self.source, self.ids[row], kind, column, after, before))


def keep_records(
    rng: Stream, lives: Lives, true: Truth, known: Ints, source: str, disorder: Disorder, first: int
) -> Records:
    """One partner's records of the people `known`, numbered from after `first`. General practice has every
    NHS number, writes accents and whole names and numbers nobody twice; it mistypes as often as the others."""
    tidy = source == "gp"
    known = np.unique(known)
    twice = known[rng.random(len(known)) < disorder.second_number] if not tidy else known[:0]
    person = np.concatenate([known, twice])
    count = len(person)
    own = ids(PREFIX[source], first + 1 + rng.permutation(count), 7)
    columns = {
        "nhs_number": true.nhs_number[person],
        "given_name": true.given[person],
        "family_name": true.family[person],
        "birth_date": true.birth[person],
        "postcode": np.full(count, None, dtype=object),
    }

    def some(share: float) -> Ints:
        return np.flatnonzero(rng.random(count) < share)

    book = _Book(source, own, columns, some)
    if not tidy:
        book.spoil("no_nhs_number", "nhs_number", some(disorder.no_nhs_number_person), lambda _, __: None)
    book.spoil(
        "former_name",
        "family_name",
        some(disorder.former_name),
        lambda row, before: true.former[person[row]] or before,
    )
    _spoil_words(rng, book, disorder, tidy=tidy)
    _spoil_places(rng, book, disorder, lives, person)
    number_of = np.full(len(lives), NOBODY, dtype=np.int64)
    second = number_of.copy()
    number_of[known] = np.arange(len(known))
    second[twice] = len(known) + np.arange(len(twice))
    return Records(
        person=person,
        id=own,
        nhs_number=columns["nhs_number"],
        given=columns["given_name"],
        family=columns["family_name"],
        birth=columns["birth_date"],
        postcode=columns["postcode"],
        number_of=number_of,
        second=second,
        slips=tuple(book.slips),
    )


def _spoil_words(rng: Stream, book: _Book, disorder: Disorder, *, tidy: bool) -> None:
    """What becomes of names and dates of birth."""
    some, spoil = book.some, book.spoil
    if not tidy:
        cannot = some(disorder.no_accents)
        for column in ("given_name", "family_name"):
            accented = [row for row in cannot if not book.columns[column][row].isascii()]
            spoil("no_accents", column, np.array(accented, dtype=np.int64), lambda _, before: plain_letters(before))
        spoil("short_name", "given_name", some(disorder.short_name), lambda _, before: before[:3])
    for kind, share, slip in (
        ("typing", disorder.typing_name, mistype),
        ("homoglyph", disorder.homoglyphs, look_alike),
    ):
        those = some(share)
        first = rng.random(len(those)) < 0.5
        for column, rows in (("given_name", those[first]), ("family_name", those[~first])):
            spoil(kind, column, rows, lambda _, before, slip=slip: slip(rng, before))  # type: ignore[misc]
    spoil("typing", "birth_date", some(disorder.typing_birth_date), lambda _, before: mistype_date(rng, before))
    # Only days up to the 12th can be exchanged with a month: about two fifths of all.
    swapped = some(min(1.0, disorder.swapped_day_month * 2.5))
    spoil("swapped_day_month", "birth_date", swapped, lambda _, before: exchange_day_and_month(before))


def _spoil_places(rng: Stream, book: _Book, disorder: Disorder, lives: Lives, person: Ints) -> None:
    """What becomes of postcodes: a record with one of its own shows it in every row."""
    some, spoil, postcode = book.some, book.spoil, lives.homes.postcode
    movers = some(disorder.old_address)
    movers = movers[lives.home[person[movers]] != lives.former_home[person[movers]]]
    spoil("old_address", "postcode", movers, lambda row, _: postcode[lives.former_home[person[row]]])
    spoil(
        "temporary_address",
        "postcode",
        some(disorder.temporary_address),
        lambda *_: postcode[int(rng.integers(len(postcode)))],
    )
    spoil(
        "typing",
        "postcode",
        some(disorder.typing_postcode),
        lambda row, _: mistype_postcode(rng, postcode[lives.home[person[row]]]),
    )


def without_number(rng: Stream, rows: int, disorder: Disorder) -> Bools:
    """Which rows lack the NHS number although the record has it."""
    return np.asarray(rng.random(rows) < disorder.no_nhs_number_row)
