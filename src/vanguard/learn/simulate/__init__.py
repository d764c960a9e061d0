"""What a care model needs and what it might change, before it starts: its own pathways, simulated.
Queues of callers by formula too (Erlang C, and Erlang A where callers give up)."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.learn.simulate.comparing import (
        AS_THEY_STAND,
        Section,
        beside,
        breaking_words,
        compared,
        hour_words,
        in_words,
        summary,
        time_words,
    )
    from vanguard.learn.simulate.erlang import Line, Waiting, waiting
    from vanguard.learn.simulate.fewest import staffing
    from vanguard.learn.simulate.findings import WEEKDAYS
    from vanguard.learn.simulate.simulation import Simulation, assumed_under, service_of, service_under, simulate
    from vanguard.learn.simulate.sliders import Standing, sliders_of, within_reach

# Callers are counted by formula without what a simulation needs, which takes a second to import.
__all__ = [
    "AS_THEY_STAND",
    "WEEKDAYS",
    "Line",
    "Section",
    "Simulation",
    "Standing",
    "Waiting",
    "assumed_under",
    "beside",
    "breaking_words",
    "compared",
    "hour_words",
    "in_words",
    "service_of",
    "service_under",
    "simulate",
    "sliders_of",
    "staffing",
    "summary",
    "time_words",
    "waiting",
    "within_reach",
]

__getattr__ = opens(
    __name__,
    {
        "AS_THEY_STAND": "comparing",
        "Line": "erlang",
        "Section": "comparing",
        "Simulation": "simulation",
        "Standing": "sliders",
        "WEEKDAYS": "findings",
        "Waiting": "erlang",
        "assumed_under": "simulation",
        "beside": "comparing",
        "breaking_words": "comparing",
        "compared": "comparing",
        "hour_words": "comparing",
        "in_words": "comparing",
        "service_of": "simulation",
        "service_under": "simulation",
        "simulate": "simulation",
        "sliders_of": "sliders",
        "staffing": "fewest",
        "summary": "comparing",
        "time_words": "comparing",
        "waiting": "erlang",
        "within_reach": "sliders",
    },
)
