"""The slips of a pen or keyboard, each for one value."""

from datetime import date

from vanguard.synth.chance import Stream

PLAIN = str.maketrans("ąćęłńóśźżáéíóúñüöäëïèçÁÉÍÓÚŁŚŻĆ", "acelnoszzaeiounuoaeiecAEIOULSZC")
_SEEN = "\u0430\u0435\u043e\u0440\u0441\u0445\u0410\u0412\u041d\u041a\u041c\u042210"
LOOK_ALIKES = dict(zip("aeopcxABHKMTlO", _SEEN, strict=True))
"""Latin letters and what looks the same: Cyrillic letters, a digit."""


def plain_letters(word: str) -> str:
    """The word without accents."""
    return word.translate(PLAIN)


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


def look_alike(rng: Stream, word: str) -> str:
    """The word with one letter replaced by one that looks the same; as it was if it has no such letter."""
    places = [at for at, letter in enumerate(word) if letter in LOOK_ALIKES]
    if not places:
        return word
    at = places[int(rng.integers(len(places)))]
    return word[:at] + LOOK_ALIKES[word[at]] + word[at + 1 :]


def mistype_date(rng: Stream, day: str) -> str:
    """Another ISO date: a wrong year, or a day nearby."""
    true = date.fromisoformat(day)
    if rng.random() < 0.5 and true.year > 1930:
        return true.replace(year=true.year - int(rng.choice([1, 10])), day=min(true.day, 28)).isoformat()
    return true.replace(day=(true.day + int(rng.integers(1, 9))) % 28 + 1).isoformat()


def exchange_day_and_month(day: str) -> str:
    """The ISO date with day and month exchanged, where that is another date; else as it was."""
    true = date.fromisoformat(day)
    return true.replace(day=true.month, month=true.day).isoformat() if true.day <= 12 else day


def mistype_postcode(rng: Stream, postcode: str) -> str:
    """A postcode with one of its last two letters replaced."""
    at = len(postcode) - int(rng.integers(1, 3))
    others = [letter for letter in "ABDEFGHJLN" if letter != postcode[at]]
    return postcode[:at] + others[int(rng.integers(len(others)))] + postcode[at + 1 :]


def failing(nhs_number: str) -> str:
    """The number with a check digit that fails modulus 11."""
    return nhs_number[:9] + str((int(nhs_number[9]) + 1) % 10)
