"""Names folded for search: no case, no accents, words only. Pure."""

import re
import unicodedata

NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def words(text: str) -> list[str]:
    """The words of a name or a search: `O'Brien-Łuka` gives obrien, luka."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word for word in NOT_A_LETTER.split(bare) if word]


def folded(*names: str | None) -> str:
    """All words of the names, each after a space, so that ` smi` finds every word that begins so."""
    return "".join(f" {word}" for name in names if name for word in words(name))


# Apostrophes join a name's parts; these letters have no accent to take off.
LETTERS = str.maketrans({"'": "", "\u2019": "", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i"})
