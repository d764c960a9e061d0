"""Which plans a place makes with people, and what each asks: read from the blueprints that it runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from vanguard.access import Actor
from vanguard.blueprint import CarePlan
from vanguard.care import hub
from vanguard.care.hub import Line, Part, Sheet
from vanguard.care.team.models import PlanVersion

GOAL = "goal-"


@dataclass(frozen=True)
class Kind:
    """One care plan of a blueprint, which is named with its version. Of one that is `gone` no plan is made any more:
    the version is the last under which one was written."""

    blueprint: str
    version: str
    plan: CarePlan
    gone: bool = False

    @property
    def id(self) -> tuple[str, str]:
        """What stays when the blueprint gets another version."""
        return self.blueprint, self.plan.id

    def writes(self, actor: Actor) -> bool:
        """Whether the actor's role looks at such plans again, and so writes them."""
        return actor.role.id in self.plan.review.by


def kinds() -> tuple[Kind, ...]:
    """Every kind of plan that this place makes."""
    return tuple(
        one for named in dict.fromkeys(named for named, _ in hub.running(Path(settings.PLACE))) for one in _of(named)
    )


def _of(named: str) -> Iterator[Kind]:
    name, _, version = named.partition("@")
    for plan in hub.blueprint_of(named).plans.care_plans.values():
        yield Kind(name, version, plan)


def kind_of(blueprint: str, template: str) -> Kind | None:
    """The kind of plan that the place makes under these names now, or made once."""
    now = next((one for one in kinds() if one.id == (blueprint, template)), None)
    return now or _gone(blueprint, template)


def kinds_of(plans: Iterable[tuple[str, str]]) -> tuple[Kind, ...]:
    """The kinds that the place makes, and those of these plans (blueprint, template) that it makes no more."""
    made = kinds()
    others = dict.fromkeys(sorted(set(plans) - {one.id for one in made}))
    return (*made, *filter(None, (_gone(*one) for one in others)))


def _gone(blueprint: str, template: str) -> Kind | None:
    rows = PlanVersion.objects.filter(plan__blueprint=blueprint, plan__template=template).order_by("-pk")
    last = rows.values_list("blueprint", flat=True).first()
    if last is None:
        return None
    plan = hub.blueprint_of(last).plans.care_plans[template]
    return Kind(blueprint, last.partition("@")[2], plan, gone=True)


def sheet(named: str, template: str) -> Sheet | None:
    """What a plan asks under a blueprint's version, goals first; None where that version has no such plan."""
    blueprint = hub.blueprint_of(named)
    plan = blueprint.plans.care_plans.get(template)
    if plan is None:
        return None
    goals = tuple(Line(f"{GOAL}{one.id}", one.label, "text", {}, "", False, False) for one in plan.goals.values())
    parts = [Part("What the person wants to reach, each in their own words", goals)] if goals else []
    for section in plan.sections:
        lines = []
        for id_ in section.ask:
            written = blueprint.plans.questions.get(id_)
            if written:
                lines.append(
                    Line(id_, written.label, written.kind, written.of, written.unit or "", written.required, False)
                )
            else:
                steers = blueprint.pathways.questions[id_]
                lines.append(Line(id_, steers.label, steers.kind, steers.of, "", False, False))
        parts.append(Part(section.label, tuple(lines)))
    return Sheet(plan.id, plan.label, tuple(parts))
