"""The page of code sets: every set is on it, and what it says is what the sets hold."""

from vanguard.codes import code_sets
from vanguard.codes.page import markdown


def test_every_set_is_on_the_page_with_its_licence_and_its_caveats():
    page = markdown()
    for about in code_sets():
        assert f"## {about.label}\n" in page
        assert about.licence in page
        assert all(caveat in page for caveat in about.caveats)


def test_points_and_codes_stand_in_the_row_of_their_category():
    page = markdown()
    assert "| AIDS or HIV | 6 | 4 | B20 B21 B22 B24 |" in page
    assert "| AIDS or HIV | 2 | B20 B21 B22 B23 B24 O987 |" in page
    assert "| 7.1 | F00 |" in page
    assert "| Gangrene | any | R02X |" in page


def test_no_row_of_a_table_is_broken_by_its_content():
    rows = [line for line in markdown().splitlines() if line.startswith("|")]
    header = 0
    for number, row in enumerate(rows):
        if number + 1 < len(rows) and rows[number + 1].startswith("| ---"):
            header = row.count("|")
        assert row.count("|") == header
