"""What untreated observations alone say that the treated would have shown, and how far that can be trusted.

Borusyak, Jaravel & Spiess (2024), Revisiting event-study designs, Review of Economic Studies 91: an effect of each unit
and of each period is fitted by least squares to the observations that no change has touched; an effect of the change is
what was observed less what these two say. Two-way fixed effects with the treated in the fit would compare units that
changed late with units that changed early, and could show a fall where every unit rose.

The fit needs no library: units are eliminated, which leaves one equation for each period.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanguard.learn.evaluate.panel import NEVER, Floats, Whole, Yes

ROUNDING = 1e-11
"""Of the largest outcome: what is smaller is left by arithmetic, and is nothing."""


@dataclass(frozen=True)
class Spread:
    """K weighted means of effects, and how they vary, by cluster."""

    effects: Floats
    """K."""
    errors: Floats
    """K: standard errors; NaN where only one cluster shows the effect."""
    freedom: Floats
    """K: degrees of freedom."""


@dataclass(frozen=True)
class Fit:
    """Unit and period effects from untreated observations."""

    untreated: Yes
    """U x T: what was fitted."""
    treated: Yes
    """U x T: what was imputed."""
    expected: Floats
    """U x T: without the change; NaN where nothing says."""
    effects: Floats
    """U x T: observed less expected where treated, else 0."""
    residuals: Floats
    """U x T: observed less fitted where untreated, else 0."""
    bread: Floats
    """T x T: inverse of the equations of the periods."""


def fit(outcomes: Floats, used: Yes, begins: Whole) -> Fit:
    """U x T outcomes, U x T cells that count, U starts. Cells of a period or a unit without anything untreated are
    dropped: nothing says what to expect there."""
    untreated, after = split(used, begins)
    count = untreated.sum(axis=1)
    treated = after & (count > 0)[:, None] & untreated.any(axis=0)
    known = np.where(used, outcomes, 0.0)
    share = untreated / np.maximum(count, 1)[:, None]
    mean = (share * known).sum(axis=1)
    bread = np.asarray(np.linalg.inv(_equations(untreated)), dtype=np.float64)
    period = bread @ (untreated * (known - mean[:, None])).sum(axis=0)
    expected = mean[:, None] + period - (share @ period)[:, None]
    expected[count == 0] = np.nan
    expected[:, ~untreated.any(axis=0)] = np.nan
    apart = exact(known - np.nan_to_num(expected), known)
    return Fit(untreated, treated, expected, np.where(treated, apart, 0.0), np.where(untreated, apart, 0.0), bread)


def exact(differences: Floats, outcomes: Floats) -> Floats:
    """The differences, with nothing where there is no more than what arithmetic leaves: in figures without any chance
    in them it would look like a clear effect."""
    found: Floats = np.where(np.abs(differences) < ROUNDING * np.abs(outcomes).max(initial=0.0), 0.0, differences)
    return found


def split(used: Yes, begins: Whole) -> tuple[Yes, Yes]:
    """U x T: the cells before any change, and those after it."""
    after = used & (begins != NEVER)[:, None] & (np.arange(used.shape[1]) >= begins[:, None])
    return used & ~after, after


def spread(found: Fit, targets: Floats, clusters: Whole) -> Spread:
    """K x U x T weights of treated cells (each sums to one) to K means with standard errors clustered as in the paper
    (its equation 7: effects vary round one common mean for each target, which is conservative).

    Clusters that show the effect and those that do not are corrected for their number apart (n / (n - 1)), and degrees
    of freedom follow Welch and Satterthwaite. With one start, whole panels and units as clusters this is Welch's t test
    of the differences between the mean after and the mean before.
    """
    _, which = np.unique(clusters, return_inverse=True)
    count = np.maximum(found.untreated.sum(axis=1), 1)
    by_unit = targets.sum(axis=2)
    by_period = targets.sum(axis=1)
    # Weight of an untreated cell is minus (unit + period); residuals of a unit sum to nothing, so its part falls away.
    periods = (by_period - (by_unit / count) @ found.untreated) @ found.bread
    comparison = -(found.residuals @ periods.T).T

    sums = np.einsum("kut,ut->ku", targets, found.effects)
    effects = sums.sum(axis=1)
    mass, shown = _by_cluster(by_unit, which), _by_cluster(sums, which)
    common = (mass * shown).sum(axis=1) / np.maximum((mass**2).sum(axis=1), 1e-300)
    scores = _by_cluster(comparison, which) + shown - common[:, None] * mass

    shows = mass > 0
    parts, freedom = np.zeros((2, len(effects))), np.zeros((2, len(effects)))
    for row, group in enumerate((shows, ~shows)):
        number = group.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts[row] = np.where(number > 1, ((scores * group) ** 2).sum(axis=1) * number / (number - 1), np.nan)
        freedom[row] = np.maximum(number - 1, 1)
    variance = parts.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        degrees = np.where(variance == 0, freedom.sum(axis=0), variance**2 / (parts**2 / freedom).sum(axis=0))
    return Spread(effects, np.sqrt(variance), degrees)


def _by_cluster(values: Floats, which: Whole) -> Floats:
    """K x U added up to K x C."""
    sums = np.zeros((which.max() + 1, len(values)))
    np.add.at(sums, which, values.T)
    return sums.T


@dataclass(frozen=True)
class Sums:
    """Effects of P assignments of starts, added up over units of one start, by period."""

    starts: tuple[int, ...]
    """G different starts."""
    effects: Floats
    """P x G x T: weight times effect."""
    weights: Floats
    """P x G x T."""


def under(outcomes: Sequence[Floats], used: Yes, assignments: Whole, weights: Floats) -> tuple[Sums, ...]:
    """The effects that each of P x U assignments of starts would show, from U x T outcomes and weights of cells: for
    each of the outcomes, whose equations are the same and are solved together.

    What one unit adds to the equations under one start is worked out once; assignments only add these up.
    """
    starts = tuple(int(start) for start in np.unique(assignments) if start != NEVER)
    chosen = {start: (assignments == start).astype(float) for start in starts}
    known = [np.where(used, values, 0.0) for values in outcomes]
    pieces = [{start: _Piece.of(values, used, start) for start in (NEVER, *starts)} for values in known]
    right = np.stack([_added(chosen, {start: one.right for start, one in own.items()}) for own in pieces])
    live = _added(chosen, {start: one.cells for start, one in pieces[0].items()})
    periods = _periods(used, pieces[0], chosen, right, live)
    return tuple(
        _sums(values, own, chosen, of_periods, live, weights)
        for values, own, of_periods in zip(known, pieces, periods, strict=True)
    )


def _added(chosen: dict[int, Floats], parts: dict[int, Floats]) -> Floats:
    """P x T: what all units together have under each assignment, from U x T of each start."""
    every: Floats = parts[NEVER].sum(axis=0) + sum(chosen[start] @ (parts[start] - parts[NEVER]) for start in chosen)
    return every


def _sums(
    known: Floats,
    pieces: "dict[int, _Piece]",
    chosen: dict[int, Floats],
    periods: Floats,
    live: Floats,
    weights: Floats,
) -> Sums:
    effects = np.zeros((len(live), len(chosen), live.shape[1]))
    masses = np.zeros_like(effects)
    for place, (start, those) in enumerate(chosen.items()):
        piece = pieces[start]
        weight = np.where(piece.after, weights, 0.0)
        reference = periods @ piece.share.T
        mass = those @ weight
        sums = those @ (weight * (known - piece.mean[:, None])) - mass * periods + (those * reference) @ weight
        effects[:, place] = np.where(live > 0.5, sums, 0.0)
        masses[:, place] = np.where(live > 0.5, mass, 0.0)
    return Sums(tuple(chosen), effects, masses)


@dataclass(frozen=True)
class _Piece:
    """What every unit would add if it began at one start."""

    cells: Floats
    """U x T: 1 where untreated."""
    share: Floats
    """U x T: the cells, each unit's summing to one."""
    mean: Floats
    """U: of the outcomes where untreated."""
    right: Floats
    """U x T: the unit's part of the right side of the equations of the periods."""
    after: Yes
    """U x T: where an effect would show."""

    @staticmethod
    def of(known: Floats, used: Yes, start: int) -> "_Piece":
        untreated, after = split(used, np.full(len(used), start))
        cells = untreated.astype(float)
        count = cells.sum(axis=1, keepdims=True)
        share = cells / np.maximum(count, 1)
        mean = (share * known).sum(axis=1)
        return _Piece(cells, share, mean, cells * (known - mean[:, None]), after & (count > 0))


