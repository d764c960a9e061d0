"""What a site does otherwise than its blueprint says, than another site, and what a newer version would change."""

from dataclasses import dataclass

from vanguard.blueprint import (
    BadBlueprint,
    Blueprint,
    Change,
    files_of_text,
    read_version,
    variation,
    varied,
    versions_of,
)
from vanguard.errors import BadInput
from vanguard.programme.blueprints.kept import beside
from vanguard.programme.blueprints.models import Adoption
from vanguard.programme.days import first_day


@dataclass(frozen=True)
class Varies:
    """How an adoption stands. `problem` is a sentence where its version is gone or no longer fits its files."""

    changes: tuple[Change, ...] = ()
    problem: str = ""
    newest: str = ""


@dataclass(frozen=True)
class Newer:
    """What the newest version changed since, and what in the site's own files would not fit it."""

    version: str
    changes: tuple[Change, ...]
    misfits: tuple[str, ...]


def with_own(id: str, version: str, own: str, since: str) -> Blueprint:
    """The version as the site varies it. Raises BadInput or BadBlueprint."""
    return varied(id, version, files_of_text(own), beside(), first_day(since))


def of(adoption: Adoption) -> Blueprint:
    """What the site works by. Raises BadInput or BadBlueprint."""
    return with_own(adoption.blueprint, adoption.version, adoption.own, adoption.since)


def varies(adoption: Adoption) -> Varies:
    """What the site does otherwise, and whether there is a newer version."""
    there = versions_of(adoption.blueprint, beside())
    newest = there[-1] if there and there[-1] != adoption.version else ""
    try:
        parent = read_version(adoption.blueprint, adoption.version, beside())
        return Varies(variation(parent, of(adoption)), newest=newest)
    except BadInput as bad:
        return Varies(problem=str(bad), newest=newest)


def newer(adoption: Adoption, version: str) -> Newer:
    """What `version` changed since the one that the site adopted. Raises BadInput where either is gone."""
    before = read_version(adoption.blueprint, adoption.version, beside())
    after = read_version(adoption.blueprint, version, beside())
    misfits: tuple[str, ...] = ()
    own = files_of_text(adoption.own)
    try:
        varied(adoption.blueprint, version, own, beside(), first_day(adoption.since))
    except BadBlueprint as bad:
        misfits = tuple(str(one) for one in bad.mistakes)
    except BadInput as bad:
        misfits = (str(bad),)
    return Newer(version, variation(before, after), misfits)


def between(one: Adoption, other: Adoption) -> tuple[Change, ...]:
    """How the other site's differs from the first's. Raises BadInput where a version is gone."""
    return variation(of(one), of(other))
