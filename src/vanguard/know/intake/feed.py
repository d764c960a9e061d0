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
FORMATS = {"date": "%Y-%m-%d", "instant": "%Y-%m-%dT%H:%M:%S"}
SEXES = {"female", "male", "other", "unknown"}


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FeedColumn(Strict):
    """One column of the file. `codes` maps the partner's codes to our words; any other code is refused."""

    what: str
    type: ColumnType = "text"
    required: bool = False
    format: str | None = None
    codes: dict[str, str] | None = None
    future: bool = False

    @property
    def parse_format(self) -> str:
        """The strptime format of a date or instant column."""
        return self.format or FORMATS[self.type]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.format and self.type not in FORMATS:
            raise ValueError("only a date or an instant has a format")
        if self.future and self.type not in FORMATS:
            raise ValueError("only a date or an instant can lie in the future")
        if self.codes and self.type != "text":
            raise ValueError("only a text column has a code list")
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
    """Columns that hold codes of one system, most important first. `drop` lists characters to leave out."""

    system: str
    columns: tuple[str, ...] = Field(min_length=1)
    drop: str = ""


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
    """Which columns say what happened. Fields are those of source_event."""

    source_id: str
    kind: From
    setting: From | None = None
    status: From | None = None
    method: From | None = None
    start: str | None = None
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


class Feed(Strict):
    """One feed. `files` is the name without its ending: `*` for anything, `{date}` for YYYYMMDD of the extract.

    Files may end in .csv, .csv.gz or .parquet. Without `{date}` the file's own time is the extract's time.
    """

    feed: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    what: str
    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    files: str = Field(min_length=1)
    delimiter: str = Field(default=",", pattern=r'^[^"\r\n\x00]$')
    encoding: Literal["utf-8", "latin-1", "windows-1252"] = "utf-8"
    zone: str = "Europe/London"
    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, FeedColumn] = Field(min_length=1)
    person: PersonMap | None = None
    event: EventMap | None = None
    described_by: str = Field(default="", exclude=True)
    """Hash of the description's bytes; set by the reader of the file."""

    @property
    def name_pattern(self) -> re.Pattern[str]:
        """Matches a file name; the group `date` holds the extract date where the feed gives one."""
        body = "".join(
            {"*": r".*", "{date}": r"(?P<date>\d{8})"}.get(part, re.escape(part))
            for part in re.split(r"(\*|\{date\})", self.files)
        )
        return re.compile(body + r"\.(csv|csv\.gz|parquet)", re.IGNORECASE)

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