def _equations(untreated: Yes) -> Floats:
    """T x T: least squares for the periods once units are eliminated; the periods' effects sum to nothing."""
    cells = untreated.astype(float)
    share = cells / np.maximum(cells.sum(axis=1, keepdims=True), 1)
    return _solvable(np.diag(cells.sum(axis=0)) - cells.T @ share, cells.sum(axis=0))


def _solvable(equations: Floats, live: Floats) -> Floats:
    """With a row that settles the level, and something for periods in which nobody is untreated."""
    solvable: Floats = equations + 1.0
    solvable[..., np.arange(live.shape[-1]), np.arange(live.shape[-1])] += np.where(live > 0.5, 0.0, 1.0)
    return solvable


def _periods(used: Yes, pieces: dict[int, _Piece], chosen: dict[int, Floats], right: Floats, live: Floats) -> Floats:
    """K x P x T: the effects of the periods under each assignment, from the right sides of K outcomes."""
    if (used == used[0]).all():
        # Every unit lacks the same periods, so who has which start changes nothing on the left.
        begins = np.full(len(used), NEVER)
        for start, rows in chosen.items():
            begins[rows[0] > 0] = start
        whole: Floats = right @ np.linalg.inv(_equations(split(used, begins)[0]))
        return whole
    length = used.shape[1]
    alike, first_of, which = np.unique(used, axis=0, return_index=True, return_inverse=True)
    member = (which[:, None] == np.arange(len(alike))).astype(float)
    own = {start: _part(piece.cells[first_of], piece.share[first_of]) for start, piece in pieces.items()}
    settled = np.empty_like(right)
    for first in range(0, len(live), 100):
        some = slice(first, first + 100)
        left = (member.sum(axis=0) @ own[NEVER])[None] + sum(
            (chosen[start][some] @ member) @ (own[start] - own[NEVER]) for start in chosen
        )
        left = left.reshape(-1, length, length)
        solved = np.linalg.solve(_solvable(left, live[some]), np.moveaxis(right[:, some], 0, -1))
        settled[:, some] = np.moveaxis(solved, -1, 0)
    return settled


def _part(cells: Floats, share: Floats) -> Floats:
    """R x TT: what a unit of each kind adds to the equations of the periods."""
    part: Floats = cells[:, :, None] * (np.eye(cells.shape[1]) - share[:, None, :])
    return part.reshape(len(cells), -1)
