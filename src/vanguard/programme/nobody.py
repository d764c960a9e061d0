"""Rows of a programme name no person. What looks like somebody's name, address or number is refused: a guard against
slips, no proof that there is none."""

import re
from collections.abc import Iterator

from vanguard.programme.tables.declaring import Fault, Values

TELLS = (
    (re.compile(r"\b(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Professor|Cllr|Councillor)\.?\s+[A-Z]"), "the name of a person"),
    (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "an e-mail address"),
    (re.compile(r"(?<![\d-])(?:\+44|0)(?:[ ()-]?\d){9,10}(?!\d)"), "a telephone number"),
    (re.compile(r"(?<![\d-])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)"), "an NHS number"),
)


def names_nobody(values: Values) -> Iterator[Fault]:
    """A fault for each text of a row that seems to name somebody."""
    for name, value in values.items():
        if isinstance(value, str):
            for pattern, what in TELLS:
                if pattern.search(value):
                    do = "Leave it out: write a role, such as a resident or the chief nurse."
                    yield Fault(name, f"The cell seems to hold {what}.", do)
                    break
