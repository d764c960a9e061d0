"""Reads one file of FHIR R4 into rows: every entry is accepted, superseded, a duplicate or quarantined.

Two passes: the first learns what the file holds (ids, versions, circles, what references lead to), the second
makes rows, a batch at a time. NDJSON is read twice from disk, so that it need not fit in memory.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.fhir.circles import circles
from vanguard.fhir.dates import NoDate, microseconds, moment
from vanguard.fhir.documents import Document, Entry, open_document
from vanguard.fhir.events import happening
from vanguard.fhir.paths import Misshapen, values
from vanguard.fhir.patients import Limits, nhs_number, patient_facts
from vanguard.fhir.r4 import circle_families, known_types, looked_up, nobody_types, other_version
from vanguard.fhir.references import DEFAULT_SOURCE, NHS_NUMBER, Index, identity
from vanguard.fhir.rows import Rows, Tables
from vanguard.fhir.subjects import Subject, Subjects, Unusable

_DAY = timedelta(days=1)
_PUT_RIGHT = "Ask the partner to put it right."


@dataclass
class Reading:
    """One file, known after the first pass. `batches` makes the rows; iterate it once.

    `extracted_at` is the Bundle's timestamp, else the newest meta.lastUpdated, else the file's own time.
    """

    document: Document
    feed: str
    file: str
    source: str | None
    extracted_at: datetime
    entries: int
    _limits: Limits
    _index: Index = field(repr=False)
    _place: dict[int, "_Place"] = field(repr=False)
    _circles: dict[str, tuple[str, ...]] = field(repr=False)

    def batches(self, size: int = 20_000) -> Iterator[Tables]:
        """The rows of the file, about `size` entries at a time."""
        rows = Rows(self.feed, self.file, self.extracted_at)
        mapper = _Mapper(self, Subjects(self._index, self.source, self.document.kind == "bundle"), rows)
        for count, entry in enumerate(self.document.entries()):
            mapper.take(count, entry)
            if rows.entries >= size:
                yield rows.tables()
                rows.clear()
        if rows.entries:
            yield rows.tables()


def read(path: Path, *, feed: str, now: datetime, source: str | None = None, file: str | None = None) -> Reading:
    """Open a file of FHIR R4 and learn what it holds. `source` is what the feed description says, if any.

    `now` bounds the time that the file may claim. Raises BadInput for a file that is not FHIR R4 in JSON.
    """
    document = open_document(path)
    name = file or path.name
    changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    survey = _Survey(document, now + _DAY)
    for count, entry in enumerate(document.entries()):
        survey.see(count, entry)
    if survey.entries == 0 and document.kind == "ndjson":
        raise BadInput("The file is empty.", where=name, do="Ask the partner to send it again.")
    stated = _stated(document, name, now)
    extracted_at = stated or survey.newest or changed
    latest = (stated or max(extracted_at, changed)) + _DAY
    return Reading(
        document,
        feed,
        name,
        source,
        extracted_at,
        survey.entries,
        Limits(
            microseconds(extracted_at),
            microseconds(latest),
            (local_date(latest) - date(1970, 1, 1)).days,
        ),
        survey.index,
        survey.places(),
        circles(survey.parents()),
    )


def _stated(document: Document, name: str, now: datetime) -> datetime | None:
    """The Bundle's own timestamp. Raises BadInput for one that is no instant or lies ahead."""
    if not document.timestamp:
        return None
    try:
        found = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=moment(document.timestamp).at)
    except NoDate as error:
        raise BadInput(
            f"The Bundle's timestamp {document.timestamp} is no date that exists.", where=name, do=_PUT_RIGHT
        ) from error
    if found > now + _DAY:
        raise BadInput(f"The Bundle's timestamp {document.timestamp} lies ahead.", where=name, do=_PUT_RIGHT)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """An entry that is not the last word on its thing; `duplicate` if it is the same as a later one."""

    duplicate: bool


