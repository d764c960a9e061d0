"""The form of a backup: a tar stream, packed with zstd. The first member says what it is and by which version
it was made; the last one has the hash of each member before it, so that a stream without it is not whole.

After decrypting, ordinary tools read it: `age -d -i key.txt FILE | zstd -d | tar x`.
"""

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

import orjson
import zstandard
from pydantic import BaseModel, ConfigDict, ValidationError

FORMAT = 1
HEADER, MANIFEST = "vanguard-backup.json", "manifest.json"
PIECE = 1 << 20
LONGEST_HEADER = 4 << 20
LONGEST_MANIFEST = 1 << 30


class NotWhole(Exception):
    """The stream is no backup, or not all of it."""


class Header(BaseModel):
    """What a backup says of itself. `migrations` are those applied, by app; `database` is Django's vendor."""

    model_config = ConfigDict(frozen=True)
    format: int
    vanguard: str
    made: str
    database: str
    migrations: dict[str, list[str]]
    sequences: dict[str, int] = {}
    lake_generation: int


@dataclass(frozen=True)
class Member:
    """One file or folder on its way into a backup: `pieces` come to `size` bytes. A folder has none."""

    name: str
    size: int
    pieces: Iterable[bytes]
    mode: int = 0o600
    folder: bool = False


@dataclass
class Count:
    """What went through: members and their bytes before packing."""

    files: int = 0
    bytes: int = 0
    hashes: list[tuple[str, int, str]] = field(default_factory=list)


def packed(header: Header, members: Iterable[Member], count: Count) -> Iterator[bytes]:
    """The stream of a backup in pieces; `count` tells how much has gone into it."""
    packer = zstandard.ZstdCompressor(level=3, write_checksum=True).compressobj()
    for piece in _tar(header, members, count):
        if some := packer.compress(piece):
            yield some
    yield packer.flush()


def unpack(stream: BinaryIO, into: Path, accept: Callable[[Header], None], moved: Callable[[int], object]) -> Header:
    """Write every member below the folder `into` and hold it against the hashes.

    `accept` may refuse a header before anything else is read; `moved` hears of bytes read. Raises NotWhole.
    """
    count = Count()
    try:
        with (
            zstandard.ZstdDecompressor().stream_reader(_Told(stream, moved)) as plain,
            tarfile.open(fileobj=plain, mode="r|") as tar,
        ):
            members = iter(tar)
            header = _header(tar, next(members, None))
            accept(header)
            for member in members:
                if member.name == MANIFEST:
                    _check(tar, member, count)
                    if next(members, None) is not None:
                        raise NotWhole("something follows the manifest")
                    return header
                _write(tar, member, into, count)
    except (tarfile.TarError, zstandard.ZstdError, EOFError, ValidationError, orjson.JSONDecodeError) as error:
        raise NotWhole(str(error)) from error
    raise NotWhole("the manifest is missing")


def pieces_of(file: IO[bytes], size: int) -> Iterator[bytes]:
    """The next `size` bytes of a file. Raises NotWhole if there are fewer."""
    left = size
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise NotWhole("a file became shorter while it was read")
        left -= len(piece)
        yield piece


class _Told:
    """A stream that tells how many bytes were read of it."""

    def __init__(self, stream: BinaryIO, moved: Callable[[int], object]) -> None:
        self._stream, self._moved = stream, moved

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self._moved(len(piece))
        return piece


def _tar(header: Header, members: Iterable[Member], count: Count) -> Iterator[bytes]:
    whole = header.model_dump_json(indent=1).encode()
    yield from _entry(Member(HEADER, len(whole), [whole]), Count())
    for member in members:
        yield from _entry(member, count)
    listed = [{"name": name, "size": size, "sha256": sha256} for name, size, sha256 in count.hashes]
    manifest = orjson.dumps({"members": listed}, option=orjson.OPT_INDENT_2)
    yield from _entry(Member(MANIFEST, len(manifest), [manifest]), Count())
    yield bytes(2 * tarfile.BLOCKSIZE)


def _entry(member: Member, count: Count) -> Iterator[bytes]:
    info = tarfile.TarInfo(member.name)
    info.size, info.mode = member.size, member.mode
    if member.folder:
        info.type = tarfile.DIRTYPE
        yield info.tobuf(tarfile.PAX_FORMAT)
        return
    yield info.tobuf(tarfile.PAX_FORMAT)
    digest, written = hashlib.sha256(), 0
    for piece in member.pieces:
        digest.update(piece)
        written += len(piece)
        yield piece
    if written != member.size:
        raise NotWhole(f"{member.name} has {written} bytes instead of {member.size}")
    yield bytes(-written % tarfile.BLOCKSIZE)
    count.hashes.append((member.name, written, digest.hexdigest()))
    count.files += 1
    count.bytes += written


def _header(tar: tarfile.TarFile, first: tarfile.TarInfo | None) -> Header:
    if first is None or first.name != HEADER or first.size > LONGEST_HEADER:
        raise NotWhole("it does not begin as a backup does")
    return Header.model_validate_json(_content(tar, first).read())


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path, count: Count) -> None:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or not (member.isreg() or member.isdir()):
        raise NotWhole("it holds what a backup never holds")
    path = into / name
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(member.mode & 0o750)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, content = hashlib.sha256(), _content(tar, member)
    with path.open("xb") as out:
        while piece := content.read(PIECE):
            digest.update(piece)
            out.write(piece)
    path.chmod(member.mode & 0o640)
    count.hashes.append((member.name, member.size, digest.hexdigest()))


def _check(tar: tarfile.TarFile, member: tarfile.TarInfo, count: Count) -> None:
    if member.size > LONGEST_MANIFEST:
        raise NotWhole("its manifest is too long")
    listed = orjson.loads(_content(tar, member).read())["members"]
    if [(one["name"], one["size"], one["sha256"]) for one in listed] != count.hashes:
        raise NotWhole("its manifest names other content")


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    return tar.extractfile(member) or io.BytesIO()
