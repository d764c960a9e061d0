"""Who goes: for a step that somebody must go to, those on shift with their reasons; a human decides."""

from dataclasses import dataclass
from datetime import datetime

from vanguard.access import Actor, open_relationship
from vanguard.care import roster
from vanguard.care.hub.episodes import Episode, NotYours
from vanguard.care.hub.letting_go import GOES, holder_of, untie
from vanguard.care.hub.models import Referral
from vanguard.care.roster import Going, Suggestion
from vanguard.flow import Flow, needs
from vanguard.web import presenters as say


@dataclass(frozen=True)
class Choice:
    """What a step asks for, in words, who goes so far, who is on shift, and what to know where that is nobody."""

    step: str
    label: str
    needs: str
    stands_in: bool
    going: Going | None
    suggestions: tuple[Suggestion, ...]
    otherwise: str


def choices(one: Episode, locality: str | None, now: datetime, *, decided: bool = True) -> tuple[Choice, ...]:
    """A choice for each open step to which somebody is sent; where it is `decided` already, with others or without."""
    going = {each.step: each for each in roster.going(one.number)}
    found = []
    for need in needs(one.flow, one.state, now):
        if need.resource.kind != "staff" or not _sends(one.flow, need.step):
            continue
        pool = one.flow.file.pools[need.resource.pool]
        words = _skill_words(one.flow, need.skill)
        asked = roster.Asked(need.skill, words, locality, now)
        asks = decided or need.step not in going
        there = roster.candidates(need.resource.pool, now) if need.available and asks else ()
        suggestions = roster.suggest(there, asked)
        found.append(
            Choice(
                step=need.step,
                label=one.flow.step(need.step).label,
                needs=f"{pool.label}{f', {words}' if words else ''}",
                stands_in=need.resource.id != one.flow.step(need.step).by,
                going=going.get(need.step),
                suggestions=suggestions,
                otherwise="" if suggestions or not asks else _nobody(need.resource.pool, pool.label, now),
            )
        )
    return tuple(found)


def may_send(actor: Actor, flow: Flow, step: str) -> bool:
    """Whether the actor decides who goes: who does the step or one that leads to it, and who keeps the rota."""
    leads = [id_ for id_, one in flow.pathway.steps.items() if _leads(flow, id_, step)]
    return actor.may("rota") or any(actor.role.id in flow.roles(id_) for id_ in (step, *leads))


def send(
    one: Episode,
    row: Referral,
    step: str,
    professional: str,
    *,
    instead_of: int,
    why: str,
    by: Actor,
    now: datetime,
) -> Going:
    """Choose somebody who is on shift; they see the person's record while they go, where their role lets them.

    Raises NotYours where it is not for the actor to decide, BadInput as `roster.allocate` does.
    """
    choice = next((each for each in choices(one, row.locality_id, now) if each.step == step), None)
    if not may_send(by, one.flow, step):
        raise NotYours(f"{one.flow.step(step).label}: this is not for a {by.role.name} to decide.")
    chosen = next((each for each in (choice.suggestions if choice else ()) if each.who.code == professional), None)
    if choice is None or chosen is None:
        raise NotYours("They are not on shift, or this step is over.", do="Look again at who is there.")
    going = roster.allocate(one.number, step, chosen, instead_of=instead_of, why=why, by=by, now=now)
    if choice.going and choice.going.id == going.id:
        return going
    if choice.going:
        untie(row, choice.going, "somebody else goes", by, now)
    if row.person_id and (holder := holder_of(going)):
        open_relationship(row.person_id, GOES, holder, reason=f"goes for referral {row.pk}", made_by=by, now=now)
    return going


def _sends(flow: Flow, step: str) -> bool:
    """Whether somebody is sent: a visit, or what a skill or a locality's own team is needed for."""
    this = flow.step(step)
    resource = flow.file.resources[this.by]
    local = flow.file.pools[resource.pool].scope == "locality"
    return bool(this.visit or this.visits or resource.skill or local)


def _leads(flow: Flow, one: str, to: str) -> bool:
    this = flow.step(one)
    return any(rule.to == to for rule in this.next) or any(other.step == to for other in this.alongside)


def _skill_words(flow: Flow, skill: str | None) -> str:
    if skill is None:
        return ""
    return next((q.of[skill] for q in flow.file.questions.values() if skill in q.of), skill)


def _nobody(pool: str, label: str, now: datetime) -> str:
    following = roster.next_on_shift(pool, now)
    said = f"Nobody of this pool is on shift: {label}."
    if following is None:
        return f"{said} The rota has no later shift either."
    return f"{said} The next is {following.professional.name}, from {say.day_and_time(following.start)}."
