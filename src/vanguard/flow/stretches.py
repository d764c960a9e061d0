"""Stretches of time: pairs of instants, from (included) and to (not included), and their arithmetic."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

Stretch = tuple[datetime, datetime]


def joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Those that touch or overlap made one. They must come in order of their start."""
    held: Stretch | None = None
    for start, end in stretches:
        if held and start <= held[1]:
            held = held[0], max(held[1], end)
        else:
            if held:
                yield held
            held = start, end
    if held:
        yield held


def without(stretch: Stretch, gaps: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of one stretch outside the gaps. The gaps must come joined and in order."""
    start, end = stretch
    for gap_start, gap_end in gaps:
        if gap_start > start:
            yield start, min(gap_start, end)
        start = max(start, gap_end)
        if start >= end:
            return
    yield start, end


def length(stretches: Iterable[Stretch]) -> timedelta:
    """How long they last together."""
    return sum((end - start for start, end in stretches if end > start), timedelta())
