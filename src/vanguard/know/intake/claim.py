"""Which file of a folder belongs to which feed, and when its extract was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vanguard.errors import BadInput
from vanguard.know.intake.feed import Feed, Sends, name_pattern
from vanguard.know.intake.readers.fhir import is_fhir
from vanguard.know.intake.readers.first_row import first_instant

DATA_ENDINGS = (
    ".csv",
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
PERHAPS_DATA = (".txt", ".psv", ".dat", ".tab")


@dataclass(frozen=True)
class Claim:
    """One file, the feed that it came in by and what it holds; `extracted_at` is an instant in UTC.

    A mended row comes in a file of our own and names the `origin`, the file that it was in; `shift` is added to the
    number of each line.
    """

    path: Path
    feed: Feed
    extracted_at: datetime
    sends: Sends = "delta"
    origin: str = ""
    shift: int = 0

    @property
    def name(self) -> str:
        return self.origin or self.path.name

    @property
    def extracted_on(self) -> date:
        """The local day of the extract."""
        return self.extracted_at.astimezone(ZoneInfo(self.feed.zone)).date()


def claim(folder: Path, feeds: Iterable[Feed], now: datetime) -> list[Claim]:
    """Every data file of `folder` with its feed, in the order in which their words count: extract, then name.

    Subfolders, hidden files and files that hold no data (.md, .yaml, .txt that no feed knows …) are left alone; so
    is FHIR, which `fhir_files` names.
    Raises BadInput that names every data file that cannot be opened, that no feed, or more than one, knows, or
    whose name says that it was made after `now`.
    """
    if not folder.is_dir():
        raise BadInput(
            "This is not a folder." if folder.exists() else "There is no such folder.",
            where=str(folder),
            do="Give the folder that holds the partners' files.",
        )
    by_id = {feed.feed: feed for feed in feeds}
    claims, problems = [], []
    for path in _data(folder, by_id.values()):
        try:
            _refuse_unreadable(path)
            if not is_fhir(path):
                claims.append(_claimed(path, by_id, now))
        except BadInput as problem:
            problems.append(str(problem))
    if problems:
        raise BadInput("\n".join(problems))
    if not claims and not fhir_files(folder):
        raise BadInput("There is no data file in this folder.", where=str(folder), do=known_names(by_id.values()))
    return sorted(claims, key=lambda claim: (claim.extracted_at, claim.name))


def fhir_files(folder: Path) -> list[Path]:
    """Every file of `folder` that is FHIR by its name."""
    return [path for path in _data(folder) if is_fhir(path)]


def passed_over(folder: Path, feeds: Iterable[Feed]) -> list[str]:
    """A sentence about each file of `folder` that may hold data and that no feed knows."""
    taken = set(_data(folder, feeds))
    perhaps = sorted(path for path in folder.iterdir() if path.suffix.lower() in PERHAPS_DATA and path not in taken)
    return [
        f"{path.name}: passed over, for no feed knows a file of this name. If it holds data, rename it or describe it."
        for path in perhaps
        if not path.name.startswith(".")
    ]


def known_names(feeds: Iterable[Feed]) -> str:
    """The sentence that lists the file names that feeds know."""
    shown = (name.replace("{date}", "YYYYMMDD").replace("{time}", "HHMM") for feed in feeds for name, _ in feed.names)
    return f"Known names, with .csv, .csv.gz or .parquet after them: {', '.join(shown)}."


def _data(folder: Path, feeds: Iterable[Feed] = ()) -> list[Path]:
    """What is named as data in the folder, by name; a .txt file is data where a feed knows its name."""
    patterns = [name_pattern(name) for feed in feeds for name, _ in feed.names]
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if not path.name.startswith(".")
            and (
                path.name.lower().endswith(DATA_ENDINGS)
                or (path.suffix.lower() == ".txt" and any(pattern.fullmatch(path.name) for pattern in patterns))
            )
        )
    except OSError as error:
        raise BadInput(
            f"This folder cannot be read: {error.strerror}.",
            where=str(folder),
            do="Ask for leave to read it.",
        ) from error


def _refuse_unreadable(path: Path) -> None:
    """Raise BadInput for what is named as a data file and cannot be read as one: else it would pass unseen."""
    if path.is_dir():
        raise BadInput(
            "This is a folder, but it is named as a file.",
            where=path.name,
            do="Rename it, or give it to `load` by itself.",
        )
    if not path.is_file():
        raise BadInput(
            "There is no file behind this name: it is a broken link or a device.",
            where=path.name,
            do="Put the file itself there, or take it out of the folder.",
        )
    try:
        path.open("rb").close()
    except OSError as error:
        raise BadInput(
            f"This file cannot be read: {error.strerror}.", where=path.name, do="Ask for leave to read it."
        ) from error


def _claimed(path: Path, feeds: dict[str, Feed], now: datetime) -> Claim:
    matching = {
        (feed.feed, sends): match
        for feed in feeds.values()
        for name, sends in reversed(feed.names)
        if (match := name_pattern(name).fullmatch(path.name))
    }
    found = [(feeds[name], sends, match) for (name, sends), match in matching.items()]
    if not found:
        raise BadInput(
            "No feed knows a file of this name.",
            where=path.name,
            do=f"Rename it, describe its feed, or take it out of the folder. {known_names(feeds.values())}",
        )
    if len(found) > 1:
        both = " and ".join(sorted({feed.feed for feed, _, _ in found}))
        if len({feed.feed for feed, _, _ in found}) == 1:
            raise BadInput(f"The feed {both} claims this file twice.", where=path.name, do="Make its `files` differ.")
        raise BadInput(f"The feeds {both} both claim this file.", where=path.name, do="Make their `files` differ.")
    feed, sends, match = found[0]
    return Claim(path, feed, _extracted_at(path, feed, match.groupdict(), now), sends)


def _extracted_at(path: Path, feed: Feed, named: dict[str, str | None], now: datetime) -> datetime:
    """When the extract was made, as its name says, or else its first row, or else its date of change."""
    if stamp := named.get("date"):
        at, shown = stamp.replace("-", "") + (named.get("time") or ""), " ".join(filter(None, named.values()))
        form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}[len(at)]
        try:
            local = datetime.strptime(at, form).replace(tzinfo=ZoneInfo(feed.zone))
        except ValueError as error:
            raise BadInput(
                f"{shown} in the file name is not a date.", where=path.name, do="Name it by the day of the extract."
            ) from error
        if local > now:
            raise BadInput(
                f"Its name says that it was extracted on {local.day} {local:%B %Y}, which lies ahead.",
                where=path.name,
                do="Name it by the day of the extract.",
            )
        return local.astimezone(UTC)
    changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    return first_instant(path, feed, now) if feed.extracted else changed
