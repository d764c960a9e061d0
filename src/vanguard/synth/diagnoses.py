"""What a hospital codes: the main diagnosis, and beside it causes, complications, conditions and signs of
frailty."""

from dataclasses import dataclass

import numpy as np

from vanguard.synth.chance import Floats, Ints, Stream
from vanguard.synth.conditions import Conditions
from vanguard.synth.days import YEAR
from vanguard.synth.lives import Lives
from vanguard.synth.rates import rates
from vanguard.synth.stays import ELECTIVE, EMERGENCY, MATERNITY, Stays, reasons

POSITIONS = 8
NONE = -1


@dataclass(frozen=True)
class Diagnoses:
    """`codes` is stays x 8, positions in `icd10` or NONE, most important first."""

    codes: Ints
    icd10: list[str]


class _Book:
    """The ICD-10 codes in use, numbered as they are met."""

    def __init__(self) -> None:
        self.icd10: list[str] = []
        self._number: dict[str, int] = {}

    def number(self, code: str) -> int:
        if code not in self._number:
            self._number[code] = len(self.icd10)
            self.icd10.append(code)
        return self._number[code]


def choose(rng: Stream, book_codes: list[list[int]], which: Ints) -> Ints:
    """For each row one of the codes in the list numbered `which`."""
    widest = max(len(codes) for codes in book_codes)
    table = np.array([codes + [NONE] * (widest - len(codes)) for codes in book_codes])
    length = np.array([len(codes) for codes in book_codes])[which]
    at = np.floor(rng.random(len(which)) * np.maximum(length, 1)).astype(np.int64)
    return np.asarray(table[which, at])


def diagnose(rng: Stream, lives: Lives, conditions: Conditions, stays: Stays) -> Diagnoses:
    """Up to eight codes for each stay."""
    table, book = rates("hospital"), _Book()
    emergency = reasons("emergency")
    acute = (stays.kind != ELECTIVE) & (stays.kind != MATERNITY)
    main = np.full(len(stays), NONE, dtype=np.int64)
    cause = np.full(len(stays), NONE, dtype=np.int64)
    lists = [[book.number(code) for code in _codes(one["icd10"])] for one in emergency]
    main[acute] = choose(rng, lists, stays.reason[acute])
    causes = [[book.number(code) for code in _codes(one.get("cause", []))] for one in emergency]
    cause[acute] = choose(rng, causes, stays.reason[acute])
    planned = stays.kind == ELECTIVE
    lists = [[book.number(code) for code in _codes(one["icd10"])] for one in reasons("elective")]
    main[planned] = choose(rng, lists, stays.reason[planned])
    births = stays.kind == MATERNITY
    lists = [[book.number(code)] for code in table["maternity"]["icd10"]]
    main[births] = choose(rng, lists, stays.reason[births])
    cause[births] = book.number(table["maternity"]["outcome"])

    chances = _beside(lives, conditions, stays, book)
    present = np.zeros((len(stays), len(book.icd10)), dtype=bool)
    for code, chance in chances:
        present[:, code] |= rng.random(len(stays)) < chance
    rows = np.arange(len(stays))
    present[rows, main] = False
    present[rows[cause >= 0], cause[cause >= 0]] = False
    order = np.where(present, rng.random(present.shape, dtype=np.float32), np.float32(2))
    room = min(POSITIONS - 1, present.shape[1])
    best = np.argsort(order, axis=1, kind="stable")[:, :room]
    beside = np.where(np.take_along_axis(present, best, axis=1), best, NONE)
    codes = np.full((len(stays), POSITIONS), NONE, dtype=np.int64)
    codes[:, 0] = main
    caused = cause >= 0
    codes[~caused, 1 : room + 1] = beside[~caused]
    codes[caused, 1] = cause[caused]
    codes[caused, 2 : room + 1] = beside[caused, : room - 1]
    return Diagnoses(codes, book.icd10)


def _beside(lives: Lives, conditions: Conditions, stays: Stays, book: _Book) -> list[tuple[int, Floats]]:
    """The codes that may stand beside the main one, each with its chance on every stay."""
    table = rates("hospital")
    found: list[tuple[int, Floats]] = []
    acute = stays.kind == EMERGENCY
    for number, one in enumerate(reasons("emergency")):
        further = one["with"]
        assert isinstance(further, dict)
        for code, share in further.items():
            found.append((book.number(code), np.where(acute & (stays.reason == number), share, 0.0)))

    has = conditions.by(stays.person, stays.day)
    for column, (id, entry) in enumerate(rates("conditions")["conditions"].items()):
        choices = entry["icd10"]
        # A person's stroke or dementia is coded the same way each time.
        mine = (stays.person * 2_654_435_761 + column * 40_503) // 7 % len(choices)
        assert conditions.ids[column] == id
        for position, codes in enumerate(choices):
            chance = np.where(has[:, column] & (mine == position), table["coded_beside"], 0.0)
            found += [(book.number(code), chance) for code in codes]

    rule = table["frailty_codes"]
    age = (stays.day - lives.birth[stays.person]) / YEAR
    old = acute & (age >= rule["from_age"])
    shift = rule["frailty_slope"] * lives.frailty[stays.person] + rule["age_slope"] * (age - 80)
    shift = shift + rule["dementia"] * has[:, conditions.ids.index("dementia")]
    for code, share in rule["codes"].items():
        odds = np.log(share / (1 - share)) + shift
        found.append((book.number(code), np.where(old, 1 / (1 + np.exp(-odds)), 0.0)))
    return found


def _codes(entry: object) -> list[str]:
    assert isinstance(entry, list)
    return [str(code) for code in entry]
