"""What chance alone is expected to give, in words that nobody has to reckon with."""

import pytest

from vanguard.learn.by_chance import stands_out


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (2, "about one at most stands out by chance"),
        (18, "about one at most stands out by chance"),
        (56, "about 3 at most stand out by chance"),
    ],
)
def test_one_in_twenty_is_expected_to(number: int, said: str) -> None:
    assert stands_out(number) == said
