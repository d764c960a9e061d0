"""A file that cannot be read as a whole stops the load with a sentence, and nothing is loaded."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.know.intake.partner import contact, send, stay, take, text

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
        (GOOD.replace("given_name", "first_name", 1).encode(), "The nearest there is: first_name."),
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
        (f"{NAME}.gz", gzip.compress(GOOD.encode())[:-20], "The gzip file cannot be unpacked"),
        (f"{NAME}.gz", GOOD.encode(), "The gzip file cannot be unpacked"),
        (f"{NAME}.gz", gzip.compress(LATIN), "is not UTF-8"),
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
    ],
)
def test_other_files_are_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    assert sentence in refused(tmp_path, **{name: content})


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
