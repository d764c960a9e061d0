"""What the record shows of a plan: the plan itself while it holds, what calls for another look, and whose it may be."""

from datetime import datetime
from typing import Any

from vanguard.access import whose
from vanguard.care.team.kinds import Kind
from vanguard.care.team.models import Plan, PlanVersion
from vanguard.care.team.reading import parts_of
from vanguard.clock import local_date
from vanguard.know.record import take_back, take_back_all, tell
from vanguard.web import presenters as say

SOURCE = "care_team"
# What may bring the next look forward, as a blueprint says it.
AFTER = {
    "emergency_attendance": "They were seen in an emergency department",
    "emergency_admission": "They were admitted to hospital as an emergency",
    "discharge": "A stay in hospital ended",
    "fall": "They had a fall",
    "move_to_care_home": "They moved into a care home",
}
UNSETTLED = (
    "Records were parted since this plan was written, and nobody has said yet whose it is. Ask before you use it."
)
# Not for the person and their relatives: it may be somebody else's.
OPEN = {"unsettled": True}
GONE = "No such plan is written here any more. What was agreed stands until somebody ends it."


def key_of(plan: Plan, person_id: str = "") -> str:
    """The key of its entry in the record; of each person whose it may be, where that is open."""
    return f"plan-{plan.pk}-{person_id}" if person_id else f"plan-{plan.pk}"


def because(plan: Plan, made: Kind) -> tuple[str, ...]:
    """What whoever reads the plan must know of it, each a sentence or two."""
    called = f"{AFTER[plan.after]} on {say.day(plan.after_on)}, after it was written." if plan.after_on else ""
    return tuple(filter(None, (UNSETTLED if plan.parted_from else "", called, GONE if made.gone else "")))


def show(plan: Plan, made: Kind, version: PlanVersion, now: datetime) -> None:
    """Have the record show a plan that holds: that of everybody whose it may be, where that is open."""
    entry = entry_of(plan, made, version, f"Version {version.number}, written by {version.by.name}", now)
    shown = {
        "label": made.plan.label,
        "blueprint": plan.blueprint,
        "template": plan.template,
        "version": version.number,
        "written": local_date(version.at).isoformat(),
        "by": version.by.name,
        "look_again_on": plan.look_again_on.isoformat(),
        "because": because(plan, made),
        "parts": [
            {"label": label, "answers": [{"question": question, "answer": answer} for question, answer in lines]}
            for label, lines in parts_of(version)
        ],
    }
    if not plan.parted_from:
        tell(plan.person_id, key_of(plan), {**entry, "plan": shown})
        return
    take_back([key_of(plan)])
    # Told anew: who was joined with another since is not among them any more.
    take_back_all(f"{key_of(plan)}-")
    for person_id in whose(plan):
        tell(person_id, key_of(plan, person_id), {**entry, **OPEN, "plan": {**shown, **OPEN}})


def entry_of(plan: Plan, made: Kind, version: PlanVersion, words: str, now: datetime) -> dict[str, Any]:
    """The plan as an entry of the record, told in these words."""
    return {
        "kind": "CarePlan",
        "status": "completed" if plan.ended_at else "active",
        "start": _instant(version.at),
        "end": _instant(plan.ended_at) if plan.ended_at else None,
        "date": local_date(version.at).isoformat(),
        "timed": True,
        "codes": [],
        "display": made.plan.label,
        "text": words,
        "source": SOURCE,
        "known_from": _instant(now),
    }


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
