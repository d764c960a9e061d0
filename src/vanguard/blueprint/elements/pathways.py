"""pathways.yaml: how people are helped. What it means is the business of `vanguard.flow`.

A pathway begins where a referral is received, goes from step to step as questions are answered, and finishes in an end.
Calendars, pools, resources, pauses and questions stand beside the pathways and are shared by them.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from vanguard.blueprint.elements.answers import AnyCondition, Channel, offer_vocabulary
from vanguard.blueprint.elements.basics import ById, Cited, Cites, Defines, Id, Strict, Words, YesNo, frozen, yes_or_no
from vanguard.blueprint.elements.durations import Days, Elapsed
from vanguard.blueprint.elements.hours import OpeningHours
from vanguard.blueprint.refusal import refusal

MOMENT = r"^(received|[a-z][a-z0-9_-]{0,59}\.(entered|began|arrived|finished))$"
CHOSEN = r"^\$?[a-z][a-z0-9_-]{0,59}$"
Moment = Annotated[str, Field(pattern=MOMENT)]
Chosen = Annotated[str, Field(pattern=CHOSEN)]
RoleId = Annotated[Id, Cites("role")]
QuestionId = Annotated[Id, Cites("question")]
Answer = bool | float | str


class Pool(Strict):
    """Where staff or beds are drawn from: one for the whole place, or one for each locality."""

    id: str
    label: Words
    scope: Literal["place", "locality"]


class Resource(Strict):
    """What a step needs: someone of certain roles, or a bed. How many there are stands in the rota or in simulate.yaml.

    `skill` and `match` may name a question as `$question`: its answer is the skill that is needed, or must fit the bed.
    `roles` do the step; those of a bed look after it, beside those whose steps use it.
    `otherwise` is the resource that is used while this one's calendar is closed.
    """

    id: str
    label: Words
    kind: Literal["staff", "bed"] = "staff"
    roles: tuple[RoleId, ...] = ()
    pool: Annotated[Id, Cites("pool")]
    calendar: Annotated[Id, Cites("calendar")]
    skill: Chosen | None = None
    match: tuple[Chosen, ...] = ()
    hold: Elapsed | None = None
    otherwise: Annotated[Id, Cites("resource")] | None = None
    source: Cited

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Resource":
        if self.kind == "staff" and not self.roles:
            raise refusal("Nobody is named who may do this.", "Add roles: a list of the blueprint's roles.")
        for name in ("match", "hold") if self.kind == "staff" else ("skill",):
            if getattr(self, name):
                raise refusal(f"A resource of kind {self.kind} has no {name}.", "Take it out.", within=(name,))
        return self


class Pause(Strict):
    """A reason for which a clock may stand still."""

    id: str
    label: Words


class Question(Strict):
    """What is asked or judged on the way and steers the pathway. `of` are the options of a choice.

    `may_change` lets a professional change the answer later, without a new referral.
    """

    id: str
    label: Words
    kind: Literal["yes_no", "choice", "number"]
    of: Annotated[Mapping[Id, Words], Defines("option"), AfterValidator(frozen)] = Field(default_factory=dict)
    may_change: YesNo = False
    source: Cited

    @model_validator(mode="after")
    def _has_options(self) -> "Question":
        if self.kind == "choice" and not self.of:
            raise refusal("A choice needs options.", "Add of: a mapping of option ids to words.")
        if self.kind != "choice" and self.of:
            raise refusal(f"A question of kind {self.kind} has no options.", "Take them out.", within=("of",))
        return self

    @classmethod
    def defines(cls, written: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        return (("option", "yes"), ("option", "no")) if written.get("kind") == "yes_no" else ()


class Listing(Strict):
    """A list that one origin keeps from day to day, of people who are about to be referred, such as a ward's of those
    who are fit to leave. It goes with the channel `list`.

    `place` is what such people are in, as the origin calls it. `since` is a question of kind date: from that day the
    person waits, and it is answered by the list. `answers` are given for everybody on it. `otherwise` are the reasons
    for which somebody is taken off without a referral.
    """

    id: str
    label: Words
    place: Words
    since: QuestionId
    answers: Annotated[Mapping[Id, Annotated[Answer, BeforeValidator(yes_or_no)]], AfterValidator(frozen)] = Field(
        default_factory=dict
    )
    otherwise: Annotated[Mapping[Id, Words], Field(min_length=1), Defines("reason"), AfterValidator(frozen)]
    source: Cited


class Entry(Strict):
    """Who may refer (`from`, id and words), by which channel into which first step, and which origin keeps a list.

    `own_practice` are the origins who refer from the person's own practice: a letter to it is the letter to them.
    """

    origins: Annotated[Mapping[Id, Words], Field(alias="from", min_length=1), Defines("origin"), AfterValidator(frozen)]
    by: Annotated[Mapping[Channel, Id], Field(min_length=1), AfterValidator(frozen)]
    own_practice: tuple[Annotated[Id, Cites("origin")], ...] = ()
    lists: ById[Listing] = Field(default_factory=dict)
    source: Cited


def _one_moment(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Clock(Strict):
    """A promise in time: from one moment to another, `within` so long.

    Moments are `received`, and of each step `entered`, `began`, `arrived` (a visit reaches the person) and `finished`.
    Of several to stop at, the first that comes counts. Without a calendar every hour counts, nights included; with
    one, only its open hours.
    """

    id: str
    label: Words
    within: Elapsed
    start: Moment
    stop: Annotated[
        tuple[Moment, ...],
        Field(min_length=1),
        BeforeValidator(
            _one_moment, json_schema_input_type=Moment | Annotated[tuple[Moment, ...], Field(min_length=1)]
        ),
    ]
    calendar: Annotated[Id, Cites("calendar")] | None = None
    warn_at: Elapsed | None = None
    escalate_to: RoleId | None = None
    pause_for: tuple[Annotated[Id, Cites("pause")], ...] = ()
    source: Cited

    @model_validator(mode="after")
    def _warns_in_time(self) -> "Clock":
        if self.warn_at is not None and self.warn_at >= self.within:
            raise refusal("The warning comes too late.", "It must come before within is over.", within=("warn_at",))
        if self.start in self.stop:
            raise refusal("The clock stops when it starts.", "Name a later moment.", within=("stop",))
        return self


class Rule(Strict):
    """Where to go next: to a step or an end, where `when` holds (always, without it)."""

    when: AnyCondition | None = None
    to: Id


class Proposal(Strict):
    """What the system proposes for questions that a step decides, and why. For each the first that holds counts."""

    when: AnyCondition
    set: Annotated[Mapping[Id, Annotated[Answer, BeforeValidator(yes_or_no)]], Field(min_length=1)]
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

    id: str
    label: Words
    by: Annotated[Id, Cites("resource")]
    uses: Annotated[Id, Cites("resource")] | None = None
    form: Annotated[Id, Cites("form")] | None = None
    asks: tuple[QuestionId, ...] = ()
    decides: tuple[QuestionId, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    clock: Chosen | None = None
    visit: YesNo = False
    visits: Annotated[Id, Cites("pattern of visits")] | None = None
    at_most: Days | None = None
    escalate_to: RoleId | None = None
    alongside: tuple[Alongside, ...] = ()
    tell: tuple[RoleId, ...] = ()
    next: Annotated[tuple[Rule, ...], BeforeValidator(_one_rule, json_schema_input_type=Id | tuple[Rule, ...])] = ()
    source: Cited


class End(Strict):
    """How a pathway finishes, whom it tells, and when the service that takes over begins.

    `hand_over` is the day on which that service should begin: the day of the end, or the day after. `begins_on` is a
    question of kind date, the day on which it does begin: whoever finishes the step that leads here is asked it where
    nobody has answered it yet, and is told of a gap. `from: any` is reached from wherever the person is, when it
    happens, and not by answering. `advice` is what must be done at once by whoever made a referral that leads there.
    """

    id: str
    label: Words
    tell: tuple[RoleId, ...] = ()
    hand_over: Literal["same_day", "next_day"] | None = None
    begins_on: QuestionId | None = None
    advice: Words | None = None
    origin: Annotated[Literal["steps", "any"], Field(alias="from")] = "steps"
    source: Cited

    @model_validator(mode="after")
    def _hands_over_to_something(self) -> "End":
        if self.begins_on and self.hand_over is None:
            raise refusal("Nothing is handed over here.", "Add hand_over, or take it out.", within=("begins_on",))
        if self.begins_on and self.origin == "any":
            raise refusal("Nobody is asked anything on the way here.", "Take it out.", within=("begins_on",))
        return self


class Pathway(Strict):
    """One way through the care model, from entry to end."""

    id: str
    label: Words
    entry: Entry
    clocks: Annotated[ById[Clock], Defines("clock")] = Field(default_factory=dict)
    steps: Annotated[ById[Step], Defines("step"), Field(min_length=1)]
    ends: Annotated[ById[End], Defines("end"), Field(min_length=1)]
    source: Cited


class Pathways(Strict):
    """pathways.yaml as a whole."""

    calendars: Annotated[Mapping[Id, OpeningHours], Defines("calendar"), AfterValidator(frozen)] = Field(
        default_factory=dict
    )
    pools: Annotated[ById[Pool], Defines("pool")] = Field(default_factory=dict)
    resources: Annotated[ById[Resource], Defines("resource")] = Field(default_factory=dict)
    pauses: Annotated[ById[Pause], Defines("pause")] = Field(default_factory=dict)
    questions: Annotated[ById[Question], Defines("question")] = Field(default_factory=dict)
    pathways: Annotated[ById[Pathway], Defines("pathway")] = Field(default_factory=dict)

    _before = model_validator(mode="before")(offer_vocabulary)