@dataclass
class _Survey:
    """The first pass."""

    document: Document
    latest: datetime
    index: Index = field(default_factory=Index)
    entries: int = 0
    newest: datetime | None = None
    _versions: dict[str, list[tuple[tuple[int, int, int], int, int]]] = field(default_factory=dict)
    _parents: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def see(self, count: int, entry: Entry) -> None:
        self.entries = count + 1
        if entry.problem:
            return
        if entry.deletes:
            self._version(count, entry, "", entry.url.partition("?")[0], {})
            return
        resource = parsed(entry)
        if not _usable_type(resource):
            return
        try:
            base, resource_id = identity(entry, resource)
            resource_type = resource["resourceType"]
            if not resource_id:
                return
            key = f"{resource_type}/{resource_id}"
            newest = self._version(count, entry, base, key, resource)
            if newest and (self.document.kind != "ndjson" or resource_type in looked_up()):
                self.index.add(entry, resource, base, resource_id)
            if newest:
                self._note_parents(key, resource, base)
        except Misshapen:
            return

    def _version(self, count: int, entry: Entry, base: str, key: str, resource: dict[str, Any]) -> bool:
        """Note a version of a thing; whether it is the newest so far."""
        meta = resource.get("meta")
        meta = meta if type(meta) is dict else {}
        updated = _instant(meta.get("lastUpdated")) or _instant(entry.modified)
        if updated and (at := datetime.fromtimestamp(0, UTC) + timedelta(microseconds=updated)) <= self.latest:
            self.newest = max(self.newest or at, at)
        number = meta.get("versionId")
        version = int(number) if type(number) is str and number.isdecimal() and len(number) < 19 else 0
        order = (updated or 0, version, count if entry.old_first else -count)
        digest = hash(entry.body)
        held = self._versions.setdefault(f"{base}/{key}" if base else key, [])
        held.append((order, count, digest))
        return len(held) == 1 or max(held)[1] == count

    def _note_parents(self, key: str, resource: dict[str, Any], base: str) -> None:
        for family, names in circle_families().items():
            for name in names:
                if name not in resource:
                    continue
                for reference in values(resource, ((name,),)):
                    if type(reference) is dict and type(reference.get("reference")) is str:
                        self._parents.setdefault(family, {}).setdefault(key, set()).add(reference["reference"])

    def places(self) -> dict[int, _Place]:
        """The entries that are not the last word on their thing, by number."""
        found: dict[int, _Place] = {}
        for versions in self._versions.values():
            if len(versions) == 1:
                continue
            ordered = sorted(versions)
            seen = {ordered[-1][2]}
            for _, count, digest in reversed(ordered[:-1]):
                found[count] = _Place(digest in seen)
                seen.add(digest)
        return found

    def parents(self) -> dict[str, list[str]]:
        """Who is beneath whom, each family of fields apart; keys are `family:Type/id`."""
        found: dict[str, list[str]] = {}
        for family, edges in self._parents.items():
            for key, references in edges.items():
                targets = (self.index.resolve({"reference": one}, "", {}) for one in sorted(references))
                found[f"{family}:{key}"] = [
                    f"{family}:{target.known.key if target.known else f'{target.type}/{target.id}'}"
                    for target in targets
                    if target.id
                ]
        return found


