"""A panel: one outcome, counted in each unit and each period, with the units that changed and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Yes = NDArray[np.bool_]
NEVER = -1


@dataclass(frozen=True)
class Panel:
    """One outcome of U units over T equal, consecutive periods."""

    outcome: str
    """Id of the measure."""
    units: tuple[str, ...]
    """U codes, in order."""
    periods: tuple[date, ...]
    """T first days, in order."""
    numerator: Floats
    """U x T: events counted, or the value where there is no denominator. NaN is not known."""
    denominator: Floats | None = None
    """U x T: persons (or person-time) at risk; None where the numerator is itself the outcome."""
    per: float = 1.0
    """The rate is numerator / denominator x per."""

    @property
    def outcomes(self) -> Floats:
        """U x T: the outcome as it is compared."""
        if self.denominator is None:
            return self.numerator
        rates: Floats = self.numerator / self.denominator * self.per
        return rates


@dataclass(frozen=True)
class Study:
    """A panel under a plan: what changed where, what is left out, how units hang together."""

    panel: Panel
    begins: Whole
    """U: index of the first period that could show an effect; NEVER for a comparator."""
    used: Yes
    """U x T: what the plan does not leave out and the panel knows."""
    clusters: Whole
    """U: the group within which units are not independent; each its own where the plan names none."""
    checks: tuple[str, ...]
    """Ids of the checks that the plan asks for (`vanguard.blueprint`'s words)."""
    negative_controls: Mapping[str, Panel] = field(default_factory=dict)
    """Outcomes that the change cannot have touched, by measure id, over the same units and periods."""
    seed: int = 0
    """Where chance is used, the same seed gives the same result."""

    @property
    def treated(self) -> Yes:
        """U: the units that changed."""
        changed: Yes = self.begins != NEVER
        return changed
