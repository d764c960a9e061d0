"""What happened, counted the same way each time, and whether it is unusual: measures of a blueprint over the lake.
`build` fills measure_point, `open_point` gives the rows behind a point; control charts are in `spc`."""

from vanguard.learn.measure.build import MeasureResult, build, known_until
from vanguard.learn.measure.opening import Opened, Row, open_point
from vanguard.learn.measure.small_areas import read_small_areas, write_small_areas
from vanguard.learn.measure.standardise import EUROPEAN_STANDARD_POPULATION, Indirect, direct, indirect

__all__ = [
    "EUROPEAN_STANDARD_POPULATION",
    "Indirect",
    "MeasureResult",
    "Opened",
    "Row",
    "build",
    "direct",
    "indirect",
    "known_until",
    "open_point",
    "read_small_areas",
    "write_small_areas",
]
