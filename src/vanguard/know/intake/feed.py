"""A feed: what one kind of file from one partner looks like and what its columns mean to us.
The objects are frozen; `feed_files` reads them from YAML."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

PERSON_FACTS = (
    "nhs_number", "given_name", "family_name", "birth_date", "sex", "address",
    "postcode", "phone", "death_date", "practice", "area",
)  # fmt: skip

ColumnType = Literal["text", "date", "instant", "int", "float", "money", "nhs_number", "postcode"]
Sends = Literal["delta", "snapshot", "period"]
"""What a file holds: what changed; all there is; or all there is of the days between its first and its last."""
FORMATS = {"date": "%Y-%m-%d", "instant": "%Y-%m-%dT%H:%M:%S"}
Check = Literal["rows", "filled", "columns", "codes", "days", "unusable"]
"""What is checked of a file as a whole; see `checks`."""
SEXES = {"female", "male", "other", "unknown"}


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _several(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


Delimiter = Annotated[str, Field(pattern=r'^[^"\r\n\x00]$')]
Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]


class FeedColumn(Strict):
    """One column of the file, whatever the case in which the file writes its name.

    `names` are other names that it may have. An `optional` column may be missing from a file. `format` is one
    strptime format or several, tried in turn. Each of `empty` stands for no value. `codes` maps the partner's codes
    to our words, and `codes_file` names a CSV file of them beside the description; any other code puts the row in
    quarantine or, with `unknown: warn`, means nothing and is pointed out, and so is a day longer before the extract
    than `within_days`.
    """

    what: str
    type: ColumnType = "text"
    names: Texts = ()
    required: bool = False
    optional: bool = False
    format: Texts = ()
    empty: Texts = ()
    codes: dict[str, str] | None = None
    codes_file: str | None = None
    unknown: Literal["quarantine", "warn"] = "quarantine"
    future: bool = False
    within_days: int | None = Field(default=None, ge=0)

    @property
    def formats(self) -> tuple[str, ...]:
        """The strptime formats of a date or instant column, in the order in which they are tried."""
        return self.format or (FORMATS[self.type],)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.format and self.type not in FORMATS:
            raise ValueError("only a date or an instant has a format")
        if self.future and self.type not in FORMATS:
            raise ValueError("only a date or an instant can lie in the future")
        if (self.codes or self.codes_file) and self.type != "text":
            raise ValueError("only a text column has a code list")
        if self.codes and self.codes_file:
            raise ValueError("give codes or codes_file, not both")
        if self.unknown == "warn" and not (self.codes or self.codes_file):
            raise ValueError("only a column with a code list can warn of an unknown code")
        if self.within_days is not None and self.type not in FORMATS:
            raise ValueError("only a date or an instant has within_days")
        if self.required and self.optional:
            raise ValueError("a required column cannot be optional")
        return self


class Value(Strict):
    """Where one field comes from: a constant, a column, or whether a column is filled."""

    constant: str | None = None
    column: str | None = None
    filled: str | None = None
    then: str | None = None
    otherwise: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(part is not None for part in (self.constant, self.column, self.filled)) != 1:
            raise ValueError("give exactly one of constant, column or filled")
        if (self.then is not None) != (self.filled is not None):
            raise ValueError("filled needs then, and then needs filled")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in (self.column, self.filled) if name)


def _value(given: Any) -> Any:
    return {"column": given} if isinstance(given, str) else given


From = Annotated[Value, BeforeValidator(_value)]


class Codes(Strict):
    """Columns that hold codes of one system, most important first.

    `together` is a column that holds them all, parted by commas: it is read in rows that have no code in `columns`.
    `drop` lists characters to leave out, `padding` characters to take off the end.
    """

    system: str
    columns: tuple[str, ...] = Field(min_length=1)
    together: str | None = None
    drop: str = ""
    padding: str = ""


class Detail(Strict):
    """One item of the leftover detail: a column as it stands, or true where the column `equals` a word."""

    column: str
    equals: str | None = None


class PersonMap(Strict):
    """Which columns say who the person is."""

    source_id: str
    nhs_number: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    address: str | None = None
    postcode: str | None = None
    phone: str | None = None
    death_date: str | None = None
    practice: str | None = None
    area: str | None = None

    @property
    def facts(self) -> dict[str, str]:
        """Field of source_person → column of the file, for those that the feed has."""
        return {fact: column for fact in PERSON_FACTS if (column := getattr(self, fact))}


class EventMap(Strict):
    """Which columns say what happened. Fields are those of source_event.

    `start_time` is a column with the time of day, HHMM or HH:MM, where `start` has the date alone; what cannot be
    read as a time leaves the event without one.
    """

    source_id: str
    kind: From
    setting: From | None = None
    status: From | None = None
    method: From | None = None
    start: str | None = None
    start_time: str | None = None
    end: str | None = None
    codes: tuple[Codes, ...] = ()
    display: From | None = None
    value: str | None = None
    unit: From | None = None
    text: From | None = None
    place: From | None = None
    area: str | None = None
    cost: str | None = None
    detail: dict[str, Annotated[Detail, BeforeValidator(_value)]] = {}


class Removal(Strict):
    """A delta's column that says which rows are deletions: those where it `equals` one of these."""

    column: str
    equals: Texts = Field(min_length=1)


