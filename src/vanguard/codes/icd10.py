"""How ICD-10 codes are written, and the one form in which we compare them: capitals, no dot, no padding."""

import re

MARKS = "[ \t\r\n\f\v\u00a0\u200b\ufeff*+†‡]"
# Category; one or two more characters, or X in their place; padding; D or A for dagger or asterisk, as NHS extracts
# carry them. Bare full stops at the end are how Read codes are padded, so they make no ICD-10 code.
WRITTEN = r"^(?:[Ii][Cc][Dd]-?10:)?([A-Za-z][0-9]{2})(?:\.?(?:([0-9]{1,2})|[Xx])[Xx]?-?[DdAa]?|\.?-)?$"


def icd10(written: str) -> str | None:
    """`written` as we compare it ("e11.2*" is E112); None where it has not the form of an ICD-10 code."""
    found = re.fullmatch(WRITTEN, re.sub(MARKS, "", written))
    return (found[1] + (found[2] or "")).upper() if found else None


def icd10_sql(column: str) -> str:
    """The same as a DuckDB expression over a column of text."""
    parts = f"regexp_extract(regexp_replace({column}, '{MARKS}', '', 'g'), '{WRITTEN}', ['category', 'rest'])"
    return f"nullif(upper({parts}.category || {parts}.rest), '')"
