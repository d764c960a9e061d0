"""Writing a plan: each time a version, in the record and told to the lake in the same transaction."""

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from vanguard.access import Actor, asked_again, may_ask_again, open_rows, said_to_be, whose
from vanguard.care.outbox import Entry, say
from vanguard.care.team.kinds import Kind, kind_of
from vanguard.care.team.models import Plan, PlanVersion
from vanguard.care.team.showing import SOURCE, entry_of, key_of, show
from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.know.record import take_back_all, tell

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
            plan.after, plan.after_on = "", None
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


@transaction.atomic
def settle(person_id: str, number: int, *, by: Actor, now: datetime) -> Plan:
    """Somebody who knows the person says that a plan is theirs, after records were parted. On record.

    Raises BadInput where it was said already, or is not theirs to have.
    """
    plan = Plan.objects.select_for_update(no_key=True).filter(pk=number, ended_at=None).exclude(parted_from="").first()
    if plan is None or person_id not in whose(plan):
        raise BadInput("Whose plan this is was said meanwhile.", do="Look at the plans again.")
    open_rows(by, "plans", "plan_whose", [person_id], now=now)
    take_back_all(f"{key_of(plan)}-")
    said_to_be(plan, person_id, by=by, now=now)
    plan.save()
    found = kind_of(plan.blueprint, plan.template)
    assert found is not None
    _tell(plan, found, plan.written.select_related("by").get(number=plan.versions), by, now)
    return plan


@transaction.atomic
def ask_again(person_id: str, number: int, *, by: Actor, now: datetime) -> Plan:
    """Whose the plan is was said by mistake: it is open again, and on every record whose it may be. On record.

    What was written since stays in its versions. Raises BadInput where it was asked meanwhile, or the plan ended.
    """
    plan = Plan.objects.select_for_update(no_key=True).filter(pk=number, person_id=person_id).first()
    if plan is None or not may_ask_again(plan):
        raise BadInput("Whose plan this is was asked meanwhile.", do="Look at the plans again.")
    open_rows(by, "plans", "plan_whose_again", [person_id], now=now)
    asked_again(plan, by=by, now=now)
    plan.save()
    found = kind_of(plan.blueprint, plan.template)
    assert found is not None
    show(plan, found, plan.written.select_related("by").get(number=plan.versions), now)
    return plan


def _theirs(person_id: str, kind: Kind, number: int) -> Plan:
    blueprint, template = kind.id
    rows = Plan.objects.select_for_update(no_key=True, of=("self",)).filter(person_id=person_id, ended_at=None)
    plan = rows.filter(pk=number, blueprint=blueprint, template=template).first()
    if plan is None:
        raise BadInput("This plan was ended meanwhile.", do="Look at the plans again.")
    if plan.parted_from:
        raise BadInput(
            "Records were parted since this plan was written, and nobody has said yet whose it is.",
            do="Ask, and say first whose it is.",
        )
    return plan


def _begin(person_id: str, kind: Kind, now: datetime) -> Plan:
    blueprint, template = kind.id
    of_kind = Plan.objects.filter(blueprint=blueprint, template=template)
    if of_kind.filter(person_id=person_id, ended_at=None, parted_from="").exists():
        raise Overtaken("Somebody")
    # One that was begun for them and turned out to be another's keeps its key.
    begun = of_kind.filter(key__startswith=f"{person_id}/").count()
    key = f"{person_id}/{begun + 1}/{blueprint}/{template}"
    plan = Plan(key=key, person_id=person_id, blueprint=blueprint, template=template, begun_at=now)
    plan.look_again_on = local_date(now)
    plan.save()
    return plan


def _tell(plan: Plan, kind: Kind, version: PlanVersion, by: Actor, now: datetime) -> None:
    """The record shows the plan itself while it holds, and then that it held; the lake learns that there is one."""
    ended = plan.ended_at is not None
    if ended:
        tell(plan.person_id, key_of(plan), entry_of(plan, kind, version, f"Ended by {by.name}: {plan.ended_why}", now))
    else:
        show(plan, kind, version, now)
    # Its words stay in the record: nobody counts them.
    said = Entry(
        "CarePlan",
        "completed" if ended else "active",
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


def later(day: date, period: str) -> date:
    """The day a period such as P6M later; the last of its month where that has no such day."""
    number, unit = int(period[1:-1]), period[-1]
    if unit in "DW":
        return day + timedelta(days=number * (7 if unit == "W" else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "Y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
