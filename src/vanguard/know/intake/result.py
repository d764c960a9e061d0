"""What a load did, counted in rows of the files."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

WORDS = ("accepted", "quarantined", "superseded", "duplicate")


@dataclass(frozen=True)
class FileResult:
    """One file's counts; rows = accepted + quarantined + superseded + duplicate."""

    file: str
    feed: str
    rows: int
    accepted: int = 0
    quarantined: int = 0
    superseded: int = 0
    duplicate: int = 0

    def __post_init__(self) -> None:
        parts = self.accepted + self.quarantined + self.superseded + self.duplicate
        assert self.rows == parts, f"{self.file}: {self.rows} rows, but {parts} counted"


@dataclass(frozen=True)
class LoadResult:
    """The counts of a whole folder, and of each file in it; `warnings` say what is odd about a file."""

    rows: int
    accepted: int
    quarantined: int
    superseded: int
    duplicate: int
    files: tuple[FileResult, ...]
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, files: Iterable[FileResult], warnings: Iterable[str] = ()) -> "LoadResult":
        """The sum over `files`, which are kept in the order of their names."""
        found = tuple(sorted(files, key=lambda file: file.file))
        counts = ("rows", *WORDS)
        summed = {name: sum(getattr(file, name) for file in found) for name in counts}
        return cls(**summed, files=found, warnings=tuple(warnings))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
