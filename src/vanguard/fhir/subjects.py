"""Whom a resource concerns: the person's number, and whose numbering it is.

The rule for `source` of a person whose Patient resource is in the file, the first that gives an answer:
1. what the feed description says; 2. the system of the identifier whose value is the Patient's id; 3. the
server of its fullUrl; 4. its meta.source without the fragment; 5. the system of its first official
identifier, else of its first one, NHS numbers left out, because many systems share those; 6. `fhir`.
A person only referred to: what the feed description says, else the server of the reference, else not known
(`source` None: whoever loads the file looks the number up among the persons held, and falls back on `fhir`).
A person referred to by NHS number alone is that number, in the system of NHS numbers.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from vanguard.fhir.documents import Entry
from vanguard.fhir.paths import Misshapen, Steps, objects, text, values
from vanguard.fhir.r4 import nobody_types, shape
from vanguard.fhir.references import DEFAULT_SOURCE, NHS_NUMBER, Index, Known, Target, same_system
from vanguard.nhs_number import digits, valid_nhs_number

# Fields that only a Patient fits, so that a reference there need not say so.
_PATIENT_FIELDS = frozenset({"subject", "patient", "beneficiary", "for", "individual", "candidate"})
_LONGEST_TRAIL = 20
_THINGS = frozenset({"Device", "Specimen"})
_NHS_NUMBER_PLAIN = NHS_NUMBER.lower()


class Unusable(Exception):
    """A resource that cannot be used. `reason` is a sentence, `path` the field at fault."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.reason = path, reason


class Subject(NamedTuple):
    """A person. `nhs_number` is set where the reference is the number; `contained` is a Patient within."""

    source: str | None
    source_id: str
    nhs_number: str | None = None
    contained: dict[str, Any] | None = None


@dataclass(frozen=True)
class Subjects:
    """Finds whom the resources of one file concern. `source` is what the feed description says, if anything.

    `closed`: the file is a Bundle, in which a urn:uuid can only mean another entry.
    """

    index: Index
    source: str | None
    closed: bool
    _sources: dict[str, str] = field(default_factory=dict)

    def of(self, entry: Entry, resource: dict[str, Any], base: str) -> Subject | None:
        """The person, or None where the resource is about nobody. Raises Unusable, Misshapen."""
        return self._of(resource, resource["resourceType"], base, resource, (entry.full_url or "it",))

    def of_patient(self, known: Known) -> str:
        """The source of a Patient in the file, by the rule above."""
        if known.id not in self._sources:
            self._sources[known.id] = self._source_of(known)
        return self._sources[known.id]

    def _source_of(self, known: Known) -> str:
        if self.source:
            return self.source
        identifiers = objects(known.resource, "identifier")
        for identifier in identifiers:
            system = text(identifier, "system")
            if system and text(identifier, "value") == known.id:
                return system
        if known.base:
            return known.base
        meta = known.resource.get("meta")
        made_by = text(meta, "source") if type(meta) is dict else None
        if made_by:
            return made_by.partition("#")[0] or DEFAULT_SOURCE
        official = [one for one in identifiers if one.get("use") == "official"]
        for identifier in (*official, *identifiers):
            system = text(identifier, "system")
            if system and not same_system(system, NHS_NUMBER):
                return system
        return DEFAULT_SOURCE

    def _of(
        self,
        resource: dict[str, Any],
        resource_type: str,
        base: str,
        holder: dict[str, Any],
        trail: tuple[str, ...],
    ) -> Subject | None:
        known_shape = shape(resource_type)
        others: list[Target] = []
        missing = ""
        for way in known_shape.person:
            for reference in values(resource, way):
                target = self.index.resolve(reference, base, holder)
                found = self._person(target, way)
                if found:
                    return found
                others.append(target)
                missing = missing or target.missing
        others += [
            self.index.resolve(reference, base, holder)
            for way in known_shape.via
            for reference in values(resource, way)
            if type(reference) is dict
        ]
        for target in others:
            found = self._beyond(target, base, holder, trail)
            if found:
                return found
        if missing:
            raise Unusable(
                known_shape.person[0][0][0],
                f"It refers to {missing}, which is not in the file, so whom it concerns is not known. "
                "Send that resource with it.",
            )
        if known_shape.may_be_about_nobody or any(target.type in nobody_types() for target in others):
            return None
        if others and all(target.type in _THINGS for target in others):
            return None
        raise Unusable(
            known_shape.person[0][0][0],
            f"This {resource_type} does not say whom it concerns. Name the Patient in "
            f"{' or '.join('.'.join(step[0] for step in way) for way in known_shape.person)}.",
        )

    def _person(self, target: Target, way: Steps) -> Subject | None:
        if target.contained is not None:
            inner = target.contained
            return Subject(None, target.id, contained=inner) if inner["resourceType"] == "Patient" else None
        if target.known and target.known.type == "Patient":
            return Subject(self.of_patient(target.known), target.known.id)
        patient_only = len(way) == 1 and way[0][0] in _PATIENT_FIELDS
        if target.identifier:
            return self._by_identifier(target, way, patient_only)
        if target.type == "Patient" and target.id and not target.missing:
            return Subject(self.source or target.base or None, target.id)
        if target.missing.startswith("urn:") and not self.closed and patient_only and target.type in ("", "Patient"):
            return Subject(self.source, target.id)
        return None

    def _by_identifier(self, target: Target, way: Steps, patient_only: bool) -> Subject | None:
        assert target.identifier
        system, value = target.identifier
        if system == _NHS_NUMBER_PLAIN and target.type in ("", "Patient"):
            number = digits(value)
            if not valid_nhs_number(number):
                raise Unusable(way[0][0], f"The NHS number {value} is not valid. Check it with the partner.")
            return Subject(NHS_NUMBER, number, nhs_number=number)
        if target.type == "Patient" or (patient_only and not target.type):
            return Subject(self.source or system or None, value)
        return None

    def _beyond(self, target: Target, base: str, holder: dict[str, Any], trail: tuple[str, ...]) -> Subject | None:
        """The person of the resource that a reference leads to, where that is at hand and about a person."""
        inner = target.contained or (target.known.resource if target.known else None)
        if inner is None or target.type in nobody_types() or target.type == "Patient":
            return None
        name = target.known.key if target.known else f"#{target.id}"
        if len(trail) > _LONGEST_TRAIL:
            return None
        if name in trail:
            raise Unusable(
                "subject",
                f"The references that should lead to a person go round in a circle: {' → '.join((*trail[1:], name))}.",
            )
        try:
            return self._of(inner, target.type, target.known.base if target.known else base, holder, (*trail, name))
        except Misshapen:
            return None
        except Unusable as error:
            if "circle" in error.reason:
                raise
            return None
