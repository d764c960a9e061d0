"""Matched cohort: persons who entered beside others who had not, chosen as they stood the month before.
`estimate` judges a `Cohort` by a `Plan`; `cohort_of_place` and `from_files` make one."""

from vanguard.learn.evaluate.matched.cohort import Cohort, Events, Plan
from vanguard.learn.evaluate.matched.estimate import estimate
from vanguard.learn.evaluate.matched.place import cohort_of_place
from vanguard.learn.evaluate.matched.reading import from_files

__all__ = ["Cohort", "Events", "Plan", "cohort_of_place", "estimate", "from_files"]
