"""plans.yaml: what is asked and written down: questions, forms, assessments, care plans, patterns of visits."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from vanguard.blueprint.elements.basics import (
    ById,
    Cited,
    Cites,
    Defines,
    Id,
    Named,
    Period,
    Strict,
    Words,
    YesNo,
    empty,
    frozen,
)
from vanguard.blueprint.elements.durations import Days
from vanguard.blueprint.refusal import refusal

Kind = Literal["text", "number", "yes_no", "choice", "several", "date", "time"]


class Asked(Strict):
    """Something that is asked and written down. It steers nothing; what steers a pathway stands in pathways.yaml."""

    id: str
    label: Words
    """The question as people read it."""
    kind: Kind
    """What an answer is; choice takes one of the options, several takes any number of them."""
    of: Annotated[Mapping[Id, Words], Defines("option"), AfterValidator(frozen)] = Field(default_factory=empty)
    """The options of a choice: id and words."""
    unit: Words | None = None
    """The unit of a number."""
    required: YesNo = False
    """Whether the form can be finished only with an answer."""
    source: Cited

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Asked":
        chosen = self.kind in ("choice", "several")
        if chosen and not self.of:
            raise refusal("A choice needs options.", "Add of: a mapping of option ids to words.")
        if self.of and not chosen:
            raise refusal(f"A question of kind {self.kind} has no options.", "Take them out.", within=("of",))
        if self.unit and self.kind != "number":
            raise refusal("Only a number has a unit.", "Take it out.", within=("unit",))
        return self

    @classmethod
    def defines(cls, written: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        return (("option", "yes"), ("option", "no")) if written.get("kind") == "yes_no" else ()


class Section(Strict):
    """Part of a form."""

    label: Words
    ask: Annotated[tuple[Annotated[Id, Cites("question")], ...], Field(min_length=1)]
    """Ids of questions, of this file or of pathways.yaml, in the order in which they are asked."""


class Form(Named):
    """Questions that are answered together."""

    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _asks_once(self) -> "Form":
        seen: set[str] = set()
        for place, section in enumerate(self.sections):
            for number, question in enumerate(section.ask):
                if question in seen:
                    within = ("sections", place, "ask", number)
                    raise refusal(f"The form asks {question} twice.", "Keep one of them.", within=within)
                seen.add(question)
        return self


class Assessment(Form):
    """A form that is continued: each change makes a version, the next professional goes on where the last stopped."""

    review: Period | None = None
    """After how long it is looked at again."""


class Goal(Strict):
    """What a person may want to reach; their own words are added when the plan is made."""

    id: str
    label: Words
    seen_by: Annotated[Id, Cites("question")] | None = None
    """The question whose answers show how far it is reached."""
    source: Cited


class PlanReview(Strict):
    """When a care plan is looked at again, and by whom."""

    by: Annotated[tuple[Annotated[Id, Cites("role")], ...], Field(min_length=1)]
    every: Period
    also_after: tuple[
        Literal["emergency_attendance", "emergency_admission", "discharge", "fall", "move_to_care_home"], ...
    ] = ()
    """What brings the next review forward."""


class CarePlan(Named):
    """A template from which a person's own plan is made."""

    who: Annotated[Id, Cites("cohort")] | None = None
    """The cohort that it is for; without one, whoever needs it."""
    rests_on: Annotated[Id, Cites("form")] | None = None
    """The assessment that it begins from."""
    goals: Annotated[ById[Goal], Defines("goal")] = Field(default_factory=empty)
    sections: tuple[Section, ...] = ()
    """What else is written in it."""
    review: PlanReview


class Phase(Strict):
    """So many visits a day or a week, for so long."""

    times: Annotated[int, Field(ge=1, le=50)]
    per: Literal["day", "week"]
    lasts: Days
    """For how long, such as P2W."""


class Visits(Named):
    """A pattern of visits: who comes, how long they stay, how often and for how long it goes on."""

    by: Annotated[tuple[Annotated[Id, Cites("role")], ...], Field(min_length=1)]
    minutes: Annotated[int, Field(ge=1, le=1440)]
    """How long one visit lasts, in minutes, without travel."""
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    """One after the other: often at first, seldom at the end."""


class Plans(Strict):
    """plans.yaml: forms, assessments, care plans and visits."""

    questions: Annotated[ById[Asked], Defines("question")] = Field(default_factory=empty)
    forms: Annotated[ById[Form], Defines("form")] = Field(default_factory=empty)
    assessments: Annotated[ById[Assessment], Defines("form")] = Field(default_factory=empty)
    care_plans: Annotated[ById[CarePlan], Defines("care plan")] = Field(default_factory=empty)
    visits: Annotated[ById[Visits], Defines("pattern of visits")] = Field(default_factory=empty)
