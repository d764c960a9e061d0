"""Weights of a synthetic control: the point of a simplex nearest to a series, exactly, with a certificate.

For a unit y and donors x_j over the T periods before the start:

    minimise  f(w) = sum over t of (y_t - sum over j of w_j x_jt)^2,   w_j >= 0,   sum of w_j = 1

that is, Abadie, Diamond and Hainmueller (2010) on the outcomes before the start alone, every period counting the same
(V = I). Since the weights sum to one, f is the squared length of a point of the convex hull of x_j - y, and Wolfe's
nearest-point algorithm (Mathematical Programming 11, 1976) finds the shortest one in finitely many steps. It needs only
inner products, so that all units share one Gram matrix: the placebos cost hardly more than reading it.

The certificate is the Frank-Wolfe gap 2 (x.x - min over j of x.(x_j - y)) >= f(w) - min f, worked out from the final
weights. Ours, because no library shares the Gram matrix or says how far from the best it stopped.

Numba keeps what it compiled beside this file, or in the user's cache where nobody may write there. Everything that is
compiled stands in this one file: Numba asks no other whether what it kept still holds.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit

from vanguard.learn.evaluate.panel import Floats, Whole, Yes

TINY = 1e-14
"""Of the mean squared distance between units: less is rounding."""
WORTH_A_THREAD = 64


@dataclass(frozen=True)
class Weighed:
    """The best weights of M series over N donors."""

    weights: Floats
    """M x N: at least 0, each row sums to 1."""
    squares: Floats
    """M: f at these weights, a sum of squares over the periods."""
    certificate: Floats
    """M: f is at most this much above the least possible."""


def weigh(series: Floats, units: Whole, donors: Yes, start: Floats | None = None) -> Weighed:
    """Weights for each row m of `units` (rows of `series`, N x T before the start) over the units allowed by row m of
    `donors` (M x N), itself never. Each row needs a donor. `start` (N x N) are weights of each unit to begin from: the
    same result, the sooner the nearer they are."""
    number, most = len(units), min(series.shape) + 2
    # Of any constant that a period has for all units nothing is left; without it fewer digits cancel.
    centred = series - series.mean(axis=0)
    gram = np.ascontiguousarray(centred @ centred.T)
    weights, told = np.zeros((number, len(series))), np.zeros((number, 2))
    if start is not None:
        weights = np.where(donors, start[units], 0.0)
    units, donors = np.ascontiguousarray(units, dtype=np.int64), np.ascontiguousarray(donors)

    def part(first: int, last: int) -> None:
        factor, chosen = np.zeros((most, most)), np.zeros(most, np.int64)
        work, products = np.zeros((3, most)), np.zeros(len(series))
        rows = slice(first, last)
        _weigh(gram, units[rows], donors[rows], weights[rows], told[rows], factor, chosen, work, products)

    threads = max(1, min(os.cpu_count() or 1, number // WORTH_A_THREAD))
    edges = [number * n // threads for n in range(threads + 1)]
    if threads == 1:
        part(0, number)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda span: part(*span), pairwise(edges)))
    return Weighed(weights, told[:, 0], told[:, 1])


@njit(cache=True, nogil=True, error_model="numpy")
def _weigh(gram, units, donors, weights, told, factor, chosen, work, products):  # type: ignore[no-untyped-def]
    """Fill `weights`, which hold where to begin, and `told` (f, certificate) row by row; the rest is room to work."""
    for row in range(len(units)):
        _nearest(gram, units[row], donors[row], weights[row], told[row], factor, chosen, work, products)


@njit(cache=True, nogil=True, error_model="numpy")
def _nearest(gram, unit, donors, weights, told, factor, chosen, work, products):  # type: ignore[no-untyped-def]
    number, most = gram.shape[0], factor.shape[0]
    weight, wanted, half = work[0], work[1], work[2]
    own = gram[unit, unit]
    nearest, best, total, allowed = -1, np.inf, 0.0, 0
    for j in range(number):
        if donors[j] and j != unit:
            far = gram[j, j] - 2 * gram[unit, j] + own
            total += far
            allowed += 1
            if far < best:
                nearest, best = j, far
    scale = total / allowed
    tiny = TINY * scale
    count, total = 0, 0.0
    for j in range(number):
        if weights[j] > TINY and count < most - 1:
            chosen[count] = j
            weight[count] = weights[j]
            total += weights[j]
            count += 1
        weights[j] = 0.0
    for k in range(count):
        weight[k] /= total
    begun = count > 0 and _factorise(gram, unit, own, scale, factor, chosen, 0, count)
    if begun:
        count = _inwards(gram, unit, own, scale, factor, chosen, weight, wanted, half, count)
    else:
        count = 1
        chosen[0] = nearest
        weight[0] = 1.0
        factor[0, 0] = np.sqrt(max(best, 0.0) + scale)
    length, least = max(best, 0.0), 0.0
    for _ in range(50 * most):
        # products: of the present point with each x_j - y.
        shift = own
        for k in range(count):
            shift -= weight[k] * gram[unit, chosen[k]]
        for j in range(number):
            products[j] = shift - gram[unit, j]
        for k in range(count):
            row = gram[chosen[k]]
            for j in range(number):
                products[j] += weight[k] * row[j]
        length = 0.0
        for k in range(count):
            length += weight[k] * products[chosen[k]]
        nearest, least = -1, np.inf
        for j in range(number):
            if donors[j] and j != unit and products[j] < least:
                nearest, least = j, products[j]
        if length - least <= tiny or count == most:
            break
        known = False
        for k in range(count):
            known = known or chosen[k] == nearest
        if known:
            break
        chosen[count] = nearest
        weight[count] = 0.0
        count += 1
        if not _factorise(gram, unit, own, scale, factor, chosen, count - 1, count):
            count -= 1
            break
        count = _inwards(gram, unit, own, scale, factor, chosen, weight, wanted, half, count)
    total = 0.0
    for k in range(count):
        total += weight[k]
    for k in range(count):
        weights[chosen[k]] = weight[k] / total
    told[0] = max(length, 0.0)
    told[1] = max(2 * (length - least), 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _inwards(gram, unit, own, scale, factor, chosen, weight, wanted, half, count):  # type: ignore[no-untyped-def]
    """Move towards the shortest point of the plane through the chosen ones, and let go of those that it would need less
    than nothing of, until it lies among them. How many are left."""
    while True:
        _affine(factor, wanted, half, count)
        step, out = 1.0, -1
        for k in range(count):
            if wanted[k] <= TINY:
                reach = weight[k] / max(weight[k] - wanted[k], 1e-300)
                if reach < step or out < 0:
                    step, out = min(reach, 1.0), k
        if out < 0:
            for k in range(count):
                weight[k] = wanted[k]
            return count
        for k in range(count):
            weight[k] += step * (wanted[k] - weight[k])
        weight[out] = 0.0
        kept, first = 0, count
        for k in range(count):
            if weight[k] > TINY:
                chosen[kept] = chosen[k]
                weight[kept] = weight[k]
                kept += 1
            elif k < first:
                first = k
        count = kept
        _factorise(gram, unit, own, scale, factor, chosen, first, count)


@njit(cache=True, nogil=True, error_model="numpy")
def _factorise(gram, unit, own, scale, factor, chosen, first, count):  # type: ignore[no-untyped-def]
    """Cholesky rows from `first` of the inner products of the chosen, plus scale; False where one is dependent."""
    for a in range(first, count):
        i = chosen[a]
        for b in range(a + 1):
            j = chosen[b]
            value = gram[i, j] - gram[unit, i] - gram[unit, j] + own + scale
            for k in range(b):
                value -= factor[a, k] * factor[b, k]
            if a == b:
                if value <= TINY * scale:
                    return False
                factor[a, a] = np.sqrt(value)
            else:
                factor[a, b] = value / factor[b, b]
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _affine(factor, wanted, half, count):  # type: ignore[no-untyped-def]
    """Into `wanted`: weights of the shortest point of the plane through the chosen points."""
    for a in range(count):
        value = 1.0
        for k in range(a):
            value -= factor[a, k] * half[k]
        half[a] = value / factor[a, a]
    total = 0.0
    for a in range(count - 1, -1, -1):
        value = half[a]
        for k in range(a + 1, count):
            value -= factor[k, a] * wanted[k]
        wanted[a] = value / factor[a, a]
        total += wanted[a]
    for a in range(count):
        wanted[a] /= total
