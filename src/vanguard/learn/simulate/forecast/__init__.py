"""The next six hours to seven days: how many come, and how many beds are taken, as distributions.
Each forecast is scored beside the seasonal-naive one, and `standing` withdraws it where it is no better."""

from vanguard.learn.simulate.forecast.beds import InBed, Stays, beds, stays_of
from vanguard.learn.simulate.forecast.coming import Counts, coming, learn
from vanguard.learn.simulate.forecast.naive import naive
from vanguard.learn.simulate.forecast.scoring import Score, crps, quantiles, score
from vanguard.learn.simulate.forecast.standing import Standing, standing

__all__ = [
    "Counts",
    "InBed",
    "Score",
    "Standing",
    "Stays",
    "beds",
    "coming",
    "crps",
    "learn",
    "naive",
    "quantiles",
    "score",
    "standing",
    "stays_of",
]
