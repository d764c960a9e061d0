"""What anybody would say who looks at the same hours of the last weeks: the forecast that another must beat."""

import numpy as np

from vanguard.learn.simulate.forecast.coming import WEEK

WEEKS = 8


def naive(values: np.ndarray, hours: int, *, total: bool, ahead: int = 0) -> np.ndarray:
    """[weeks] the values of the same hours of each of the last eight weeks: their `total`, or the value of their last
    hour. `values` [hours] end now; the hours in question begin so many hours `ahead`."""
    least = weeks_back(hours, ahead)
    found = []
    for back in range(least, least + WEEKS):
        begins = len(values) - back * WEEK + ahead
        if begins < 0:
            break
        window = values[begins : begins + hours]
        found.append(window.sum() if total else window[-1])
    return np.array(found)


def weeks_back(hours: int, ahead: int = 0) -> int:
    """The least weeks to go back for hours that are all over."""
    return -(-(ahead + hours) // WEEK)
