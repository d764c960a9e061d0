"""Reading a setting from the environment, and saying which one is wrong."""

import os

from vanguard.errors import BadInput


def whole_number(name: str, usual: int) -> int:
    """The number that the variable holds, or the usual one. Raises BadInput."""
    text = os.environ.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise BadInput(f"{text[:20]} is not a whole number.", where=name, do=f"Write one like {usual}.")
    return int(text)
