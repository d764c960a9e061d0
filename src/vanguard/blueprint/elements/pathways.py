"""pathways.yaml: how people are helped. What it means is the business of `vanguard.flow`.

A pathway begins where a referral is received, goes from step to step as questions are answered, and finishes in an end.
Calendars, pools, resources, pauses and questions stand beside the pathways and are shared by them.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from vanguard.blueprint.elements.answers import answer_condition, offer_vocabulary
from vanguard.blueprint.elements.basics import ById, Cited, Id, Strict, Words
from vanguard.blueprint.elements.durations import Days, Elapsed
from vanguard.blueprint.elements.hours import OpeningHours
from vanguard.blueprint.refusal import refusal
from vanguard.lake.condition import Condition

AnyCondition = Annotated[Condition, PlainValidator(answer_condition), WithJsonSchema({"type": "string"})]
Moment = Annotated[str, Field(pattern=r"^(received|[a-z][a-z0-9_-]{0,59}\.(entered|began|arrived|finished))$")]
Chosen = Annotated[str, Field(pattern=r"^\$?[a-z][a-z0-9_-]{0,59}$")]
Channel = Literal["phone", "online", "list", "api"]
Answer = bool | float | str


class Pool(Strict):
    """Where staff or beds are drawn from: one for the whole place, or one for each locality."""

    id: Id
    label: Words
    scope: Literal["place", "locality"]


class Resource(Strict):
    """What a step needs: someone of certain roles, or a bed. How many there are stands in the rota or in simulate.yaml.

    `skill` and `match` may name a question as `$question`: its answer is the skill that is needed, or must fit the bed.
    `otherwise` is the resource that is used while this one's calendar is closed.
    """

    id: Id
    label: Words
    kind: Literal["staff", "bed"] = "staff"
    roles: tuple[Id, ...] = ()
    pool: Id
    calendar: Id
    skill: Chosen | None = None
    match: tuple[Chosen, ...] = ()
    hold: Elapsed | None = None
    otherwise: Id | None = None
    source: Cited

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Resource":
        if self.kind == "staff" and not self.roles:
            raise refusal("Nobody is named who may do this.", "Add roles: a list of the blueprint's roles.")
        for name in ("match", "hold") if self.kind == "staff" else ("roles", "skill"):
            if getattr(self, name):
                raise refusal(f"A resource of kind {self.kind} has no {name}.", "Take it out.", within=(name,))
        return self


class Pause(Strict):
    """A reason for which a clock may stand still."""

    id: Id
    label: Words


class Question(Strict):
    """What is asked or judged on the way and steers the pathway. `of` are the options of a choice.

    `may_change` lets a professional change the answer later, without a new referral.
    """

    id: Id
    label: Words
    kind: Literal["yes_no", "choice", "number"]
    of: Mapping[Id, Words] = {}
    may_change: bool = False
    source: Cited

    @model_validator(mode="after")
    def _has_options(self) -> "Question":
        if self.kind == "choice" and not self.of:
            raise refusal("A choice needs options.", "Add of: a mapping of option ids to words.")
        if self.kind != "choice" and self.of:
            raise refusal(f"A question of kind {self.kind} has no options.", "Take them out.", within=("of",))
        return self


class Entry(Strict):
    """Who may refer (`from`, id and words), and by which channel into which first step."""

    origins: Annotated[Mapping[Id, Words], Field(alias="from", min_length=1)]
    by: Annotated[Mapping[Channel, Id], Field(min_length=1)]
    source: Cited


class Clock(Strict):
    """A promise in time: from one moment to another, `within` so long.

    Moments are `received`, and of each step `entered`, `began`, `arrived` (a visit reaches the person) and `finished`.
    Without a calendar every hour counts, nights included; with one, only its open hours.
    """

    id: Id
    label: Words
    within: Elapsed
    start: Moment
    stop: Moment
    calendar: Id | None = None
    warn_at: Elapsed | None = None
    escalate_to: Id | None = None
    pause_for: tuple[Id, ...] = ()
    source: Cited

    @model_validator(mode="after")
    def _warns_in_time(self) -> "Clock":
        if self.warn_at is not None and self.warn_at >= self.within:
            raise refusal("The warning comes too late.", "It must come before within is over.", within=("warn_at",))
        if self.start == self.stop:
            raise refusal("The clock stops when it starts.", "Name a later moment.", within=("stop",))
        return self


class Rule(Strict):
    """Where to go next: to a step or an end, where `when` holds (always, without it)."""

    when: AnyCondition | None = None
    to: Id


class Proposal(Strict):
    """What the system proposes for questions that a step decides, and why. For each the first that holds counts."""

    when: AnyCondition
    set: Annotated[Mapping[Id, Answer], Field(min_length=1)]
    say: Words
    source: Cited


class Alongside(Strict):
    """A step that begins while another still runs, at once or as soon as `when` holds."""

    step: Id
    when: AnyCondition | None = None


def _one_rule(value: Any) -> Any:
    return ({"to": value},) if isinstance(value, str) else value


class Step(Strict):
    """One stage of a pathway: who does it, what they answer, and where it leads.

    `asks` are facts, `decides` are judgements that a named professional confirms. `clock` names the clock that runs,
    `$question` the one that its answer chose. `visit` means that someone goes to the person; `visits` is a pattern of
    visits in plans.yaml. `at_most` is the longest that the step should last; then `escalate_to` is told.
    A step without `next` only runs alongside another.
    """

    id: Id
    label: Words
    by: Id
    uses: Id | None = None
    form: Id | None = None
    asks: tuple[Id, ...] = ()
    decides: tuple[Id, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    clock: Chosen | None = None
    visit: bool = False
    visits: Id | None = None
    at_most: Days | None = None
    escalate_to: Id | None = None
    alongside: tuple[Alongside, ...] = ()
    tell: tuple[Id, ...] = ()
    next: Annotated[tuple[Rule, ...], BeforeValidator(_one_rule)] = ()
    source: Cited


class End(Strict):
    """How a pathway finishes, whom it tells, and when the service that takes over begins.

    `from: any` is reached from wherever the person is, when it happens, and not by answering.
    """

    id: Id
    label: Words
    tell: tuple[Id, ...] = ()
    hand_over: Literal["same_day", "next_day"] | None = None
    origin: Annotated[Literal["steps", "any"], Field(alias="from")] = "steps"
    source: Cited


class Pathway(Strict):
    """One way through the care model, from entry to end."""

    id: Id
    label: Words
    entry: Entry
    clocks: ById[Clock] = Field(default_factory=dict)
    steps: Annotated[ById[Step], Field(min_length=1)]
    ends: Annotated[ById[End], Field(min_length=1)]
    source: Cited


class Pathways(Strict):
    """pathways.yaml as a whole."""

    calendars: Mapping[Id, OpeningHours] = {}
    pools: ById[Pool] = Field(default_factory=dict)
    resources: ById[Resource] = Field(default_factory=dict)
    pauses: ById[Pause] = Field(default_factory=dict)
    questions: ById[Question] = Field(default_factory=dict)
    pathways: ById[Pathway] = Field(default_factory=dict)

    _before = model_validator(mode="before")(offer_vocabulary)
