"""SNOMED CT identifiers, which dm+d uses too: 6 to 18 digits, the last a check digit after Verhoeff."""

# Verhoeff J, Error Detecting Decimal Codes, Mathematical Centre Tracts 29, 1969: products in the group of the
# pentagon's symmetries, and a permutation that is applied once more for each place.
PRODUCT = tuple(
    tuple(
        (row + column) % 5 + 5 * (column > 4) if row < 5 else (row - column) % 5 + 5 * (column < 5)
        for column in range(10)
    )
    for row in range(10)
)
TURNS = [tuple(range(10))]
for _ in range(7):
    TURNS.append(tuple((1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit] for digit in TURNS[-1]))


def is_sctid(written: str) -> bool:
    """Whether `written` has the form and the check digit of a SNOMED CT identifier."""
    if not (written.isascii() and written.isdigit() and 6 <= len(written) <= 18 and written[0] != "0"):
        return False
    check = 0
    for place, digit in enumerate(reversed(written)):
        check = PRODUCT[check][TURNS[place % 8][int(digit)]]
    return check == 0
