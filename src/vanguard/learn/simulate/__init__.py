"""What a care model needs and what it might change, before it starts: its own pathways, simulated.
Queues of callers by formula too (Erlang C, and Erlang A where callers give up)."""

from vanguard.learn.simulate.comparing import (
    AS_THEY_STAND,
    Section,
    beside,
    breaking_words,
    compared,
    hour_words,
    in_words,
    summary,
)
from vanguard.learn.simulate.erlang import Line, Waiting, waiting
from vanguard.learn.simulate.findings import WEEKDAYS
from vanguard.learn.simulate.simulation import Simulation, assumed_under, service_of, simulate
from vanguard.learn.simulate.sliders import Standing, sliders_of, within_reach
from vanguard.learn.simulate.staffing import staffing

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
    "simulate",
    "sliders_of",
    "staffing",
    "summary",
    "waiting",
    "within_reach",
]
