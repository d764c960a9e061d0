"""Ten years of everybody, a day at a time: counts of people alike, compiled.

Each cell is a locality, a band of age, a need and a place of care; `count` says how many people are in it. All of it
is in this one file, so that what Numba keeps on disk follows what is written here (see `engine.compiled`).
"""

import math

import numpy as np

from vanguard.learn.simulate.engine.chance import mixed
from vanguard.learn.simulate.engine.compiled import compiled

LEAVES, GOES, BORN, COMES, REMOVES, WORSENS, AGES = 0, 1, 40, 41, 42, 43, 44
FEW = 25.0
"""Below this mean numbers are found one after the other, exactly; above it by an expansion."""
YEAR = 365


@compiled
def unit(key: np.uint64, number: int) -> float:
    """A number above 0 and below 1, from a key and what it is for."""
    return (float(mixed(key, number) >> np.uint64(12)) + 0.5) / 4503599627370496.0


@compiled
def normal_quantile(u: float) -> float:
    """The standard normal quantile, by P. Acklam (2003), good to 1e-9."""
    if u < 0.02425 or u > 1 - 0.02425:
        q = math.sqrt(-2 * math.log(min(u, 1 - u)))
        far = (
            ((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q - 2.549732539343734) * q
             + 4.374664141464968) * q + 2.938163982698783
        ) / ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416)
             * q + 1.0)  # fmt: skip
        return far if u < 0.5 else -far
    q = u - 0.5
    r = q * q
    return (
        (((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r + 1.383577518672690e2) * r
          - 3.066479806614716e1) * r + 2.506628277459239) * q
    ) / (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r + 6.680131188771972e1) * r
          - 1.328068155288572e1) * r + 1.0)  # fmt: skip


@compiled
def _at_most_half(number: int, p: float, u: float) -> int:
    mean = number * p
    if mean < FEW:
        chance = math.exp(number * math.log1p(-p))
        odds = p / (1.0 - p)
        reached, found = chance, 0
        while u > reached and found < number:
            chance *= (number - found) / (found + 1.0) * odds
            found += 1
            reached += chance
            if chance < 1e-18 and found > mean:
                break
        return found
    deviation = math.sqrt(mean * (1.0 - p))
    z = normal_quantile(u)
    skew, excess = (1.0 - 2.0 * p) / deviation, (1.0 - 6.0 * p * (1.0 - p)) / (deviation * deviation)
    z += (
        skew * (z * z - 1.0) / 6.0
        + excess * (z * z * z - 3.0 * z) / 24.0
        - skew * skew * (2.0 * z * z * z - 5.0 * z) / 36.0
    )
    return min(number, max(0, math.ceil(mean + deviation * z - 0.5)))


@compiled
def binomial(number: int, p: float, u: float) -> int:
    """How many of so many, each with chance p: the quantile u of the binomial distribution.

    The same u gives more where p or the number is greater, which is what lets two futures share their luck. Exact up to
    a mean of FEW; beyond, the expansion of E. Cornish and R. Fisher (1938) to the third order, good to one person.
    """
    if number <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return number
    if p > 0.5:
        return number - _at_most_half(number, 1.0 - p, 1.0 - u)
    return _at_most_half(number, p, u)


