"""First-cut disorder: what each partner's own numbering and typing make of the same people."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from vanguard.synth.chance import Bools, Ints, Stream
from vanguard.synth.households import NOBODY
from vanguard.synth.lives import Lives
from vanguard.synth.names import Names
from vanguard.synth.rates import rates

Texts = npt.NDArray[np.object_]
PREFIX = {"gp": "G", "acute": "R", "community": "C", "social_care": "P"}
PLAIN = str.maketrans("ąćęłńóśźżáéíóúñüöäëïèçÁÉÍÓÚŁŚŻĆ", "acelnoszzaeiounuoaeiecAEIOULSZC")


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


def truth(lives: Lives, names: Names, nhs_numbers: list[str]) -> Truth:
    """The true demographics."""
    family = np.array([*names.family_names, ""], dtype=object)
    return Truth(
        np.array(nhs_numbers, dtype=object),
        np.array(names.given_names, dtype=object)[names.given],
        family[names.family],
        family[names.former],
        np.datetime_as_string(lives.birth.astype("datetime64[D]")).astype(object),
    )


def keep_records(rng: Stream, lives: Lives, true: Truth, known: Ints, source: str) -> Records:
    """One partner's records of the people `known`. General practice has every NHS number, writes accents
    and whole names and numbers nobody twice; it mistypes as often as the others."""
    rate = rates("disorder")
    tidy = source == "gp"
    known = np.unique(known)
    twice = known[rng.random(len(known)) < rate["second_number"]] if not tidy else known[:0]
    person = np.concatenate([known, twice])
    count = len(person)
    numbers = rng.permutation(count)
    prefix = PREFIX[source]
    ids = np.array([f"{prefix}{number + 1:07d}" for number in numbers], dtype=object)
    nhs = true.nhs_number[person]
    given, family, birth = true.given[person], true.family[person], true.birth[person]
    postcode = np.full(count, None, dtype=object)

    def some(share: float) -> Ints:
        return np.flatnonzero(rng.random(count) < share)

    if not tidy:
        nhs[some(rate["no_nhs_number_person"])] = None
    for row in some(rate["former_name"]):
        family[row] = true.former[person[row]] or family[row]
    for row in some(rate["no_accents"]) if not tidy else []:
        given[row], family[row] = given[row].translate(PLAIN), family[row].translate(PLAIN)
    for row in some(rate["short_name"]) if not tidy else []:
        given[row] = given[row][:3]
    for row in some(rate["typing_name"]):
        column = given if rng.random() < 0.5 else family
        column[row] = mistype(rng, column[row])
    for row in some(rate["typing_birth_date"]):
        birth[row] = mistype_date(rng, birth[row])
    wrong = np.zeros(count, dtype=bool)
    wrong[some(rate["old_address"])] = True
    moved = lives.home[person] != lives.former_home[person]
    for row in np.flatnonzero(wrong & moved):
        postcode[row] = lives.homes.postcode[lives.former_home[person[row]]]
    for row in some(rate["typing_postcode"]):
        postcode[row] = mistype_postcode(rng, lives.homes.postcode[lives.home[person[row]]])
    number_of = np.full(len(lives), NOBODY, dtype=np.int64)
    second = number_of.copy()
    number_of[known] = np.arange(len(known))
    second[twice] = len(known) + np.arange(len(twice))
    return Records(person, ids, nhs, given, family, birth, postcode, number_of, second)


def without_number(rng: Stream, rows: int) -> Bools:
    """Which rows lack the NHS number although the record has it."""
    return np.asarray(rng.random(rows) < rates("disorder")["no_nhs_number_row"])


def mistype(rng: Stream, word: str) -> str:
    """A word with one slip: two letters exchanged, one left out, doubled or replaced."""
    if len(word) < 3:
        return word + word[-1]
    at = int(rng.integers(1, len(word) - 1))
    slip = int(rng.integers(4))
    if slip == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == 1:
        return word[:at] + word[at + 1 :]
    if slip == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + "aeionrst"[int(rng.integers(8))] + word[at + 1 :]


def mistype_date(rng: Stream, day: str) -> str:
    """An ISO date with day and month exchanged where that is a date, or else another day or year nearby."""
    true = date.fromisoformat(day)
    if true.day <= 12 and true.day != true.month and rng.random() < 0.6:
        return true.replace(day=true.month, month=true.day).isoformat()
    if rng.random() < 0.5 and true.year > 1930:
        return true.replace(year=true.year - int(rng.choice([1, 10])), day=min(true.day, 28)).isoformat()
    return true.replace(day=(true.day + int(rng.integers(1, 9))) % 28 + 1).isoformat()


def mistype_postcode(rng: Stream, postcode: str) -> str:
    """A postcode with one of its last two letters replaced."""
    at = len(postcode) - int(rng.integers(1, 3))
    others = [letter for letter in "ABDEFGHJLN" if letter != postcode[at]]
    return postcode[:at] + others[int(rng.integers(len(others)))] + postcode[at + 1 :]


def failing(nhs_number: str) -> str:
    """The number with a check digit that fails modulus 11."""
    return nhs_number[:9] + str((int(nhs_number[9]) + 1) % 10)
