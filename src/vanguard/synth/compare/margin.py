"""One margin: a row of values of the synthetic place and, where there are any, of the published one."""

from dataclasses import dataclass
from typing import Literal

FAR = 0.1
"""A value departs where it differs from the published one by more than this share of it."""
CHANCE = 3.0
"""And by more than so many standard errors, where it is known how many were counted."""


@dataclass(frozen=True)
class Margin:
    """`published` has as many values as `synthetic`, None for those that nobody published. `draw` says which
    picture suits: bars, a line over `labels` in order, points (one a label), or none for a table alone.
    `note` says what the two do not have in common. `counted` and `published_counted` are how many of the place itself,
    before scaling, and of a published sample each value rests on; empty where the value is no count or of everybody."""

    id: str
    title: str
    unit: str
    labels: tuple[str, ...]
    synthetic: tuple[float, ...]
    published: tuple[float | None, ...]
    source: str
    draw: Literal["bars", "line", "points", "none"] = "bars"
    note: str = ""
    counted: tuple[float, ...] = ()
    published_counted: tuple[float, ...] = ()

    def departures(self) -> list[str]:
        """The labels whose value departs from the published one, with by how much in words."""
        values = zip(self.labels, self.synthetic, self.published, strict=True)
        return [
            f"{label}: {mine / theirs - 1:+.0%}"
            for place, (label, mine, theirs) in enumerate(values)
            if theirs and self.departs(place)
        ]

    def departs(self, place: int) -> bool:
        """Whether the value at this place is far from the published one, and farther than chance alone makes likely."""
        mine, theirs = self.synthetic[place], self.published[place]
        return bool(theirs) and theirs is not None and abs(mine / theirs - 1) > max(FAR, CHANCE * self._error(place))

    def within_chance(self) -> int:
        """How many values are far from the published ones and yet no farther than chance makes likely."""
        pairs = zip(self.synthetic, self.published, strict=True)
        return sum(
            bool(theirs) and theirs is not None and abs(mine / theirs - 1) > FAR and not self.departs(place)
            for place, (mine, theirs) in enumerate(pairs)
        )

    def _error(self, place: int) -> float:
        """Standard error of the ratio of the two values: that of counts of rare things (Poisson) on both sides."""
        sides = (self.counted, self.published_counted)
        return float(sum(1 / max(side[place], 1.0) for side in sides if side) ** 0.5)

    def correlation(self) -> float | None:
        """Pearson's correlation of the two, where there are at least three pairs that differ."""
        pairs = [(m, p) for m, p in zip(self.synthetic, self.published, strict=True) if p is not None]
        if len(pairs) < 3:
            return None
        mine, theirs = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
        spread = sum((m - mine) ** 2 for m, _ in pairs) * sum((p - theirs) ** 2 for _, p in pairs)
        return sum((m - mine) * (p - theirs) for m, p in pairs) / spread**0.5 if spread > 0 else None
