"""Small numbers: a count that might point at a person is not given."""

LEAST = 8
STEP = 5


def disclose(count: int) -> int | None:
    """The count as it may be shown: None (suppressed) for 1 to 7, otherwise rounded to the nearest 5.

    0 stays 0. NHS Digital's rule for Hospital Episode Statistics.
    """
    if count == 0:
        return 0
    if count < LEAST:
        return None
    return STEP * ((2 * count + STEP) // (2 * STEP))
