"""Checks that every design over a panel makes alike: what their results say."""

from collections.abc import Sequence

from vanguard.learn.evaluate.finding import LEVEL, Check, Estimate
from vanguard.learn.evaluate.grounds import chance, interval, significant


def pretended(found: Estimate, earlier: str, wished: bool) -> Check:
    """Placebo in time: a start that never was, so much earlier (in words), in data that end before the true one.

    `wished` is that this is two years, not half of a time before that is shorter than three.
    """
    passed = not significant(found)
    why = "" if wished else " (half of the time before, which is shorter than three years)"
    says = (
        f"Pretending that the change began {earlier} earlier{why}, and looking at no later data, "
        f"{'no effect is seen' if passed else 'an effect is seen that cannot be one, as nothing had begun'}: "
        f"{interval(found)}, {chance(found.p_value)}."
    )
    return Check("placebo_in_time", passed, says, found.p_value)


def untouched(results: Sequence[tuple[str, Estimate]], unjudged: Sequence[str]) -> Check:
    """Negative controls: effects on outcomes that the change cannot have touched, by measure id, and those that could
    not be judged. One test for all of them (Bonferroni)."""
    name = "negative_control"
    if not results:
        return Check(name, None, "There was no outcome to look at that the change cannot have touched.")
    p_value = min(min(found.p_value for _, found in results) * len(results), 1.0)
    passed = p_value > 1 - LEVEL
    listed = "; ".join(f"{outcome}: {interval(found)}, {chance(found.p_value)}" for outcome, found in results)
    left = f" Not judged: {', '.join(unjudged)}." if unjudged else ""
    says = (
        "On outcomes that the change cannot have touched, "
        f"{'no effect is seen' if passed else 'an effect is seen too'} ({listed}).{left}"
    )
    return Check(name, passed, says, p_value)
