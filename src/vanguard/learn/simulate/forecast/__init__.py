"""The next six hours to seven days: how many come, and how many beds are taken, as distributions.
Each forecast is scored beside the seasonal-naive one, and `standing` withdraws it where it is no better."""

from vanguard.learn.simulate.forecast.beds import InBed, Stays, beds, stays_of
from vanguard.learn.simulate.forecast.coming import Counts, coming, learn
from vanguard.learn.simulate.forecast.house import ADMISSIONS, ALL, ATTENDANCES, BEDS, REFERRALS
from vanguard.learn.simulate.forecast.kept import Ahead, Record, kept_forecasts
from vanguard.learn.simulate.forecast.making import make_forecasts
from vanguard.learn.simulate.forecast.naive import naive
from vanguard.learn.simulate.forecast.scoring import Score, crps, quantiles, score
from vanguard.learn.simulate.forecast.standing import Standing, standing
from vanguard.learn.simulate.forecast.waits import make_usual_waits

__all__ = [
    "ADMISSIONS",
    "ALL",
    "ATTENDANCES",
    "BEDS",
    "REFERRALS",
    "Ahead",
    "Counts",
    "InBed",
    "Record",
    "Score",
    "Standing",
    "Stays",
    "beds",
    "coming",
    "crps",
    "kept_forecasts",
    "learn",
    "make_forecasts",
    "make_usual_waits",
    "naive",
    "quantiles",
    "score",
    "standing",
    "stays_of",
]
