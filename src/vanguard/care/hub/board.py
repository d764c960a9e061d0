"""The board: every open referral, who must do what next and by when, the same for everybody who looks.

It names nobody, so that it can hang on a wall; a referral's own page says who it is about to those entitled to know.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from django.db.models import TextField
from django.db.models.functions import Cast

from vanguard.access import Query
from vanguard.care.hub.models import Referral
from vanguard.care.hub.pathways import flow_of
from vanguard.clock import local_date
from vanguard.flow import Flow
from vanguard.web import presenters as say

# So many of the newest events are counted, for one that was written early may be committed late.
LATE = 1_000
# Every open board asks for it each second.
VERSION = Query(
    """
SELECT n.newest, (SELECT COUNT(*) FROM hub_happening h WHERE h.id > n.newest - %s),
       (SELECT MAX(d.fired_at) FROM hub_deadline d WHERE d.fired_at IS NOT NULL)
  FROM (SELECT COALESCE(MAX(id), 0) AS newest FROM hub_happening) n
"""
)
# What is said of a step in the place of its clock.
TOO_LONG = "Lasts too long"
# What is open changes little from one look to the next: a row's words are made once and kept while they are the same.
KEPT = 4_096


@dataclass(frozen=True)
class Row:
    """One open referral. `state` is overdue, soon (past its warning), waiting, in_hand (no clock runs: somebody is with
    the person), or paused; `lead` is who is to do the step, in words; `due_at`, `due` in words, None where no clock
    runs on.

    One whose step has lasted longer than the pathway lets it is overdue since its limit, whatever its clock says.
    """

    number: int
    who: str
    locality: str
    step: str
    lead: str
    clock: str
    due_at: datetime | None
    due: str
    state: str


@dataclass(frozen=True)
class Facts:
    """All from which a row's words follow, the instant aside: columns of an open referral, its answers as JSON."""

    number: int
    blueprint: str
    pathway: str
    sex: str
    birth_date: date | None
    locality: str | None
    step: str
    clock: str
    due_at: datetime | None
    answers: str


@dataclass(frozen=True)
class Board:
    """The rows in the order of what is due first, and how many there are of each state, filters aside."""

    rows: tuple[Row, ...]
    counts: Mapping[str, int]


def version() -> str:
    """Changes whenever anything on the board may have changed: as cheap as a board that stays as it is."""
    newest, some, fired = VERSION.row((LATE,)) or (0, 0, "")
    return f"{newest}-{some}-{''.join(filter(str.isdigit, str(fired)))}"


def board(now: datetime, *, locality: str = "", step: str = "", lead: str = "", response: str = "") -> Board:
    """The open referrals at an instant; with a locality, step, lead (answer's id) or response (clock's), only those."""
    wanted = {"locality": locality, "step": step, "clock": response}
    open_ = (
        Referral.objects.filter(ended_at=None, **{name: one for name, one in wanted.items() if one})
        .annotate(said=Cast("answers", TextField()))
        .order_by("due_at", "received_at")
        .values_list(
            "warn_at", "limit_at", "paused", "pk", "blueprint", "pathway", "sex", "birth_date", "locality__name",
            "step", "clock", "due_at", "said",
        )
    )  # fmt: skip
    day = local_date(now)
    rows = [
        _row(*_stands(facts, warn_at, limit_at, paused, now), day)
        for warn_at, limit_at, paused, *rest in open_
        if _led_by(lead, facts := Facts(*rest))
    ]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.state] = counts.get(row.state, 0) + 1
    # What stands still has no time at which it is due, and comes last on every database.
    return Board(tuple(sorted(rows, key=lambda row: (row.due_at is None, row.due_at or now))), counts)


def leads(flow: Flow) -> Mapping[str, str]:
    """Who may lead: the answers that choose the skill of whoever does a step, in words."""
    skills = [one.skill for one in flow.file.resources.values() if one.skill and one.skill.startswith("$")]
    return {id: label for skill in skills for id, label in flow.file.questions[skill[1:]].of.items()}


@lru_cache(KEPT)
def _row(one: Facts, state: str, day: date) -> Row:
    flow = flow_of(one.blueprint, one.pathway)
    return Row(
        number=one.number,
        who=_who(one, day),
        locality=one.locality or "",
        step=flow.step(one.step).label,
        lead=_lead(flow, one),
        clock=flow.pathway.clocks[one.clock].label if one.clock else TOO_LONG if state == "overdue" else "",
        due_at=one.due_at,
        due=say.near(one.due_at, day) if one.due_at else "",
        state=state,
    )


def _led_by(lead: str, one: Facts) -> bool:
    return not lead or lead in json.loads(one.answers).values()


def _stands(
    one: Facts, warn_at: datetime | None, limit_at: datetime | None, paused: bool, now: datetime
) -> tuple[Facts, str]:
    """What a row says, and its state: of a step that lasts too long and a clock that is overdue, what was due first."""
    state = _state(warn_at, one.due_at, paused, now)
    if limit_at and limit_at <= now and not (state == "overdue" and one.due_at and one.due_at <= limit_at):
        return replace(one, clock="", due_at=limit_at), "overdue"
    return one, state


def _state(warn_at: datetime | None, due_at: datetime | None, paused: bool, now: datetime) -> str:
    if paused:
        return "paused"
    if due_at is None:
        return "in_hand"
    if due_at <= now:
        return "overdue"
    return "soon" if warn_at and warn_at <= now else "waiting"


def _who(one: Facts, day: date) -> str:
    """Sex and age, which tell a team what it needs to know and a passer-by nothing."""
    sex = {"female": "woman", "male": "man"}.get(one.sex, "person")
    age = say.age(one.birth_date, day)
    return sex if age is None else f"{sex} of {age}"


def _lead(flow: Flow, one: Facts) -> str:
    """Who does the step: of the skill that an answer chose, where one did."""
    resource = flow.file.resources[flow.step(one.step).by]
    skill = resource.skill or ""
    if not skill.startswith("$"):
        return resource.label
    question = flow.file.questions[skill[1:]]
    return question.of.get(str(json.loads(one.answers).get(question.id)), resource.label)
