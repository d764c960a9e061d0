"""Synthetic control: the treated beside a weighted mean of comparators that followed the same course before the start.
`estimate` judges a study; placebos in space give the interval, and the checks could show it to be wrong."""

from vanguard.learn.evaluate.synthetic.estimate import estimate

__all__ = ["estimate"]
