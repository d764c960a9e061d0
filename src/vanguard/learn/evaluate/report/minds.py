"""What would change our mind about a result, in sentences made of the result alone."""

from math import isfinite

from vanguard.learn.evaluate.judging import Judged, hangs_on
from vanguard.learn.evaluate.report.words import in_part
from vanguard.learn.evaluate.verdict import FALL, NONE, failed

OF_THE_COMPARISON = {
    "convex_hull": "comparators that are more like it",
    "pre_trend": "comparators that had moved alike before",
    "placebo_in_time": "more months before the start, on which nothing shows",
    "placebo_in_space": "more months after the start, by which it stands out among places where nothing changed",
    "leave_one_out": "a result that stays whichever single place is left out",
    "negative_control": "outcomes that it cannot have touched, and that did not change",
    "enough_comparators": "more places to compare with",
    "balance": "others who are more like those who received it",
}
"""By check: what would have to be there for the comparison to hold."""


def what_would_change_our_mind(judged: Judged) -> str:
    """For a claim, what would take it back; for none, what would have to be seen for one."""
    finding = judged.finding
    smallest = in_part(abs(finding.smallest_effect), judged)
    wrong = [OF_THE_COMPARISON[check.id] for check in failed(judged.checks) if check.id in OF_THE_COMPARISON]
    if judged.verdict != NONE:
        way = "fall" if judged.verdict == FALL else "rise"
        choice = " It hangs on a choice of ours already." if hangs_on(judged.verdict, judged.sensitivity) else ""
        return (
            f"We would take this back if later months did not show the {way} too, if it did not show in the counts of "
            f"those whom the change was meant for, or if something else that happened there then explains it.{choice}"
        )
    if wrong:
        return f"First the comparison would have to hold: {'; '.join(dict.fromkeys(wrong))}."
    if not isfinite(finding.smallest_effect):
        return "Hardly any change would have shown: it takes more places, or more months in which the figures vary."
    return (
        f"A change of {smallest} or more, on average over all the time since the start, would most likely have shown. "
        "To see a smaller one takes counts of those whom the change was meant for rather than of everyone, or more "
        "places that did the same."
    )
