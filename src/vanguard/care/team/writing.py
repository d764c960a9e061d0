"""Writing a plan: each time a version, in the record and told to the lake in the same transaction."""

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from vanguard.access import Actor
from vanguard.care.outbox import Entry, say
from vanguard.care.team.kinds import Kind
from vanguard.care.team.models import Plan, PlanVersion
from vanguard.care.team.reading import parts_of
from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.know.record import tell

SOURCE = "care_team"
LEAST_LETTERS, MOST_LETTERS = 3, 500


class Overtaken(BadInput):
    """Somebody else has changed the plan since it was shown: nothing was written."""

    def __init__(self, by: str) -> None:
        super().__init__(
            f"{by} has changed this plan meanwhile.", do="Compare what is below with yours, then save again."
        )


def write(
    person_id: str, kind: Kind, number: int, answers: Mapping[str, Any], *, seen: int, by: Actor, now: datetime
) -> Plan:
    """The next version of a person's plan, by whoever saw its first `seen`; with `number` 0 the first of a new plan.

    The same again by the same person changes nothing. Raises Overtaken, with nothing written.
    """
    try:
        with transaction.atomic():
            plan = _theirs(person_id, kind, number) if number else _begin(person_id, kind, now)
            if plan.versions != seen:
                last = plan.written.select_related("by").get(number=plan.versions)
                if (last.by_id, last.answers, plan.versions) == (by.user_id, dict(answers), seen + 1):
                    return plan
                raise Overtaken(last.by.name)
            plan.versions += 1
            plan.look_again_on = later(local_date(now), kind.plan.review.every)
            plan.save()
            version = PlanVersion.objects.create(
                plan=plan,
                number=plan.versions,
                blueprint=f"{kind.blueprint}@{kind.version}",
                answers=dict(answers),
                by_id=by.user_id,
                role=by.role.id,
                at=now,
            )
            _tell(plan, kind, version, by, now)
            return plan
    except IntegrityError as problem:
        raise Overtaken("Somebody") from problem


@transaction.atomic
def end(person_id: str, kind: Kind, number: int, why: str, *, by: Actor, now: datetime) -> Plan:
    """The plan holds no more. It stays in the record as it was. Raises BadInput without a reason."""
    why = " ".join(why.split())
    if not LEAST_LETTERS <= len(why) <= MOST_LETTERS:
        raise BadInput("Say why the plan holds no more.", do=f"In {LEAST_LETTERS} to {MOST_LETTERS} letters.")
    plan = _theirs(person_id, kind, number)
    plan.ended_at, plan.ended_by_id, plan.ended_why = now, by.user_id, why
    plan.save()
    _tell(plan, kind, plan.written.get(number=plan.versions), by, now)
    return plan


def _theirs(person_id: str, kind: Kind, number: int) -> Plan:
    blueprint, template = kind.id
    rows = Plan.objects.select_for_update(no_key=True, of=("self",)).filter(person_id=person_id, ended_at=None)
    plan = rows.filter(pk=number, blueprint=blueprint, template=template).first()
    if plan is None:
        raise BadInput("This plan was ended meanwhile.", do="Look at the plans again.")
    return plan


def _begin(person_id: str, kind: Kind, now: datetime) -> Plan:
    blueprint, template = kind.id
    before = Plan.objects.filter(person_id=person_id, blueprint=blueprint, template=template)
    if before.filter(ended_at=None).exists():
        raise Overtaken("Somebody")
    key = f"{person_id}/{before.count() + 1}/{blueprint}/{template}"
    plan = Plan(key=key, person_id=person_id, blueprint=blueprint, template=template, begun_at=now)
    plan.look_again_on = local_date(now)
    plan.save()
    return plan


def _tell(plan: Plan, kind: Kind, version: PlanVersion, by: Actor, now: datetime) -> None:
    """The record shows the plan itself while it holds, and then that it held; the lake learns that there is one."""
    ended = plan.ended_at is not None
    words = f"Ended by {by.name}: {plan.ended_why}" if ended else f"Version {version.number}, written by {by.name}"
    entry = {
        "kind": "CarePlan",
        "status": "completed" if ended else "active",
        "start": _instant(version.at),
        "end": _instant(plan.ended_at) if plan.ended_at else None,
        "date": local_date(version.at).isoformat(),
        "timed": True,
        "codes": [],
        "display": kind.plan.label,
        "text": words,
        "source": SOURCE,
        "known_from": _instant(now),
    }
    shown = {
        "label": kind.plan.label,
        "blueprint": plan.blueprint,
        "template": plan.template,
        "version": version.number,
        "written": local_date(version.at).isoformat(),
        "by": by.name,
        "look_again_on": plan.look_again_on.isoformat(),
        "parts": [
            {"label": label, "answers": [{"question": question, "answer": answer} for question, answer in lines]}
            for label, lines in parts_of(version)
        ],
    }
    tell(plan.person_id, f"plan-{plan.pk}", entry if ended else {**entry, "plan": shown})
    # Its words stay in the record: nobody counts them.
    said = Entry(
        "CarePlan",
        str(entry["status"]),
        kind.plan.label,
        (f"plan:{kind.plan.id}",),
        start=plan.begun_at,
        end=plan.ended_at,
    )
    looked = Entry(
        "Task", "completed", f"{kind.plan.label}: looked at", (f"looked_at:{kind.plan.id}",), start=version.at
    )
    entries = {f"plan/{plan.pk}": said, f"plan/{plan.pk}/{version.number}": looked}
    say(SOURCE, str(plan.pk), plan.person_id, entries, now=now)


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def later(day: date, period: str) -> date:
    """The day a period such as P6M later; the last of its month where that has no such day."""
    number, unit = int(period[1:-1]), period[-1]
    if unit in "DW":
        return day + timedelta(days=number * (7 if unit == "W" else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "Y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
