"""What holds of a person when two turn out to be one, or one to be two: their choices, marks and relationships follow.

On a join the stricter of both choices holds, and the record is watched if either was. On a split both parts keep what
held, until somebody who knows the person confirms it. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from vanguard.access.rules import policy
from vanguard.access.terms import MOST


@dataclass(frozen=True)
class Chosen:
    """`sharing` is an id of the policy; `planning` whether data may be used for other than the person's own care."""

    sharing: str
    planning: bool


@dataclass(frozen=True)
class Change:
    """In linking `number`, rows of person `was` became those of `became`; others remained with `was`, or none did."""

    number: int
    was: str
    became: str
    remains: bool


@dataclass(frozen=True)
class Restriction:
    """What a person's choice restricts; `on_lists` is whether they may be on lists made from whole records."""

    person_id: str
    sharing: str
    on_lists: bool
    planning: bool


def stricter(one: Chosen, other: Chosen) -> Chosen:
    """What holds when two records turn out to be one person's: in each respect the stricter of the two."""
    ways = list(policy().choices)
    # A choice that the policy no longer has counts as the strictest, as it does when a record is opened.
    places = [ways.index(each.sharing) if each.sharing in ways else len(ways) - 1 for each in (one, other)]
    return Chosen(ways[max(places)], one.planning and other.planning)


def linkings(changes: Iterable[Change]) -> Iterator[tuple[dict[str, set[str]], set[str]]]:
    """For each linking in order: whose rows each person received, by id, and the persons of whom none is left."""
    in_order = sorted(changes, key=lambda one: (one.number, one.was, one.became))
    for _, some in groupby(in_order, key=lambda one: one.number):
        received: dict[str, set[str]] = defaultdict(set)
        gone = set()
        for change in some:
            received[change.became].add(change.was)
            gone |= set() if change.remains else {change.was}
        yield received, gone


def carried(held: Mapping[str, Chosen], changes: Iterable[Change]) -> dict[str, Chosen]:
    """The choices by person after these changes, from those before."""
    now = dict(held)
    for received, gone in linkings(changes):
        before = dict(now)
        for became, were in received.items():
            if chosen := [before[one] for one in ({became} | were) if one in before]:
                now[became] = reduce(stricter, chosen)
        for one in gone:
            now.pop(one, None)
    return now


def restricting(held: Mapping[str, Chosen]) -> list[Restriction]:
    """What these choices restrict, by person; nothing of those who chose the freest."""
    listed = [one.id for one in policy().relationships.values() if one.listed]
    free = Chosen(policy().sharing(None).id, True)
    return [
        Restriction(
            person_id,
            chosen.sharing,
            any(policy().sharing(chosen.sharing).opens(one) == MOST for one in listed),
            chosen.planning,
        )
        for person_id, chosen in sorted(held.items())
        if chosen != free
    ]
