"""A blueprint's pathways and assumptions as arrays for the engine, by way of `flow`.
`plan_of` gives the plan of a scenario over a stretch of time, and the names behind its numbers."""

from vanguard.learn.simulate.plan.names import Names
from vanguard.learn.simulate.plan.service import Service, plan_of

__all__ = ["Names", "Service", "plan_of"]
