"""The form of a backup: what goes in comes out, and nothing comes out of what was changed, cut or made up."""

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vanguard.backup import read_identity, read_recipient, write_new_identity
from vanguard.backup.archive import HEADER, MANIFEST, Count, Header, Member, NotWhole, packed, unpack
from vanguard.backup.sealing import seal, unsealed
from vanguard.errors import BadInput

OF = Header(format=1, vanguard="0.1.0", made="2018-08-06T09:30Z", database="sqlite", migrations={}, lake_generation=3)
FILES = {
    "place/feeds/ours.yaml": b"feed: ours\n",
    "place/lake/big.parquet": bytes(range(256)) * 700,
    "place/empty": b"",
}
names = st.lists(st.text("abc.-", min_size=1).filter(lambda name: set(name) - {"."}), min_size=1, max_size=3)


def stream(files: dict[str, bytes], header: Header = OF) -> bytes:
    members = [Member(name, len(body), [body[:7], body[7:]]) for name, body in files.items()]
    return b"".join(packed(header, members, Count()))


def opened(packed_bytes: bytes, into: Path) -> dict[str, bytes]:
    unpack(io.BytesIO(packed_bytes), into, lambda _: None, lambda _: None)
    return {str(path.relative_to(into)): path.read_bytes() for path in into.rglob("*") if path.is_file()}


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """An empty folder, another each time."""
    numbers = iter(range(10_000))

    def make() -> Path:
        folder = tmp_path / f"into{next(numbers)}"
        folder.mkdir()
        return folder

    return make


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(names.map("/".join), st.binary(max_size=2000), max_size=5))
def test_what_goes_in_comes_out(fresh: Callable[[], Path], files: dict[str, bytes]) -> None:
    flat = {f"{number}/{name}": body for number, (name, body) in enumerate(files.items())}
    assert opened(stream(flat), fresh()) == flat


@pytest.mark.parametrize("cut", [0, 3, 100, 500, -200])
def test_a_stream_that_ends_early_is_not_whole(fresh: Callable[[], Path], cut: int) -> None:
    with pytest.raises(NotWhole):
        opened(stream(FILES)[:cut], fresh())


def crafted(add: Callable[[tarfile.TarFile], None], *, whole: bool = True) -> bytes:
    """A stream that somebody made by hand, who has the public key."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        put(tar, HEADER, OF.model_dump_json().encode())
        add(tar)
        if whole:
            put(tar, MANIFEST, b'{"members": []}')
    return zstandard.compress(plain.getvalue())


def put(tar: tarfile.TarFile, name: str, body: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> None:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(body), kind, link
    tar.addfile(info, io.BytesIO(body))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../escaped", tarfile.REGTYPE),
        ("place/../../escaped", tarfile.REGTYPE),
        ("/tmp/escaped", tarfile.REGTYPE),
        ("place/link", tarfile.SYMTYPE),
        ("place/link", tarfile.LNKTYPE),
        ("place/pipe", tarfile.FIFOTYPE),
    ],
)
def test_nothing_is_written_outside(fresh: Callable[[], Path], tmp_path: Path, name: str, kind: bytes) -> None:
    with pytest.raises(NotWhole):
        opened(crafted(lambda tar: put(tar, name, kind=kind, link="/etc/passwd")), fresh())
    assert [path for path in tmp_path.rglob("*") if path.is_symlink() or path.name == "escaped"] == []


@pytest.mark.parametrize("whole", [True, False])
def test_what_the_manifest_does_not_name_is_not_whole(fresh: Callable[[], Path], whole: bool) -> None:
    with pytest.raises(NotWhole):
        opened(crafted(lambda tar: put(tar, "place/more", b"more"), whole=whole), fresh())


@pytest.mark.parametrize("body", [b"", b"no header", zstandard.compress(b"not a tar")])
def test_other_streams_are_not_whole(fresh: Callable[[], Path], body: bytes) -> None:
    with pytest.raises(NotWhole):
        opened(body, fresh())


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A private key's file, and a backup sealed for it."""
    folder = tmp_path_factory.mktemp("sealed")
    key, backup = folder / "key.txt", folder / "backup"
    recipient = read_recipient(write_new_identity(key))
    with backup.open("wb") as file:
        seal([stream(FILES)], file, [recipient])
    return key, backup


def unseal(backup: Path, key: Path, into: Path) -> None:
    with unsealed(backup, read_identity(key)) as bytes_in:
        unpack(bytes_in, into, lambda _: None, lambda _: None)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), cut=st.booleans(), bit=st.integers(0, 7))
def test_a_changed_or_cut_backup_is_refused(
    fresh: Callable[[], Path], sealed: tuple[Path, Path], where: float, cut: bool, bit: int
) -> None:
    key, backup = sealed
    whole = backup.read_bytes()
    place = int(where * len(whole))
    folder = fresh()
    bad = folder / "bad"
    bad.write_bytes(whole[:place] if cut else whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
    with pytest.raises((BadInput, NotWhole)):
        unseal(bad, key, folder)


def test_only_the_key_that_it_was_sealed_for_opens_it(sealed: tuple[Path, Path], fresh: Callable[[], Path]) -> None:
    key, backup = sealed
    unseal(backup, key, fresh())
    other = fresh() / "other.txt"
    write_new_identity(other)
    with pytest.raises(BadInput, match="not made for this key"):
        unseal(backup, other, fresh())
    assert b"ours" not in backup.read_bytes()


def test_a_private_key_is_written_once_and_for_its_owner(tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    write_new_identity(key)
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput, match="There is a file already"):
        write_new_identity(key)


def test_a_private_key_given_for_a_public_one_is_not_repeated(sealed: tuple[Path, Path]) -> None:
    secret = sealed[0].read_text().splitlines()[-1]
    with pytest.raises(BadInput, match="private key") as refused:
        read_recipient(secret)
    assert secret not in str(refused.value)
    for no_key in ("", "age1", "me@example.org"):
        with pytest.raises(BadInput, match="not a public key"):
            read_recipient(no_key)


def test_a_file_without_a_private_key_is_no_key(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("# public key: age1\n")
    with pytest.raises(BadInput, match="no private key"):
        read_identity(empty)
    with pytest.raises(BadInput, match="cannot be read"):
        read_identity(tmp_path / "missing.txt")


def test_what_fails_while_sealing_passes_through(sealed: tuple[Path, Path], tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"some"
        raise NotWhole("a file became shorter")

    recipient = read_recipient(sealed[0].read_text().splitlines()[0].split()[-1])
    with (tmp_path / "out").open("wb") as file, pytest.raises(NotWhole, match="shorter"):
        seal(pieces(), file, [recipient])
