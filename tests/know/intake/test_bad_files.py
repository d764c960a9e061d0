"""A file that cannot be read as a whole stops the load with a sentence, and nothing is loaded."""

import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.know.intake.partner import ask, contact, send, stay, take, text

from vanguard.errors import BadInput
from vanguard.know.intake.command import load as load_command
from vanguard.lake import Lake

GOOD = text("community_contacts", [contact(), contact(contact_id="K2", given_name="Zoë")])
NAME = "community_contacts_20180801.csv"
LATIN = text("community_contacts", [contact(), contact(contact_id="K2", given_name="Zoë")]).encode("latin-1")


def refused(home: Path, **files: bytes) -> str:
    """The sentence with which a folder of these files is refused, nothing having been loaded."""
    (home / "in").mkdir(exist_ok=True)
    for name, content in files.items():
        (home / "in" / name).write_bytes(content)
    with pytest.raises(BadInput) as problem:
        take(home, home / "in")
    assert Lake(home).manifest().generation == 0
    return str(problem.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"\n\n" + GOOD.encode(), f"{NAME}, line 1: The first line is empty; expected the names of the columns."),
        (
            GOOD.replace("given_name", "first_name", 1).encode(),
            "The column given_name is missing. The nearest there is: first_name.",
        ),
        (GOOD.replace(",", ";").encode(), "It looks as if ; separates the columns; the feed declares ,."),
        (GOOD.replace(",", "\t").encode(), "It looks as if tab separates the columns; the feed declares ,."),
        (GOOD.replace("team", "sex", 1).encode(), "The header names sex twice."),
        ((GOOD + GOOD).encode(), f"{NAME}, line 4: The header occurs again."),
        (LATIN, "(0xEB) is not UTF-8; it looks like Latin-1."),
        (GOOD.replace("Zoë", "Zo\u2019").encode("cp1252"), "(0x92) is not UTF-8; it looks like Windows-1252."),
        (GOOD.encode("utf-16"), "The file looks like UTF-16."),
        (GOOD.encode("utf-16-le"), "The file looks like UTF-16."),
        (GOOD.replace("Dressing", "Dres\x00sing").encode(), "is NUL, so it is damaged or no text."),
        (GOOD.encode() + "Zoë".encode()[:-1], "it looks like Latin-1."),
        ((GOOD + "x" * 3_000_000).encode(), "longer than 2,000,000 bytes"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert sentence in refused(tmp_path, **{NAME: content})


def test_the_byte_and_line_of_a_wrong_encoding_are_named(tmp_path: Path) -> None:
    found = refused(tmp_path, **{NAME: LATIN})
    assert f"{NAME}, line 3: Byte {LATIN.index(0xEB) + 1} of the file (0xEB)" in found
    assert "declare `encoding: latin-1` in the feed community_contacts" in found


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (f"{NAME}.gz", gzip.compress(GOOD.encode(), mtime=0)[:-20], "The gzip file cannot be unpacked"),
        (f"{NAME}.gz", GOOD.encode(), "The gzip file cannot be unpacked"),
        (f"{NAME}.gz", gzip.compress(LATIN, mtime=0), "is not UTF-8"),
        ("community_contacts_20180801.parquet", b"", "The file is empty."),
        (
            "community_contacts_20180801.parquet",
            b"PAR1 nonsense PAR1",
            "This is not a Parquet file, or it is damaged.",
        ),
        ("community_contacts_20181301.csv", GOOD.encode(), "20181301 in the file name is not a date."),
        ("community_20180801.csv", GOOD.encode(), "No feed knows a file of this name."),
        ("community_contacts.csv", GOOD.encode(), "community_contacts_YYYYMMDD"),
        ("numbers.json", b'{"a": 1}', "not FHIR"),
        ("numbers.json", b"{", "numbers.json"),
        ("pictures.zip", b"PK", "No feed knows a file of this name."),
        ("community_contacts_20870101.csv", GOOD.encode(), "extracted on 1 January 2087, which lies ahead."),
        ("list.json", b'{"resourceType": "Bundle", "type": "collection", "entry": {}}', "should be a list"),
    ],
)
def test_other_files_are_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    assert sentence in refused(tmp_path, **{name: content})