class ExtractTime(Strict):
    """The column whose value in a file's first row is when the extract was made."""

    column: str


class Feed(Strict):
    """One feed. `files` is the name without its ending: `*` for anything, `{date}` for the day of the extract, written
    YYYYMMDD or YYYY-MM-DD, and `{time}` for its time, HHMM or HHMMSS.

    `files` may also be a list of such names by what the files hold: {snapshot: a_{date}, delta: changes_{date}}; else
    `sends` says what they hold. Files may end in .csv, .txt, .csv.gz, .txt.gz or .parquet. The time of an extract is
    that of its name, or that in the column of `extracted`, or the file's own.
    """

    feed: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    what: str
    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    files: str | dict[Sends, Texts] = Field(min_length=1)
    sends: Sends = "delta"
    extracted: ExtractTime | None = None
    removes: Removal | None = None
    delimiter: Annotated[tuple[Delimiter, ...], BeforeValidator(_several)] = Field(default=(",",), min_length=1)
    """What parts the columns; where there are several, the one with which a file's header is understood."""
    encoding: Literal["utf-8", "latin-1", "windows-1252"] = "utf-8"
    zone: str = "Europe/London"
    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, FeedColumn] = Field(min_length=1)
    checks: dict[Check, Literal["refuse", "warn", "off"]] = {}
    """What to do where a file is not like those before it; to warn is usual."""
    person: PersonMap | None = None
    event: EventMap | None = None
    described_by: str = Field(default="", exclude=True)
    """Hash of the description's bytes; set by the reader of the file."""

    @property
    def names(self) -> tuple[tuple[str, Sends], ...]:
        """The names of files, without ending, and what files of that name hold."""
        if isinstance(self.files, str):
            return ((self.files, self.sends),)
        return tuple((name, sends) for sends, names in self.files.items() for name in names)

    @property
    def whole(self) -> bool:
        """Whether what a file of the feed does not hold may have ended."""
        return any(sends != "delta" for _, sends in self.names)

    @property
    def source_id(self) -> str:
        """The column that holds the person's number."""
        mapping = self.event or self.person
        assert mapping is not None
        return mapping.source_id

    @property
    def required(self) -> frozenset[str]:
        """Columns that no row may leave empty."""
        named = {name for name, column in self.columns.items() if column.required}
        return frozenset(named | set(self.key) | {self.source_id})


_PARTS = {
    "*": r".*",
    "{date}": r"(?P<date>\d{8}|\d{4}-\d{2}-\d{2})",
    "{time}": r"(?P<time>\d{6}|\d{4})",
}


def name_pattern(name: str) -> re.Pattern[str]:
    """Matches the names of files that a feed names so; the groups `date` and `time` hold when it was extracted."""
    body = "".join(_PARTS.get(part, re.escape(part)) for part in re.split(r"(\*|\{date\}|\{time\})", name))
    return re.compile(body + r"\.((csv|txt)(\.gz)?|parquet)", re.IGNORECASE)
