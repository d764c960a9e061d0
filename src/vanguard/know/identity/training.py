"""What training learned, kept so that one day's rows need not teach it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

# Trained anew when there are a quarter more or fewer rows: that changes how likely a chance likeness is by a third
# of a bit, where a join asks for many.
DRIFT = 1.25
Level = tuple[str, int, str, float | None, float | None]


@dataclass(frozen=True)
class Training:
    """`levels` are (column, level, condition, m, u) in the order compared, learned from `rows` rows; `rules` are those
    of the keys that two rows had to share to be compared."""

    rows: int
    levels: tuple[Level, ...]
    rules: tuple[str, ...]

    @classmethod
    def of(cls, rows: int, comparisons: Iterable[dict[str, Any]], rules: Iterable[str]) -> "Training":
        """What Splink's comparisons say once they are trained."""
        return cls(rows, tuple(level for one in comparisons for level in _levels(one)), tuple(rules))

    @property
    def columns(self) -> tuple[str, ...]:
        """What is compared."""
        return tuple(dict.fromkeys(level[0] for level in self.levels))

    def fits(self, comparisons: Iterable[dict[str, Any]], rows: int) -> bool:
        """Whether it was learned for these comparisons and from about so many rows."""
        asked = [level[:3] for one in comparisons for level in _levels(one)]
        return asked == [level[:3] for level in self.levels] and self.rows / DRIFT <= rows <= self.rows * DRIFT

    def put_into(self, comparisons: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The comparisons, which it fits, with what was learned."""
        learned = iter(self.levels)
        return [
            one | {"comparison_levels": [
                level if level.get("is_null_level") else _taught(level, *next(learned)[3:])
                for level in one["comparison_levels"]
            ]}
            for one in comparisons
        ]  # fmt: skip


def _levels(comparison: dict[str, Any]) -> list[Level]:
    told = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
    return [
        (
            comparison["output_column_name"],
            number,
            level["sql_condition"],
            level.get("m_probability"),
            level.get("u_probability"),
        )
        for number, level in enumerate(told, 1)
    ]


def _taught(level: dict[str, Any], m: float | None, u: float | None) -> dict[str, Any]:
    learned = {"m_probability": m, "u_probability": u}
    rest = {name: value for name, value in level.items() if name not in learned}
    return rest | {name: value for name, value in learned.items() if value is not None}
