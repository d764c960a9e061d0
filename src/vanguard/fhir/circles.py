"""Chains of references that come back to where they began, along fields that must lead upwards.
An Encounter that is part of itself has no beginning; Condition and Encounter naming each other are sound."""

from collections.abc import Iterable, Mapping


def circles(parents: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """For each key on a circle, the circle from it back to it. `parents` gives the keys that each leads to.

    Keys that merely lead into a circle are not on it. Takes time in proportion to keys and references.
    """
    found: dict[str, tuple[str, ...]] = {}
    for group in _strongly_connected(parents):
        members = set(group)
        for key in group:
            if len(group) > 1 or key in parents.get(key, ()):
                found[key] = _round(key, members, parents)
    return found


def _round(key: str, members: set[str], parents: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """A shortest way from `key` back to itself within its group."""
    came_from: dict[str, str] = {}
    edge = [key]
    while edge:
        beyond: list[str] = []
        for at in edge:
            for to in parents.get(at, ()):
                if to == key:
                    way = [at]
                    while way[-1] != key:
                        way.append(came_from[way[-1]])
                    return (*reversed(way), key)
                if to in members and to not in came_from:
                    came_from[to] = at
                    beyond.append(to)
        edge = beyond
    return (key, key)


def _strongly_connected(parents: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Tarjan's strongly connected components (SIAM J. Comput. 1, 1972), without recursion."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    groups: list[list[str]] = []
    for root in parents:
        if root in order:
            continue
        work = [(root, iter(parents.get(root, ())))]
        order[root] = lowest[root] = len(order)
        stack.append(root)
        on_stack.add(root)
        while work:
            at, ways = work[-1]
            for to in ways:
                if to not in order:
                    order[to] = lowest[to] = len(order)
                    stack.append(to)
                    on_stack.add(to)
                    work.append((to, iter(parents.get(to, ()))))
                    break
                if to in on_stack:
                    lowest[at] = min(lowest[at], order[to])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[at])
                if lowest[at] == order[at]:
                    group: list[str] = []
                    while not group or group[-1] != at:
                        group.append(stack.pop())
                        on_stack.discard(group[-1])
                    groups.append(group)
    return groups
