"""What a care model needs and what it might change, before it starts: its own pathways, simulated.
Queues of callers by formula too (Erlang C, and Erlang A where callers give up)."""

from vanguard.learn.simulate.erlang import Line, Waiting, waiting
from vanguard.learn.simulate.simulation import Simulation, simulate

__all__ = ["Line", "Simulation", "Waiting", "simulate", "waiting"]
