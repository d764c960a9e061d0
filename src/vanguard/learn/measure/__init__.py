"""What happened, counted the same way each time, and whether it is unusual: measures of a blueprint over the lake.
`build` fills measure_point, `open_point` gives the rows behind a point; control charts are in `spc`."""

from vanguard.learn.measure.build import MeasureResult, build, known_until
from vanguard.learn.measure.days import days_sql
from vanguard.learn.measure.opening import Opened, Row, open_point
from vanguard.learn.measure.small_areas import read_small_areas, write_small_areas
from vanguard.learn.measure.standardise import EUROPEAN_STANDARD_POPULATION, Indirect, direct, indirect
from vanguard.learn.measure.standing import ALWAYS, make_standing

__all__ = [
    "ALWAYS",
    "EUROPEAN_STANDARD_POPULATION",
    "Indirect",
    "MeasureResult",
    "Opened",
    "Row",
    "build",
    "days_sql",
    "direct",
    "indirect",
    "known_until",
    "make_standing",
    "open_point",
    "read_small_areas",
    "write_small_areas",
]