@pytest.mark.parametrize("content", ["link", "pipe", "folder"])
def test_what_is_named_as_data_and_is_no_file_is_not_passed_over(tmp_path: Path, content: str) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay()])
    path = tmp_path / "in" / NAME
    match content:
        case "link":
            path.symlink_to(tmp_path / "nowhere.csv")
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
    assert NAME in refused(tmp_path)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal of the system is played."""
    opened = Path.open

    def denied(self: Path, *how: Any, **more: Any) -> Any:
        if self.name == NAME:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *how, **more)

    send(tmp_path / "in", "community_contacts", [contact()])
    monkeypatch.setattr(Path, "open", denied)
    assert f"{NAME}: This file cannot be read: Permission denied." in refused(tmp_path)


def test_parquet_whose_pages_are_damaged_is_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    pq.write_table(_parquet([contact(contact_id=f"K{n}") for n in range(50)]), held, compression="zstd")
    damaged = bytearray(held.getvalue())
    damaged[40:200] = bytes(160)
    found = refused(tmp_path, **{"community_contacts_20180801.parquet": bytes(damaged)})
    assert "This is not a Parquet file, or it is damaged." in found


def test_whole_numbers_that_parquet_holds_as_floating_point_are_read(tmp_path: Path) -> None:
    table = _parquet([contact(), contact(contact_id="K2", nhs_number="")])
    numbers = pa.array([9991234519.0, None], pa.float64())
    (tmp_path / "in").mkdir()
    pq.write_table(
        table.set_column(table.schema.get_field_index("nhs_number"), "nhs_number", numbers),
        tmp_path / "in" / "community_contacts_20180801.parquet",
    )
    assert take(tmp_path, tmp_path / "in").accepted == 2
    assert ask(tmp_path, "SELECT DISTINCT nhs_number FROM source_person WHERE nhs_number IS NOT NULL") == ["9991234519"]


def _parquet(rows: list[dict[str, str]]) -> pa.Table:
    return pa.table({name: [row[name].replace("999 123 4519", "9991234519") for row in rows] for name in rows[0]})


def test_every_bad_file_is_reported_and_the_good_one_is_not_loaded(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay()])
    found = refused(tmp_path, **{NAME: b"", "community_contacts_20180802.csv": LATIN, "bundle.json": b"{"})
    assert all(name in found for name in (NAME, "community_contacts_20180802.csv", "bundle.json"))
    assert found.endswith("Nothing was loaded.")


def test_a_folder_that_is_empty_or_not_there_is_refused(tmp_path: Path) -> None:
    assert "There is no such folder." in refused_folder(tmp_path / "nowhere")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "README.md").write_text("words")
    (tmp_path / "in" / "truth").mkdir()
    assert "There is no data file in this folder." in refused_folder(tmp_path / "in")
    assert "This is not a folder." in refused_folder(tmp_path / "in" / "README.md")


def test_what_may_be_data_and_no_feed_knows_is_named_beside_what_was_loaded(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [stay()])
    for name in ("hes_cc_2019.txt", "spells.psv", "README.md", ".left.txt"):
        (tmp_path / "in" / name).write_text("a|b")
    told = take(tmp_path / "place", tmp_path / "in").warnings
    assert [sentence.partition(":")[0] for sentence in told] == ["hes_cc_2019.txt", "spells.psv"]


def refused_folder(folder: Path) -> str:
    with pytest.raises(BadInput) as problem:
        take(folder.parent, folder)
    return str(problem.value)


def test_a_header_alone_is_an_extract_without_rows(tmp_path: Path) -> None:
    send(tmp_path / "in", "inpatient_spells", [])
    assert take(tmp_path, tmp_path / "in").rows == 0


FLIPPED = text("inpatient_spells", [stay(SPELL_ID=f"S{n}", DISMETH='"1"') for n in range(6)]).encode()
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "csv": bytes,
    "csv.gz": lambda content: gzip.compress(content, mtime=0),
}


@settings(max_examples=60, deadline=None)
@given(
    form=st.sampled_from(sorted(FORMS)),
    at=st.lists(st.floats(0, 0.999), max_size=4),
    to=st.binary(min_size=4, max_size=4),
)
def test_flipped_bytes_end_in_counts_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, form: str, at: list[float], to: bytes
) -> None:
    home = tmp_path_factory.mktemp("place")
    content = bytearray(FORMS[form](FLIPPED))
    for place, byte in zip(at, to, strict=False):
        content[int(place * len(content))] = byte
    (home / f"inpatient_spells_20180801.{form}").write_bytes(content)
    try:
        result = take(home / "place", home)
    except BadInput as problem:
        assert str(problem).strip()
    else:
        assert result.rows == result.accepted + result.quarantined + result.superseded + result.duplicate


def test_the_command_prints_the_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VANGUARD_HOME", str(tmp_path))
    send(tmp_path / "in", "inpatient_spells", [stay(), stay(SPELL_ID="S2", SEX="?")])
    found = CliRunner().invoke(load_command, [str(tmp_path / "in"), "--json"])
    assert found.exit_code == 0, found.output
    assert '"quarantined": 1' in found.output
    found = CliRunner().invoke(load_command, [str(tmp_path / "in")])
    assert "In all 2 rows: 0 accepted, 0 quarantined, 0 superseded, 2 duplicate" in found.output