@dataclass
class _Mapper:
    """The second pass: each entry becomes rows."""

    reading: Reading
    subjects: Subjects
    rows: Rows

    def take(self, count: int, entry: Entry) -> None:
        try:
            self._take(count, entry)
        except (Unusable, Misshapen) as problem:
            self.rows.quarantine(entry, problem.path, problem.reason)

    def _take(self, count: int, entry: Entry) -> None:
        if entry.problem:
            raise Unusable("resource", entry.problem)
        place = self.reading._place.get(count)
        if entry.deletes:
            self._delete(entry, superseded=place is not None)
            return
        resource = parsed(entry)
        _refuse(resource, entry)
        base, resource_id = identity(entry, resource)
        resource_type = resource["resourceType"]
        resource_id = resource_id or hashlib.sha256(entry.body).hexdigest()[:32]
        key = f"{resource_type}/{resource_id}"
        if place and place.duplicate:
            self.rows.duplicate()
            return
        if place:
            self.rows.resource(entry, resource, resource_id, "superseded", key, None)
            return
        self._refuse_circle(key)
        if resource_type == "Patient":
            self._patient(entry, resource, resource_id, base)
        elif resource_type in nobody_types():
            self.rows.resource(entry, resource, resource_id, "nobody", key, None)
        else:
            self._event(entry, resource, resource_id, base, key)

    def _patient(self, entry: Entry, patient: dict[str, Any], resource_id: str, base: str) -> None:
        facts = patient_facts(patient, self.reading._limits, self.subjects.index, base)
        known = self.subjects.index.by_key.get(f"Patient/{resource_id}")
        source = self.subjects.of_patient(known) if known else self.reading.source or DEFAULT_SOURCE
        made = self.rows.resource(entry, patient, resource_id, "person", f"Patient/{resource_id}", source)
        self.rows.person(entry, made, source, resource_id, facts)

    def _event(self, entry: Entry, resource: dict[str, Any], resource_id: str, base: str, key: str) -> None:
        subject = self.subjects.of(entry, resource, base)
        if subject is None:
            self.rows.resource(entry, resource, resource_id, "nobody", key, None)
            return
        found = happening(resource, self.reading._limits, self.subjects.index, base)
        if subject.contained is not None:
            subject = self._contained(entry, subject, key, base)
        elif subject.nhs_number:
            self.rows.known_by_number(entry, subject.nhs_number)
        made = self.rows.resource(entry, resource, resource_id, "event", key, subject.source)
        self.rows.event(entry, made, subject, key, resource["resourceType"], found)

    def _contained(self, entry: Entry, subject: Subject, key: str, base: str) -> Subject:
        """The person of a Patient within the resource: by NHS number, else known only there."""
        assert subject.contained is not None
        facts = patient_facts(subject.contained, self.reading._limits, self.subjects.index, base)
        number = nhs_number(subject.contained)
        source = NHS_NUMBER if number else self.reading.source or base or DEFAULT_SOURCE
        found = Subject(source, number or f"{key}#{subject.source_id}")
        self.rows.person(entry, self.rows.content_hash(orjson.dumps(subject.contained)), source, found.source_id, facts)
        return found

    def _delete(self, entry: Entry, *, superseded: bool) -> None:
        key = entry.url.partition("?")[0]
        resource_type, _, resource_id = key.partition("/")
        if not resource_id or resource_type not in known_types():
            raise Unusable("request", f"It deletes {entry.url or 'nothing'}, which names no resource of FHIR R4.")
        if resource_type == "Patient":
            raise Unusable("request", "The partner has deleted this Patient; the person is kept. Ask the partner why.")
        if superseded:
            self.rows.resource(entry, {"resourceType": resource_type}, resource_id, "superseded", key, None)
            return
        made = self.rows.resource(entry, {"resourceType": resource_type}, resource_id, "deleted", key, None)
        if resource_type not in nobody_types():
            self.rows.deleted(entry, made, key, resource_type, _instant(entry.modified))

    def _refuse_circle(self, key: str) -> None:
        for family in circle_families():
            found = self.reading._circles.get(f"{family}:{key}")
            if found:
                way = " → ".join(step.partition(":")[2] for step in found)
                raise Unusable(
                    circle_families()[family][0],
                    f"Its references go round in a circle ({family}): {way}. {_PUT_RIGHT}",
                )


def parsed(entry: Entry) -> Any:
    """The resource of an entry, strictly by JSON's rules. None where it is not JSON."""
    try:
        return orjson.loads(entry.body)
    except orjson.JSONDecodeError:
        return None


def _usable_type(resource: Any) -> bool:
    return (
        type(resource) is dict
        and type(resource.get("resourceType")) is str
        and resource["resourceType"] in known_types()
    )


def _refuse(resource: Any, entry: Entry) -> None:
    """Raise Unusable for what is not a resource of FHIR R4."""
    if type(resource) is not dict:
        try:
            orjson.loads(entry.body)
        except orjson.JSONDecodeError as error:
            raise Unusable(
                "resource", f"This is not JSON: {error.msg}, character {error.pos + 1}. {_PUT_RIGHT}"
            ) from error
        raise Unusable("resource", "This is JSON, but no object, and so no FHIR resource.")
    resource_type = resource.get("resourceType")
    if type(resource_type) is not str or not resource_type:
        raise Unusable("resourceType", f"It has no resourceType, and so is no FHIR resource. {_PUT_RIGHT}")
    version = other_version(resource)
    if version:
        raise Unusable(
            "resourceType",
            f"This {resource_type} is FHIR {version}; only R4 is read. Ask the partner for R4.",
        )
    if resource_type not in known_types():
        raise Unusable("resourceType", f"FHIR R4 knows no resource type {resource_type}. {_PUT_RIGHT}")


def _instant(written: Any) -> int | None:
    if type(written) is not str or not written:
        return None
    try:
        return moment(written).at
    except NoDate:
        return None
