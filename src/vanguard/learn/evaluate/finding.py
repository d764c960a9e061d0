"""What an evaluation found: an effect with its interval, and the checks that could have shown it to be wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean effect per unit and period, in the outcome's unit, with its interval of LEVEL."""

    effect: float
    low: float
    high: float
    p_value: float
    """Of no effect, two-sided."""


@dataclass(frozen=True)
class Check:
    """One test that could show the design to be wrong here."""

    id: str
    passed: bool | None
    """None where it could not be done."""
    says: str
    """What was found, in a sentence that a councillor understands, with its numbers."""
    p_value: float | None = None


Table = Mapping[str, Sequence[object]]
"""Columns of equal length, by name: what a figure draws and a CSV file holds."""


@dataclass(frozen=True)
class Finding:
    """What one design says about one study."""

    design: str
    """As in the plan."""
    method: str
    """How it was estimated, in a paragraph, with the sources of its formulas."""
    estimate: Estimate
    expected: float
    """Mean outcome of the treated after the start, had nothing changed; relative effect = effect / expected."""
    events: Estimate | None
    """The same effect as a number of events over all treated units and periods; None where nothing is counted."""
    smallest_effect: float
    """The smallest true effect, in the outcome's unit, found with a power of 80% at this LEVEL."""
    checks: tuple[Check, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    """By name: `course` (period, observed, expected, low, high) always; others as the design has them."""
    warnings: tuple[str, ...] = ()
    """What a reader must know before the result: sentences for the first page."""


class CannotJudge(ValueError):
    """The design cannot answer with these data; the message says why and what would help."""
