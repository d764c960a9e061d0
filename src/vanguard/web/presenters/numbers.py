"""Numbers in words: 1,000; 1 person, 2 people; 5.6 mmol/mol; £1,234.50."""


def count(number: int) -> str:
    """1,000."""
    return f"{number:,}"


def few(number: int | None) -> str:
    """A count after disclosure control; None is one that was suppressed."""
    return "fewer than 8" if number is None else count(number)


def about(number: int | None, one: str, many: str = "") -> str:
    """About 655 people; fewer than 8 people; no people: a count after disclosure control."""
    if number is None:
        return f"{few(number)} {many or one + 's'}"
    return f"about {things(number, one, many)}" if number else things(number, one, many)


def things(number: int, one: str, many: str = "") -> str:
    """1 person, 2 people, no people; `many` is by default `one` with an s."""
    return f"{count(number) if number else 'no'} {one if number == 1 else many or one + 's'}"


def quantity(value: float, unit: str | None) -> str:
    """A measured value with at most two decimals, and its unit as people write it."""
    number = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{number} {_UNITS.get(unit, unit)}".strip() if unit else number


def pounds(pence: int) -> str:
    """£1,234.50, whole pounds without pence."""
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence / 100:,.2f}"


# UCUM as machines write it and as people read it.
_UNITS = {
    "mm[Hg]": "mmHg",
    "mL/min/{1.73_m2}": "mL/min/1.73m²",
    "kg/m2": "kg/m²",
    "10*3/uL": "\u00d7 10⁹/L",
    "10*6/uL": "\u00d7 10¹²/L",
    "{score}": "",
}
