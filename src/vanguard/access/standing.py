"""How persons stand to an actor: registration, relationships on record, their choices and marks, from the database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from vanguard.access.decision import Standing, decide
from vanguard.access.models import Choice, Relationship, User
from vanguard.access.rules import Actor, policy
from vanguard.access.sql import Query, instant
from vanguard.access.terms import ITEMS, LEVELS, MOST, REGISTERED, TEAM_LIST

# One query for all of it. It begins with the id that was asked for, so that it does the same work for nobody:
# how long a refusal takes must not tell whether the person exists.
STANDING = """
SELECT p.person_id, p.practice, p.locality,
       (SELECT c.sharing FROM access_choice c WHERE c.person_id = w.person_id AND c.until IS NULL),
       (SELECT CASE WHEN EXISTS (SELECT 1 FROM access_opening o
                                  WHERE o.user_id = %s AND o.person_id = m.person_id AND o.until > %s)
                    THEN 'given' ELSE 'needed' END
          FROM access_mark m WHERE m.person_id = w.person_id AND m.until IS NULL),
       (SELECT {gather}(r.kind || ':' || r.scope, ',') FROM access_relationship r
         WHERE r.person_id = w.person_id AND r.start <= %s AND (r.until IS NULL OR r.until > %s)
           AND (r.holder_kind = %s AND r.holder_id = %s
                OR r.holder_kind = 'organisation' AND r.holder_id = %s
                OR r.holder_kind = 'team'
                   AND r.holder_id IN (SELECT t.team_id FROM access_user_teams t WHERE t.user_id = %s)))
  FROM (SELECT CAST(%s AS {text}) AS person_id) w LEFT JOIN record_personindex p ON p.person_id = w.person_id
"""
STANDING_OF = Query(
    STANDING.format(gather="string_agg", text="varchar"),
    sqlite=STANDING.format(gather="group_concat", text="text"),
)
SLICE = 500


def standing_of(actor: Actor, person_id: str, now: datetime) -> Standing | None:
    """How this person stands to the actor; None for nobody whom we know."""
    at = instant(now)
    user = actor.user_id
    row = STANDING_OF.row((user, at, at, at, *actor.holder, actor.organisation, user, person_id))
    if row is None or row[0] is None:
        return None
    _, practice, locality, sharing, reason, held = row
    return Standing(
        practice,
        locality,
        _held(one.split(":") for one in held.split(",")) if held else {},
        policy().sharing(sharing) if sharing is not None else None,
        reason is not None,
        reason == "given",
    )


def all_listed(actor: Actor, person_ids: Sequence[str], item: str, now: datetime) -> bool:
    """Whether the actor may see `item` of each of these persons in a list."""
    from vanguard.know.record.models import PersonIndex

    wanted = list(dict.fromkeys(person_ids))
    listed = _listed_kinds(actor)
    found = 0
    for start in range(0, len(wanted), SLICE):
        some = wanted[start : start + SLICE]
        held: dict[str, list[tuple[str, str]]] = defaultdict(list)
        rows = Relationship.objects.filter(held_by(actor), in_force(now), person_id__in=some, kind__in=listed)
        for person_id, kind, scope in rows.values_list("person_id", "kind", "scope"):
            held[person_id].append((kind, scope))
        chosen = dict(Choice.objects.filter(person_id__in=some, until=None).values_list("person_id", "sharing"))
        # By the people's own key: a filter on the locality too would read everybody of the locality.
        people = PersonIndex.objects.filter(person_id__in=some).values_list("person_id", "practice", "locality")
        for person_id, practice, locality in people:
            choice = policy().sharing(chosen[person_id]) if person_id in chosen else None
            standing = Standing(practice, locality, _held(held[person_id]), choice)
            found += decide(actor, standing, item).item == item
    return found == len(wanted)


def scope(actor: Actor, item: str = "identity", *, now: datetime) -> Q:
    """A filter over fields `person_id`, `practice` and `locality`: those of whom the actor may see `item` listed."""
    people = Q(pk__in=[])
    if not actor.may("list_people"):
        return people
    level = LEVELS[item]
    ways = [s.relationship for s in actor.role.sights if s.level >= level and s.relationship in _listed_kinds(actor)]
    # The relationships that the same choices leave open are asked for together.
    by_choices: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for way in ways:
        by_choices[tuple(one.id for one in policy().choices.values() if one.opens(way) >= level)].append(way)
    for open_choices, kinds in by_choices.items():
        tied = _tied(actor, kinds, level, now)
        if len(open_choices) < len(policy().choices):
            chose = Choice.objects.filter(until=None).exclude(sharing__in=open_choices)
            tied &= ~Q(person_id__in=chose.values("person_id"))
        people |= tied
    return people


def planning(through: str = "") -> Q:
    """A filter over field `person_id` (`through` leads to it): those who did not opt out of uses other than their own
    care."""
    opted_out = Choice.objects.filter(until=None, planning=False).values("person_id")
    return ~Q((f"{through}person_id__in", opted_out))


def in_force(now: datetime) -> Q:
    """A filter over relationships: those that have begun and not ended."""
    return Q(start__lte=now) & (Q(until=None) | Q(until__gt=now))


def held_by(actor: Actor) -> Q:
    """A filter over relationships: the actor's own, and those of their teams and organisation."""
    return reduce(or_, _holders(actor))


def _held_now(actor: Actor, now: datetime) -> Q:
    """The same, in force: of each holder those without an end and those that end later, so that the index by holder
    and end passes over what ended, however much it has become."""
    ends = (Q(until=None), Q(until__gt=now))
    return Q(start__lte=now) & reduce(or_, (holder & end for holder in _holders(actor) for end in ends))


def _holders(actor: Actor) -> Iterator[Q]:
    kind, own = actor.holder
    yield Q(holder_kind=kind, holder_id=own)
    teams = User.teams.through.objects.filter(user_id=actor.user_id).values("team_id")
    yield Q(holder_kind=Relationship.Holder.TEAM, holder_id__in=teams)
    if actor.organisation:
        yield Q(holder_kind=Relationship.Holder.ORGANISATION, holder_id=actor.organisation)


def _tied(actor: Actor, kinds: Sequence[str], level: int, now: datetime) -> Q:
    people = Q(pk__in=[])
    if REGISTERED in kinds and actor.practice:
        people |= Q(practice=actor.practice)
    if TEAM_LIST in kinds and actor.localities:
        people |= Q(locality__in=sorted(actor.localities))
    wide_enough = ["", *ITEMS[level - 1 :]]
    rows = Relationship.objects.filter(_held_now(actor, now), kind__in=kinds, scope__in=wide_enough)
    # Without any the databases keep to the one index that the rest needs.
    if rows.exists():
        people |= Q(person_id__in=rows.values("person_id"))
    return people


def _held(rows: Iterable[Sequence[str]]) -> dict[str, int]:
    """By kind, the widest level up to which one of the relationships was given."""
    held: dict[str, int] = {}
    for kind, given in rows:
        held[kind] = max(held.get(kind, 0), LEVELS.get(given, 0) if given else MOST)
    return held


def _listed_kinds(actor: Actor) -> list[str]:
    return [one for one in actor.role.related_by if policy().relationships[one].listed]
