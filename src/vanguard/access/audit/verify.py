"""Checking the audit trail in its folder, while it is written to or not."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from vanguard.access.audit.examine import Verified, examine
from vanguard.access.audit.ledger import in_use, locked
from vanguard.access.audit.signing import known_key


def verify(
    folder: Path,
    *,
    hashes: Collection[str] = (),
    heads: Collection[bytes] = (),
    keys: Collection[str] = (),
    told: Callable[[Iterator[str]], Iterator[str]] = iter,
) -> Verified:
    """Check the trail in `folder`.

    `hashes` and `heads` are what was kept elsewhere: hashes of the ledger's lines or of heads, and whole heads.
    `keys` are public keys beside the place's own that may have signed. `told` is given the files' names to pass
    them on, for a progress bar.
    """
    files, written = _standing(folder)
    own = known_key(folder.parent)
    trusted = {*keys, own} - {""}
    return examine(Files(folder, files), keys=trusted, hashes=hashes, heads=heads, written=written, told=told)


class Files(Mapping[str, bytes]):
    """A folder's files by name, each read when it is asked for, up to the size that it had."""

    def __init__(self, folder: Path, sizes: Mapping[str, int]) -> None:
        self._folder, self._sizes = folder, sizes

    def __getitem__(self, name: str) -> bytes:
        size = self._sizes[name]
        with (self._folder / name).open("rb") as file:
            return file.read(size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sizes)

    def __len__(self) -> int:
        return len(self._sizes)

    def __contains__(self, name: object) -> bool:
        return name in self._sizes


def _standing(folder: Path) -> tuple[dict[str, int], set[str]]:
    """The files' sizes at one moment, and which of them have a writer."""
    if not folder.is_dir():
        return {}, set()
    try:
        with locked(folder):
            return _sizes(folder)
    except OSError:
        # A copy that may only be read has no writer either.
        return _sizes(folder)


def _sizes(folder: Path) -> tuple[dict[str, int], set[str]]:
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    # Asked first: a writer that ends in between leaves whole lines.
    written = {path.name for path in paths if in_use(path)}
    return {path.name: path.stat().st_size for path in paths}, written
