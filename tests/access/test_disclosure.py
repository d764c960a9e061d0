"""Small numbers are not given."""

from hypothesis import given
from hypothesis import strategies as st

from vanguard.access import disclose


def test_worked_examples() -> None:
    assert [disclose(n) for n in (0, 1, 7, 8, 12, 13, 1002)] == [0, None, None, 10, 10, 15, 1000]


@given(st.integers(8, 10**9))
def test_what_is_given_is_the_nearest_multiple_of_five(count: int) -> None:
    shown = disclose(count)
    assert shown is not None and shown % 5 == 0 and abs(shown - count) <= 2
