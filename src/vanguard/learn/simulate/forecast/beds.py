"""How many beds are taken in the next hours: who of those in now stays, and who of those who come still is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vanguard.errors import BadInput


@dataclass(frozen=True)
class Stays:
    """How likely a stay is to last for so many hours or more; `lasts` [hours] begins with 1 and never rises."""

    lasts: np.ndarray = field(repr=False)

    def beyond(self, hours: np.ndarray) -> np.ndarray:
        """The chance of lasting beyond so many hours; what lies beyond all that was seen goes on as its last quarter
        fell, an hour like the next."""
        known = len(self.lasts) - 1
        inside = self.lasts[np.minimum(hours, known).astype(np.int64)]
        since = known - known // 4
        fell = max(float(self.lasts[since]), 1e-12)
        rate = max(float(self.lasts[known]) / fell, 1e-6) ** (1 / max(known - since, 1))
        found: np.ndarray = np.where(hours > known, inside * rate ** np.maximum(hours - known, 0), inside)
        return found


@dataclass(frozen=True)
class InBed:
    """Who is in now: for how many hours already."""

    hours: np.ndarray = field(repr=False)


def stays_of(over: np.ndarray, going_on: np.ndarray) -> Stays:
    """How long stays last, from the hours of those that are over and of those that go on (E. Kaplan and P. Meier 1958).

    Raises BadInput where no stay is over, or a stay lasts less than nothing.
    """
    if not len(over):
        raise BadInput("No stay has ended yet, so nobody knows how long they last.", do="Wait until some have.")
    if min(over.min(), going_on.min() if len(going_on) else 0) < 0:
        raise BadInput("A stay lasts less than nothing.", do="Mend the instants of its beginning and end.")
    # A stay of half an hour holds its bed in the first hour and not at its end.
    ended = np.bincount(np.ceil(over).astype(np.int64))
    censored = np.bincount(np.ceil(going_on).astype(np.int64), minlength=len(ended))
    ended = np.pad(ended, (0, len(censored) - len(ended)))
    at_risk = np.cumsum((ended + censored)[::-1])[::-1]
    left = 1 - np.divide(ended, at_risk, out=np.zeros(len(ended)), where=at_risk > 0)
    lasts = np.cumprod(left)
    positive = lasts[lasts > 0]
    return Stays(np.concatenate([[1.0], positive[1:]]) if len(positive) > 1 else np.array([1.0, 0.0]))


def beds(
    now: InBed, stays: Stays, arrivals: np.ndarray, *, at: Sequence[int] | None = None, seed: int = 1
) -> np.ndarray:
    """[draws, at] how many beds are taken at the end of some of the next hours (1 is the first; without `at` each of
    them); `arrivals` [draws, hours] are of those who will need one, as `coming` draws them. Each stays as long as stays
    do, given how long it was so far.
    """
    draws, hours = arrivals.shape
    chance = np.random.default_rng(seed)
    ahead = np.arange(1, hours + 1) if at is None else np.array(at)
    taken = np.zeros((draws, len(ahead)), dtype=np.int64)
    so_far = np.maximum(stays.beyond(now.hours), 1e-12)
    for mine, held in zip(now.hours, so_far, strict=True):
        lasts = stays.beyond(mine + ahead) / held
        # One number a draw decides for all hours: whoever has left stays away.
        taken += chance.random((draws, 1)) < lasts[None]
    for hour in range(int(ahead.max())):
        left = arrivals[:, hour].copy()
        before = 1.0
        # On average they come in the middle of the hour.
        still = stays.beyond(ahead - hour - 0.5)
        for place in np.flatnonzero(ahead > hour):
            left = chance.binomial(left, min(float(still[place]) / before, 1.0) if before > 0 else 0.0)
            taken[:, place] += left
            before = float(still[place])
            if not left.any():
                break
    return taken
