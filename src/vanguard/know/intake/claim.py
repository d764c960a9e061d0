"""Which file of a folder belongs to which feed, and when its extract was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vanguard.errors import BadInput
from vanguard.know.intake.feed import Feed
from vanguard.know.intake.readers.fhir import is_fhir

DATA_ENDINGS = (
    ".csv",
    ".csv.gz",
    ".gz",
    ".parquet",
    ".json",
    ".ndjson",
    ".jsonl",
    ".tsv",
    ".xlsx",
    ".xml",
    ".zip",
)


@dataclass(frozen=True)
class Claim:
    """One file and the feed that it came in by; `extracted_at` is an instant in UTC."""

    path: Path
    feed: Feed
    extracted_at: datetime

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def extracted_on(self) -> date:
        """The local day of the extract."""
        return self.extracted_at.astimezone(ZoneInfo(self.feed.zone)).date()


def claim(folder: Path, feeds: Iterable[Feed]) -> list[Claim]:
    """Every data file of `folder` with its feed, in the order in which their words count: extract, then name.

    Subfolders, hidden files and files that hold no data (.md, .txt, .yaml …) are left alone; so is FHIR, which
    `fhir_files` names.
    Raises BadInput that names every data file that no feed, or more than one, knows.
    """
    if not folder.is_dir():
        raise BadInput(
            "This is not a folder." if folder.exists() else "There is no such folder.",
            where=str(folder),
            do="Give the folder that holds the partners' files.",
        )
    by_id = {feed.feed: feed for feed in feeds}
    claims, problems = [], []
    for path in sorted(folder.iterdir()):
        if not _is_data(path) or is_fhir(path):
            continue
        try:
            claims.append(_claimed(path, by_id))
        except BadInput as problem:
            problems.append(str(problem))
    if problems:
        raise BadInput("\n".join(problems))
    if not claims and not fhir_files(folder):
        raise BadInput("There is no data file in this folder.", where=str(folder), do=known_names(by_id.values()))
    return sorted(claims, key=lambda claim: (claim.extracted_at, claim.name))


def fhir_files(folder: Path) -> list[Path]:
    """Every file of `folder` that is FHIR by its name."""
    return sorted(path for path in folder.iterdir() if _is_data(path) and is_fhir(path))


def known_names(feeds: Iterable[Feed]) -> str:
    """The sentence that lists the file names that feeds know."""
    names = ", ".join(feed.files.replace("{date}", "YYYYMMDD") for feed in feeds)
    return f"Known names, with .csv, .csv.gz or .parquet after them: {names}."


def _is_data(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.name.lower().endswith(DATA_ENDINGS)


def _claimed(path: Path, feeds: dict[str, Feed]) -> Claim:
    found = [(feed, match) for feed in feeds.values() if (match := feed.name_pattern.fullmatch(path.name))]
    if not found:
        raise BadInput(
            "No feed knows a file of this name.",
            where=path.name,
            do=f"Rename it, describe its feed, or take it out of the folder. {known_names(feeds.values())}",
        )
    if len(found) > 1:
        both = " and ".join(feed.feed for feed, _ in found)
        raise BadInput(f"The feeds {both} both claim this file.", where=path.name, do="Make their `files` differ.")
    feed, match = found[0]
    stamp = match.groupdict().get("date")
    if stamp is None:
        return Claim(path, feed, datetime.fromtimestamp(int(path.stat().st_mtime), UTC))
    try:
        day = datetime.strptime(stamp, "%Y%m%d").replace(tzinfo=ZoneInfo(feed.zone))
    except ValueError as error:
        raise BadInput(
            f"{stamp} in the file name is not a date.",
            where=path.name,
            do="Name it by the day of the extract.",
        ) from error
    return Claim(path, feed, day.astimezone(UTC))
