"""A profile of disorder: one number for each switch, from a shipped profile or a YAML file."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vanguard.errors import BadInput
from vanguard.own_yaml import data_of

SHIPPED = ("none", "usual", "harsh")
Share = Annotated[float, Field(ge=0, le=1)]


class Disorder(BaseModel):
    """Shares of records (what a partner keeps of a person) or of rows; 0 switches a thing off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    no_nhs_number_person: Share = 0
    """Records of a partner other than general practice that never carry the NHS number."""
    no_nhs_number_row: Share = 0
    """Rows that lack it although others of the record have it."""
    typing_name: Share = 0
    """Records whose given or family name has a typing error."""
    typing_birth_date: Share = 0
    """Records with a wrong digit in the date of birth."""
    swapped_day_month: Share = 0
    """Records whose day and month of birth are exchanged, where that makes a date."""
    typing_postcode: Share = 0
    homoglyphs: Share = 0
    """Records with a letter of a name replaced by one of another script, or a digit, that looks the same."""
    no_accents: Share = 0
    """Records that cannot write accents."""
    former_name: Share = 0
    """Records of women who took a partner's name that still bear the former one."""
    short_name: Share = 0
    """Records with the first letters of the given name only."""
    old_address: Share = 0
    """Records of people who moved that keep the old postcode."""
    temporary_address: Share = 0
    """Records that show the postcode of someone with whom the person stays."""
    second_number: Share = 0
    """People to whom a partner gave two numbers."""
    twins: Share = 0
    """Brothers and sisters born close together who are twins."""
    one_family: Annotated[int, Field(ge=0, le=1000)] = 0
    """People of one small area who all bear one name."""
    exact_duplicates: Share = 0
    """Rows written twice in one file."""
    corrections: Share = 0
    """Rows written again later in the file with a corrected value."""
    wrong_rows: Share = 0
    """Rows that are simply wrong: an impossible value."""
    rows_at_least: Annotated[int, Field(ge=0)] = 0
    """Of each kind of duplicate, correction and mistake at least so many in each whole file."""
    late_rows: Share = 0
    """In a series of deliveries: rows that come days or weeks after they should have."""
    overlap_days: Annotated[int, Field(ge=0, le=366)] = 0
    """In a series: each delta repeats so many days of the one before it."""
    resent_files: Share = 0
    """In a monthly series: deltas that come again a day later, with corrected values."""


def read_disorder(name: str) -> Disorder:
    """The shipped profile of that name, or the one in that YAML file, which may say `extends: usual`.

    Raises BadInput for a profile that is not there or has a mistake.
    """
    if name in SHIPPED:
        text = files("vanguard.synth.disorder").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
        return Disorder.model_validate(data_of(text) or {})
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        raise BadInput(f"There is no disorder called {name}.", do=f"Say {', '.join(SHIPPED)}, or name a YAML file.")
    given = read_mapping(path)
    base = str(given.pop("extends", "none"))
    if base not in SHIPPED:
        raise BadInput(f"`extends` names {base}.", where=str(path), do=f"It may name {', '.join(SHIPPED)}.")
    try:
        return Disorder.model_validate(read_disorder(base).model_dump() | given)
    except ValidationError as error:
        raise BadInput(mistakes(error), where=str(path)) from error


def read_mapping(path: Path) -> dict[str, object]:
    """The names and values of a YAML file. Raises BadInput where it is not that."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise BadInput("The file cannot be read.", where=str(path), do="Check its name.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise BadInput("This is not YAML.", where=where) from error
    if not isinstance(given, dict):
        raise BadInput("The file must be a list of `name: value`.", where=str(path))
    return {str(name): value for name, value in given.items()}


def mistakes(error: ValidationError) -> str:
    """Each mistake as a sentence."""
    return " ".join(
        f"`{'.'.join(str(part) for part in one['loc'])}`: {str(one['msg']).removeprefix('Value error, ')}."
        for one in error.errors()
    )
