"""Codes, settings, methods and kinds in plain words."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from vanguard.codes.code_set import categories, load
from vanguard.codes.primary_care import primary_care

# Who reads a blueprint needs codes, but no Arrow, which is slow to import.
if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class DisplayWords:
    """Words shown for an event's setting, method and kind."""

    settings: dict[str, str]
    methods: dict[str, str]
    kinds: dict[str, str]


@cache
def display_words() -> DisplayWords:
    """The shipped words. What is not in them is shown as it stands."""
    _, data = load("settings")
    return DisplayWords(data["settings"], data["methods"], data["kinds"])


@cache
def icd10_words() -> dict[str, str]:
    """Words for every three-character ICD-10 category: its own where it has them, else its chapter's."""
    _, data = load("icd10_words")
    words: dict[str, str] = {}
    for run, label in data["chapters"].items():
        first, _, last = run.partition("-")
        words |= dict.fromkeys(categories(first, last), label)
    words |= data["words"]
    return words


def words_table() -> "pa.Table":
    """Columns `key` and `words`. Join a column of codes on `key = ` what `words_key` makes of it."""
    import pyarrow as pa

    rows = [(f"icd10:{code}", label) for code, label in icd10_words().items()]
    rows += [(f"vgp:{term.code}", term.label) for term in primary_care().terms]
    return pa.table(
        {
            "key": pa.array([key for key, _ in rows], pa.string()),
            "words": pa.array([label for _, label in rows], pa.string()),
        }
    )


def words_key(code: str) -> str:
    """The SQL that turns the SQL expression `code` (system:code) into a key of `words_table`."""
    return f"CASE WHEN starts_with({code}, 'icd10:') THEN left({code}, 9) ELSE {code} END"
