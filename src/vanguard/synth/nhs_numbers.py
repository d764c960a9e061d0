"""NHS numbers that nobody has.

First those from 999 000 0000, which are kept for tests and never issued; then 998, 997 and so on down to 990.
England and Wales are issued numbers from 300, 400 to 499 and 600 to 799 (first three digits), Northern Ireland 320
to 399, Scotland 010 to 311: nothing from 900 upwards has been issued. Only 999 is promised to stay so. Source: NHS
number, Wikipedia, section on number ranges, read in November 2026; the rule of the last digit, NHS Data Dictionary.
"""

from functools import cache

import numpy as np

from vanguard.errors import BadInput
from vanguard.synth.chance import Ints, stream
from vanguard.synth.columns import Texts, ids

RANGES = tuple(range(999, 989, -1))
MOST_PEOPLE = 9_000_000
"""Each range holds some 909,000."""


def nhs_numbers(seed: int, first: int, count: int) -> Texts:
    """Numbers `first` to `first + count` of the place's own order, each of them valid and all different."""
    found: list[Texts] = []
    taken = 0
    for start in RANGES:
        middle, check = _valid(start)
        held = len(middle)
        if first < held:
            order = stream(seed, "nhs_numbers", start).permutation(held)[first : first + count - taken]
            found.append(ids(str(start), middle[order] * 10 + check[order], 7))
            taken += len(order)
        first = max(first - held, 0)
        if taken == count:
            break
    return np.concatenate(found)


def enough(people: int) -> None:
    """Raises BadInput where there are not so many numbers."""
    if not 1 <= people <= MOST_PEOPLE:
        raise BadInput(
            f"A synthetic place can have 1 to {MOST_PEOPLE:,} people, those who died or left among them; "
            f"this one would have {people:,}.",
            do="Ask for fewer: the ranges of NHS numbers that nobody has hold no more.",
        )


@cache
def _valid(start: int) -> tuple[Ints, Ints]:
    """The six digits in the middle of each valid number, and its last.

    The tenth digit is 11 less the sum of the first nine times 10 down to 2, modulo 11; 11 counts as 0 and a
    number whose digit would be 10 is not used.
    """
    middle = np.arange(1_000_000)
    total = start // 100 * 10 + start // 10 % 10 * 9 + start % 10 * 8
    total = total + sum((middle // 10**power % 10) * (power + 2) for power in range(6))
    check = (11 - total % 11) % 11
    kept = np.flatnonzero(check != 10)
    # One digit ten times over passes the rule, but is only ever a placeholder.
    same = (middle[kept] == start % 10 * 111_111) & (check[kept] == start % 10) & (start % 111 == 0)
    return middle[kept][~same], check[kept][~same]
