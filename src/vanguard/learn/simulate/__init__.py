"""What a care model needs and what it might change, before it starts.
Queues of callers by formula (Erlang C, and Erlang A where callers give up)."""

from vanguard.learn.simulate.erlang import Line, Waiting, waiting

__all__ = ["Line", "Waiting", "waiting"]