@compiled
def years(
    count: np.ndarray, later: np.ndarray, widths: np.ndarray, targets: np.ndarray, origins: np.ndarray,
    state_of: np.ndarray, months: np.ndarray, leaves: np.ndarray, goes: np.ndarray, ageing: np.ndarray,
    worse: np.ndarray, born: np.ndarray, newborn: np.ndarray, coming: np.ndarray, removed: np.ndarray, open_: bool,
    key: np.uint64, begun: np.ndarray, nights: np.ndarray, flows: np.ndarray, most: np.ndarray, stand: np.ndarray,
    today: np.ndarray,
) -> None:  # fmt: skip
    """Let so many days pass; `months` gives the month of each.

    `count` and `later` [localities, ages, needs, compartments]; `leaves` [months, localities, ages, needs,
    compartments] is the chance to leave on a day and `goes` [..., ways] its parts, to `targets` (-1 is death); one
    locality there is for all of them. In an `open_` place people
    are born, age and move; else whoever dies is replaced.

    Adds to `begun` and `nights` [years, compartments and death, localities, ages], `flows` [years, 4: born, came, died,
    left, localities], `most` [years, states] and `stand` [years, localities, ages, needs, states], who is there at the
    end of each year. `today` [states] is scratch.
    """
    localities, ages, needs, places = count.shape
    for day in range(len(months)):
        year, month = day // YEAR, months[day]
        of_day = mixed(key, day)
        if open_ and (day == 0 or months[day - 1] != month):
            live(count, ageing, worse[month], born, newborn, coming, removed, mixed(of_day, 1), flows[year])
        for s in range(len(today)):
            today[s] = 0
        for at in range(localities):
            for a in range(ages):
                for n in range(needs):
                    for c in range(places):
                        later[at, a, n, c] = count[at, a, n, c]
        cell = 0
        for at in range(localities):
            like = min(at, leaves.shape[1] - 1)
            for a in range(ages):
                for n in range(needs):
                    for c in range(places):
                        cell += 1
                        here = count[at, a, n, c]
                        p = leaves[month, like, a, n, c]
                        if here == 0 or p == 0.0:
                            continue
                        of_cell = mixed(of_day, cell + 10)
                        left = binomial(here, p, unit(of_cell, LEAVES))
                        later[at, a, n, c] -= left
                        for way in range(widths[c]):
                            if left == 0:
                                break
                            part = goes[month, like, a, n, c, way]
                            if way == widths[c] - 1:
                                moved = left
                            else:
                                moved = binomial(left, part / p, unit(of_cell, GOES + way))
                            p -= part
                            left -= moved
                            to = targets[c, way]
                            if to >= 0:
                                later[at, a, n, to] += moved
                                if origins[c] != to:
                                    begun[year, to, at, a] += moved
                            else:
                                flows[year, 2, at] += moved
                                begun[year, places, at, a] += moved
                                if not open_:
                                    later[at, a, n, 0] += moved
                                    flows[year, 1, at] += moved
        ends = day % YEAR == YEAR - 1
        for at in range(localities):
            for a in range(ages):
                for n in range(needs):
                    for c in range(places):
                        here = later[at, a, n, c]
                        count[at, a, n, c] = here
                        nights[year, c, at, a] += here
                        today[state_of[c]] += here
                        if ends:
                            stand[year, at, a, n, state_of[c]] += here
        for s in range(len(today)):
            most[year, s] = max(most[year, s], today[s])


@compiled
def live(
    count: np.ndarray, ageing: np.ndarray, worse: np.ndarray, born: np.ndarray, newborn: np.ndarray,
    coming: np.ndarray, removed: np.ndarray, key: np.uint64, flows: np.ndarray,
) -> None:  # fmt: skip
    """A month of births, birthdays, new needs and removals. `coming` [localities, ages, needs, 2] is a number of people
    and the chance that one of them is followed by somebody new."""
    localities, ages, needs, places = count.shape
    for at in range(localities):
        people = 0
        for a in range(ages):
            for n in range(needs):
                for c in range(places):
                    people += count[at, a, n, c]
        for a in range(ages - 1, -1, -1):
            for n in range(needs - 1, -1, -1):
                for c in range(places):
                    here = count[at, a, n, c]
                    if here == 0:
                        continue
                    of_cell = mixed(key, ((at * ages + a) * needs + n) * places + c)
                    if c == 0:
                        gone = binomial(here, removed[a], unit(of_cell, REMOVES))
                        here -= gone
                        count[at, a, n, c] -= gone
                        flows[3, at] += gone
                    if n < needs - 1:
                        gone = binomial(here, worse[a, n, c], unit(of_cell, WORSENS))
                        here -= gone
                        count[at, a, n, c] -= gone
                        count[at, a, n + 1, c] += gone
                    if a < ages - 1:
                        gone = binomial(here, ageing[a], unit(of_cell, AGES))
                        count[at, a, n, c] -= gone
                        count[at, a + 1, n, c] += gone
        of_place = mixed(key, (1 << 40) + at)
        babies = binomial(people, born[0], unit(of_place, BORN))
        flows[0, at] += babies
        rest = 1.0
        for n in range(needs):
            if babies > 0 and newborn[n] > 0.0:
                part = babies if newborn[n] >= rest - 1e-12 else binomial(babies, newborn[n] / rest, unit(of_place, n))
                count[at, 0, n, 0] += part
                babies -= part
            rest -= newborn[n]
        for a in range(ages):
            for n in range(needs):
                of_cell = mixed(of_place, 100 + a * needs + n)
                new = binomial(int(coming[at, a, n, 0]), coming[at, a, n, 1], unit(of_cell, COMES))
                count[at, a, n, 0] += new
                flows[1, at] += new
