"""Matched cohort: persons who entered beside others who had not, chosen as they stood the month before.
`estimate` judges a `Cohort` by a `Plan`."""

from vanguard.learn.evaluate.matched.cohort import Cohort, Events, Plan
from vanguard.learn.evaluate.matched.estimate import estimate

__all__ = ["Cohort", "Events", "Plan", "estimate"]
