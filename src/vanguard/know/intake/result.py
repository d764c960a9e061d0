"""What a load did, counted in rows of the files."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
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
    """The counts of a whole folder, and of each file in it."""

    rows: int
    accepted: int
    quarantined: int
    superseded: int
    duplicate: int
    files: tuple[FileResult, ...]

    @classmethod
    def of(cls, files: Iterable[FileResult]) -> "LoadResult":
        """The sum over `files`, which are kept in the order of their names."""
        found = tuple(sorted(files, key=lambda file: file.file))
        counts = [field.name for field in fields(cls) if field.name != "files"]
        return cls(**{name: sum(getattr(file, name) for file in found) for name in counts}, files=found)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
