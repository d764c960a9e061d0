"""What a reference leads to: in the same resource, in the same file, or outside it.
All forms of R4: contained, urn:uuid, relative, absolute, version-specific, conditional, by identifier."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

from vanguard.fhir.documents import Entry
from vanguard.fhir.paths import Misshapen, kind, objects, text
from vanguard.fhir.r4 import known_types, remembered

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
DEFAULT_SOURCE = "fhir"

_MOST_REMEMBERED = 200_000

_RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([^/?#]+)(?:/_history/[^/]+)?")
_ABSOLUTE = re.compile(r"(https?://.+)/([A-Z][A-Za-z]+)/([^/?#]+)(?:/_history/[^/]+)?")
_CONDITIONAL = re.compile(r"(?:https?://.+/)?([A-Z][A-Za-z]+)\?(.+)")


@dataclass(frozen=True, slots=True)
class Known:
    """A resource of the file: `base` is the server it comes from, if its fullUrl says so."""

    type: str
    id: str
    base: str
    resource: dict[str, Any]

    @property
    def key(self) -> str:
        return f"{self.type}/{self.id}"


class Target(NamedTuple):
    """Where a reference leads. `known` or `contained` hold the resource, if it is at hand.

    `base` is the server of a resource outside the file; `identifier` is (system, value) where that is all
    that the reference says. `missing` is set where it can lead nowhere but into the file, and is not there.
    """

    type: str = ""
    id: str = ""
    base: str = ""
    known: Known | None = None
    contained: dict[str, Any] | None = None
    identifier: tuple[str, str] | None = None
    missing: str = ""


def identity(entry: Entry, resource: dict[str, Any]) -> tuple[str, str]:
    """(base, id) of what an entry holds; the id is empty where the file gives none.

    The id is the resource's own, else that of the request (PUT Patient/1), else that of the fullUrl.
    """
    own = text(resource, "id")
    absolute = _ABSOLUTE.fullmatch(entry.full_url)
    base = absolute.group(1) if absolute else ""
    if own:
        return base, own
    asked = _RELATIVE.fullmatch(entry.url)
    if asked and asked.group(1) == resource.get("resourceType"):
        return base, asked.group(2)
    if absolute:
        return base, absolute.group(3)
    return base, entry.full_url.rpartition(":")[2] if entry.full_url.startswith("urn:") else ""


def same_system(system: str | None, other: str) -> bool:
    """Whether two identifier systems are one: publishers vary in case and http or https."""
    return bool(system) and _plain(system or "") == _plain(other)


@dataclass
class Index:
    """The resources of one file by every name that a reference may use."""

    by_url: dict[str, Known] = field(default_factory=dict)
    by_key: dict[str, Known] = field(default_factory=dict)
    by_identifier: dict[tuple[str, str], Known] = field(default_factory=dict)
    _followed: dict[tuple[str, str, str], Target] = field(default_factory=dict)

    def add(self, entry: Entry, resource: dict[str, Any], base: str, resource_id: str) -> Known:
        """Remember what others may ask about a resource; a later one of the same name takes its place."""
        self._followed.clear()
        resource_type = resource["resourceType"]
        kept = {name: resource[name] for name in remembered(resource_type) if name in resource}
        known = Known(resource_type, resource_id, base, kept)
        self.by_key[known.key] = known
        if entry.full_url:
            self.by_url[entry.full_url] = known
        if resource_type == "Patient":
            for identifier in objects(resource, "identifier"):
                pair = _pair(identifier)
                if pair:
                    self.by_identifier[pair] = known
        return known

    def resolve(self, reference: Any, base: str, holder: dict[str, Any]) -> Target:
        """Follow a Reference of `holder`, which came from the server `base`. Raises Misshapen."""
        if type(reference) is not dict:
            raise Misshapen("reference", f"A reference should be an object, but {kind(reference)} is there.")
        named = text(reference, "type") or ""
        where = text(reference, "reference")
        if where:
            if where.startswith("#"):
                return _contained(where, holder)
            asked = (where, named, base)
            found = self._followed.get(asked)
            if found is None:
                found = self._follow(where, named, base)
                if len(self._followed) < _MOST_REMEMBERED:
                    self._followed[asked] = found
            return found
        given = reference.get("identifier")
        if type(given) is dict:
            pair = _pair(given)
            if pair:
                return self._by_identifier(pair, named)
        return Target(type=named)

    def _follow(self, where: str, named: str, base: str) -> Target:
        relative = _RELATIVE.fullmatch(where)
        if relative and relative.group(1) in known_types():
            return self._at(base, relative.group(1), relative.group(2))
        known = self.by_url.get(where)
        if known:
            return Target(known.type, known.id, known.base, known)
        absolute = _ABSOLUTE.fullmatch(where)
        if absolute and absolute.group(2) in known_types():
            return self._at(*absolute.group(1, 2, 3), strict=True)
        conditional = _CONDITIONAL.fullmatch(where)
        if conditional:
            return self._conditional(conditional.group(1), conditional.group(2), where)
        return Target(named, where.rpartition(":")[2] if where.startswith("urn:") else "", missing=where)

    def _at(self, base: str, resource_type: str, resource_id: str, *, strict: bool = False) -> Target:
        known = self.by_url.get(f"{base}/{resource_type}/{resource_id}") if base else None
        known = known or self.by_key.get(f"{resource_type}/{resource_id}")
        if known and strict and known.base not in ("", base):
            known = None
        return Target(resource_type, resource_id, known.base if known else base, known)

    def _conditional(self, resource_type: str, query: str, where: str) -> Target:
        asked = parse_qs(query).get("identifier", [""])[0]
        system, bar, value = unquote(asked).partition("|")
        if resource_type == "Patient" and bar and value:
            return self._by_identifier((_plain(system), value), resource_type)
        return Target(resource_type, missing=where)

    def _by_identifier(self, pair: tuple[str, str], named: str) -> Target:
        known = self.by_identifier.get(pair)
        if known and named in ("", known.type):
            return Target(known.type, known.id, known.base, known, identifier=pair)
        return Target(named, identifier=pair)


def _contained(where: str, holder: dict[str, Any]) -> Target:
    for inner in objects(holder, "contained"):
        if inner.get("id") in (where[1:], where) and type(inner.get("resourceType")) is str:
            return Target(inner["resourceType"], where[1:], contained=inner)
    return Target(missing=where)


def _pair(identifier: dict[str, Any]) -> tuple[str, str] | None:
    value = text(identifier, "value")
    return (_plain(text(identifier, "system") or ""), value.strip()) if value else None


def _plain(system: str) -> str:
    return system.strip().rstrip("/").lower().replace("http://", "https://", 1)
