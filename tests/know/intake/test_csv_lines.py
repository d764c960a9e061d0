"""CSV as RFC 4180 has it, and as partners write it: exact rows, exact line numbers, one bad row spoils no other."""

import csv
import gzip
import io
import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.know.intake.partner import ask, contact, counts, send, stay, take, text

from vanguard.lake import Lake


def receive(home: Path, content: bytes, name: str = "community_contacts_20180801.csv") -> tuple[int, ...]:
    folder = home / "in"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return counts(take(home, folder))


LINES = text("community_contacts", [contact(contact_id=f"K{n}") for n in range(1, 5)]).splitlines()


def joined(*lines: str, end: str = "\n") -> bytes:
    return (end.join(lines) + end).encode()


def test_quoted_line_breaks_do_not_shift_the_lines_after_them(tmp_path: Path) -> None:
    rows = [
        contact(contact_id="K1", team='North\n\n"East", team'),
        contact(contact_id="K2"),
        contact(sex="?"),
    ]
    assert receive(tmp_path, text("community_contacts", rows).encode()) == (3, 2, 1, 0, 0)
    assert ask(tmp_path, "SELECT place, line FROM source_event ORDER BY line") == [
        ('North\n\n"East", team', 2), ("Aylesbury", 5),
    ]  # fmt: skip
    assert ask(tmp_path, "SELECT line FROM quarantine") == [6]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_empty_lines_are_no_rows_but_count_as_lines(tmp_path: Path, end: str) -> None:
    assert receive(tmp_path, joined(LINES[0], "", LINES[1], "", "", LINES[2], "", end=end)) == (2, 2, 0, 0, 0)
    assert ask(tmp_path, "SELECT line FROM source_event ORDER BY line") == [3, 6]


def test_a_row_with_too_many_or_too_few_fields_is_kept_as_its_line(tmp_path: Path) -> None:
    content = joined(LINES[0], LINES[1] + ",more", LINES[2], LINES[3].rsplit(",", 1)[0])
    assert receive(tmp_path, content) == (3, 1, 2, 0, 0)
    found = ask(tmp_path, "SELECT line, reason, row FROM quarantine ORDER BY line")
    assert [line for line, *_ in found] == [2, 4]
    assert found[0][1] == "This row has 14 fields; expected 13, as in the header."
    assert found[1][1] == "This row has 12 fields; expected 13, as in the header."
    assert json.loads(found[0][2]) == {"line": LINES[1] + ",more"}


@pytest.mark.parametrize("stray", ['Ayles"bury', '"Aylesbury', 'Aylesbury"', '"Ayles"bury', '"""'])
def test_one_stray_quotation_mark_spoils_one_row(tmp_path: Path, stray: str) -> None:
    spoilt = LINES[1].replace("Aylesbury", stray)
    spanning = LINES[3].replace("Aylesbury", '"Two\nlines"')
    assert receive(tmp_path, joined(LINES[0], spoilt, LINES[2], spanning, LINES[4])) == (4, 3, 1, 0, 0)
    [(line, reason)] = ask(tmp_path, "SELECT line, reason FROM quarantine")
    assert line == 2
    assert "quotation marks" in reason
    assert ask(tmp_path, "SELECT line FROM source_event ORDER BY line") == [3, 4, 6]


def test_columns_may_come_in_any_order_and_with_others_between(tmp_path: Path) -> None:
    names = LINES[0].split(",")[::-1]
    values = LINES[1].split(",")[::-1]
    assert receive(tmp_path, joined(",".join(["extra", *names]), ",".join(["x", *values]))) == (1, 1, 0, 0, 0)
    assert ask(tmp_path, "SELECT key, place FROM source_event") == [("K1", "Aylesbury")]


def test_the_same_rows_have_the_same_identity_however_they_are_packed(tmp_path: Path) -> None:
    plain = text("community_contacts", [contact(contact_id="K1", given_name="Zoë"), contact(contact_id="K2")])
    parquet = tmp_path / "rows.parquet"
    (tmp_path / "rows.csv").write_text(plain)
    duckdb.sql(f"COPY (FROM read_csv('{tmp_path}/rows.csv')) TO '{parquet}'")
    packed = {
        "plain": ("csv", plain.encode()),
        "windows": ("csv", plain.replace("\n", "\r\n").encode()),
        "bom": ("csv", b"\xef\xbb\xbf" + plain.encode()),
        "gzip": ("csv.gz", gzip.compress(plain.encode())),
        "padded": ("csv", plain.replace(",Ann", ", Ann ").encode()),
        "quoted": ("csv", quoted(plain)),
        "parquet": ("parquet", parquet.read_bytes()),
    }
    found = {}
    for how, (ending, content) in packed.items():
        receive(tmp_path / how, content, f"community_contacts_20180801.{ending}")
        found[how] = ask(
            tmp_path / how,
            "SELECT row_id FROM source_event UNION SELECT row_id FROM source_person ORDER BY 1",
        )
    assert len(found["plain"]) == 4
    assert all(rows == found["plain"] for rows in found.values()), found


def quoted(plain: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(csv.reader(io.StringIO(plain)))
    return out.getvalue().encode()


FIELDS = st.text(st.sampled_from('ab ,;"\n\t\u00e9'), max_size=8)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=12))
def test_any_text_comes_through_as_the_standard_library_reads_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    home = tmp_path_factory.mktemp("place")
    sent = [contact(contact_id=f"K{n}", team=team, activity=activity) for n, (team, activity) in enumerate(rows)]
    content = text("community_contacts", sent)
    assert receive(home, content.encode()) == (len(rows), len(rows), 0, 0, 0)
    lines = [line for line, _ in numbered(content)]
    expected = [(tidy(team), tidy(activity), line) for (team, activity), line in zip(rows, lines, strict=True)]
    assert ask(home, "SELECT place, display, line FROM source_event ORDER BY line") == expected


def tidy(value: str) -> str | None:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip(" \t") or None


def numbered(content: str) -> list[tuple[int, list[str]]]:
    """Each record after the header with the line on which it begins."""
    reader = csv.reader(io.StringIO(content.replace("\r\n", "\n").replace("\r", "\n")))
    found, begins = [], 1
    for record in reader:
        found.append((begins, record))
        begins = reader.line_num + 1
    return found[1:]


def test_a_fault_below_a_long_file_is_placed_exactly(tmp_path: Path) -> None:
    rows = [stay(SPELL_ID=f"S{n}", DISMETH='1"' if n % 1000 == 7 else "1") for n in range(20_000)]
    rows[19_990]["SEX"] = "Q"
    send(tmp_path / "in", "inpatient_spells", rows)
    take(tmp_path, tmp_path / "in")
    assert ask(tmp_path, "SELECT line FROM quarantine") == [19_992]
    assert Lake(tmp_path).rows("source_event") == 19_999
