"""Circles among things that wait for each other: none of them could ever begin."""

from collections.abc import Iterable, Iterator


def circles(pairs: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Circles among pairs of (who waits, for whom): one for each place where a walk comes back to its own way."""
    waits: dict[int, list[int]] = {}
    for one, other in pairs:
        waits.setdefault(one, []).append(other)
    clear: set[int] = set()
    for start in waits:
        # A walk with its own stack: a chain may be longer than Python's.
        way: list[int] = []
        place: dict[int, int] = {}
        stack = [] if start in clear else [(start, iter(waits[start]))]
        while stack:
            thing, others = stack[-1]
            if thing not in place:
                place[thing] = len(way)
                way.append(thing)
            other = next(others, None)
            if other is None:
                stack.pop()
                way.pop()
                del place[thing]
                clear.add(thing)
            elif other in place:
                yield way[place[other] :]
            elif other not in clear:
                stack.append((other, iter(waits.get(other, ()))))
