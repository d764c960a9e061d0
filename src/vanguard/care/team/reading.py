"""Plans as they stand and as they stood, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vanguard.access import whose
from vanguard.care import hub
from vanguard.care.hub import Filled, Sheet, in_words
from vanguard.care.team.kinds import Kind, sheet
from vanguard.care.team.models import Plan, PlanVersion, Settled

Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Version:
    """One version: who wrote it, what it says by part, and what it said otherwise than the one before (was, is)."""

    number: int
    by: str
    at: datetime
    parts: tuple[tuple[str, Words], ...]
    changed: tuple[tuple[str, str, str], ...]


def open_plans(person_id: str, kind: Kind) -> list[Plan]:
    """The plans of a kind that hold for a person, the newest first; more than one after records were joined."""
    blueprint, template = kind.id
    found = Plan.objects.filter(
        person_id=person_id, blueprint=blueprint, template=template, ended_at=None, parted_from=""
    )
    return list(found.order_by("-pk"))


def unsettled(person_id: str) -> list[Plan]:
    """The plans that may be this person's, or another's from whom their record was parted since: nobody has said."""
    waiting = Plan.objects.exclude(parted_from="").filter(ended_at=None)
    return [one for one in waiting.order_by("pk") if person_id in whose(one)]


def said_whose(plan: Plan) -> list[Settled]:
    """Who said whose a plan of parted records is, and who asked again, the newest first."""
    return list(plan.settled.select_related("by").order_by("-pk"))


def answers_of(plan: Plan) -> Mapping[str, Any]:
    """What a plan says now, by question."""
    return dict(plan.written.get(number=plan.versions).answers) if plan.versions else {}


def said_elsewhere(person_id: str) -> Mapping[str, Any]:
    """What the person's other plans and the forms of their referrals say, by question: it need not be told again."""
    found = dict(hub.written_of(person_id))
    for plan in Plan.objects.filter(person_id=person_id, parted_from="").order_by("pk"):
        found |= answers_of(plan)
    return found


def versions(plan: Plan) -> tuple[Version, ...]:
    """Every version, the newest first."""
    return tuple(reversed(list(_versions(plan))))


def _versions(plan: Plan) -> Iterator[Version]:
    before: dict[str, str] = {}
    for row in plan.written.select_related("by").order_by("number"):
        parts = parts_of(row)
        now = {question: answer for _, lines in parts for question, answer in lines}
        questions = dict.fromkeys([*before, *now])
        changed = [(one, before.get(one, ""), now.get(one, "")) for one in questions]
        differs = tuple(one for one in changed if one[1] != one[2]) if row.number > 1 else ()
        yield Version(row.number, row.by.name, row.at, parts, differs)
        before = now


def parts_of(row: PlanVersion) -> tuple[tuple[str, Words], ...]:
    """What a version says: heading of each part with questions and answers in words."""
    asked = sheet(row.blueprint, row.plan.template)
    parts = asked.parts if asked else ()
    found = ((part.label, in_words(Sheet("", "", (part,)), Filled({}, row.answers, {}))) for part in parts)
    return tuple((label, lines) for label, lines in found if lines)
