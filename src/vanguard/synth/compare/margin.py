"""One margin: a row of values of the synthetic place and, where there are any, of the published one."""

from dataclasses import dataclass
from typing import Literal

FAR = 0.1
"""A value departs where it differs from the published one by more than this share of it."""


@dataclass(frozen=True)
class Margin:
    """`published` has as many values as `synthetic`, None for those that nobody published. `draw` says which
    picture suits: bars, a line over `labels` in order, points (one a label), or none for a table alone.
    `note` says what the two do not have in common."""

    id: str
    title: str
    unit: str
    labels: tuple[str, ...]
    synthetic: tuple[float, ...]
    published: tuple[float | None, ...]
    source: str
    draw: Literal["bars", "line", "points", "none"] = "bars"
    note: str = ""

    def departures(self) -> list[str]:
        """The labels whose value departs from the published one, with by how much in words."""
        found = []
        for label, mine, theirs in zip(self.labels, self.synthetic, self.published, strict=True):
            if theirs and abs(mine / theirs - 1) > FAR:
                found.append(f"{label}: {mine / theirs - 1:+.0%}")
        return found

    def correlation(self) -> float | None:
        """Pearson's correlation of the two, where there are at least three pairs that differ."""
        pairs = [(m, p) for m, p in zip(self.synthetic, self.published, strict=True) if p is not None]
        if len(pairs) < 3:
            return None
        mine, theirs = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
        spread = sum((m - mine) ** 2 for m, _ in pairs) * sum((p - theirs) ** 2 for _, p in pairs)
        return sum((m - mine) * (p - theirs) for m, p in pairs) / spread**0.5 if spread > 0 else None
