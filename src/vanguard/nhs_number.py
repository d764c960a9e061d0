"""NHS numbers: the check digit, the tidy form, the form that people read; in Python and as SQL.
Source of the rule: NHS Data Dictionary, NHS NUMBER (modulus 11, weights 10 to 2)."""

import re

_TEN_DIGITS = re.compile(r"[0-9]{10}")
_SEPARATORS = str.maketrans("", "", " -\u00a0")


def digits(text: str) -> str:
    """`text` without the spaces and hyphens that people write in NHS numbers."""
    return text.translate(_SEPARATORS)


def valid_nhs_number(text: str) -> bool:
    """Whether `text` is ten digits, passes modulus 11 and is not one digit ten times over.

    With weights 10 to 1 over all ten digits the sum of a valid number divides by 11. One digit repeated
    always passes, but is only ever a placeholder.
    """
    if not _TEN_DIGITS.fullmatch(text) or len(set(text)) == 1:
        return False
    return sum(weight * int(digit) for weight, digit in zip(range(10, 0, -1), text, strict=True)) % 11 == 0


def formatted(number: str) -> str:
    """Ten digits as people read them: 999 123 4567. Anything else comes back unchanged."""
    if not _TEN_DIGITS.fullmatch(number):
        return number
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def digits_sql(column: str) -> str:
    """DuckDB expression: the text of `column` without spaces and hyphens."""
    return f"translate({column}, ' -\u00a0', '')"


def valid_sql(column: str) -> str:
    """DuckDB expression: `valid_nhs_number` of the text in `column`; false, never null, where it is null."""
    number = f"TRY_CAST({column} AS BIGINT)"
    total = " + ".join(f"{10 - place} * ({number} // {10 ** (9 - place)} % 10)" for place in range(10))
    return (
        f"coalesce(regexp_full_match({column}, '[0-9]{{10}}') AND ({total}) % 11 = 0"
        f" AND {number} % 1111111111 <> 0, false)"
    )
