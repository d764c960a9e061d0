"""Who reads which generation. Its files stay until they have ended, however many generations follow meanwhile.

A generation has a small file in the folder `readers` that names its files. Whoever reads it holds a shared lock on
that file, which the system lets go when they end, however they end. A writer that gets the whole lock knows that nobody
reads the generation any more.
"""

import fcntl
import os
from pathlib import Path

from vanguard.lake.manifest import Manifest, read_manifest

FOLDER = "readers"
MODE = 0o640


def hold(lake: Path, manifest_path: Path) -> tuple[Manifest, int | None]:
    """The present manifest, and an open file to close when its reader has ended: None where nobody could remove files
    of that generation, or it is from a backup and has no file of readers."""
    while True:
        manifest = read_manifest(manifest_path)
        path = lake / FOLDER / str(manifest.generation)
        try:
            held = os.open(path, os.O_RDONLY)
        except OSError:
            if read_manifest(manifest_path).generation == manifest.generation:
                return manifest, None
            continue
        fcntl.flock(held, fcntl.LOCK_SH)
        # Between opening and locking, a writer may have found nobody and cleared the generation away.
        if os.fstat(held).st_nlink:
            return manifest, held
        os.close(held)


def welcome(lake: Path, manifest: Manifest) -> None:
    """Let a generation have readers. Call it before its manifest is there to be read."""
    path = lake / FOLDER / str(manifest.generation)
    path.write_text("\n".join(sorted(manifest.paths)), encoding="utf-8")
    path.chmod(MODE)
    share(path, path.parent)


def welcome_back(lake: Path, manifest: Manifest) -> None:
    """Let the present generation have readers where it came from a backup, which has no file of them."""
    if manifest.generation and not (lake / FOLDER / str(manifest.generation)).exists():
        welcome(lake, manifest)


def share(path: Path, like: Path) -> None:
    """Give a path the group of another, so that whoever may read the one may say that they do."""
    group = like.stat().st_gid
    if path.stat().st_gid != group:
        os.chown(path, -1, group)


def still_read(lake: Path, present: int) -> set[str]:
    """The files of other generations than the present one that somebody reads. Forgets those that nobody does."""
    kept: set[str] = set()
    for path in (lake / FOLDER).iterdir():
        if path.name == str(present):
            continue
        with path.open(encoding="utf-8") as listed:
            try:
                fcntl.flock(listed, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                kept.update(listed.read().splitlines())
            else:
                path.unlink()
    return kept
