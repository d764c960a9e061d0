"""The table of evaluations, declared."""

from collections.abc import Iterator

from vanguard.programme.days import turned
from vanguard.programme.evaluations.models import SiteEvaluation
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Fault, Filter, Table, Values

FALL, RISE, NONE, CANNOT = "fall", "rise", "none", "cannot"
VERDICTS = {
    FALL: "Evidence of a fall",
    RISE: "Evidence of a rise",
    NONE: "No clear evidence",
    CANNOT: "Cannot be judged",
}
DESIGNS = {
    "difference_in_differences": "Difference in differences",
    "synthetic_control": "Synthetic control",
    "interrupted_time_series": "Interrupted time series",
    "matched_cohort": "Matched cohort",
    "other": "Otherwise, as the source says",
}
NUMBERS = ("change", "low", "high")


def check_evaluation(values: Values) -> Iterator[Fault]:
    """It speaks of a site or of a type of site; the verdict does not go beyond its interval; its days come in order."""
    if (values.get("site") is None) == (values.get("type") is None):
        yield Fault("site", "The evaluation is of one site or of all of a type.", "Write one of the two.")
    change, low, high = (values.get(name) for name in NUMBERS)
    verdict = values["verdict"]
    if verdict == CANNOT:
        if any(one is not None for one in (change, low, high)):
            yield Fault("verdict", "What cannot be judged has no change.", "Leave change, low and high empty.")
    elif change is None or low is None or high is None:
        yield Fault(
            "change", "A verdict needs the change and both ends of its interval.", "Write change, low and high."
        )
    elif not low <= change <= high:
        yield Fault("low", "The change lies outside of its interval.", "Look at change, low and high.")
    elif (verdict == FALL and high >= 0) or (verdict == RISE and low <= 0):
        do = "Where the interval includes no change, the verdict is none."
        yield Fault("verdict", f"The interval from {low:g} to {high:g} is no evidence of a {verdict}.", do)
    if turned(values, "begins", "until"):
        yield Fault("until", "The figures end before the change began.")


EVALUATIONS = Table(
    SiteEvaluation,
    id="evaluations",
    name="evaluations",
    one="evaluation",
    about="Whether what sites did made a difference, as far as figures can tell. No clear evidence is not evidence of "
    "no change; of twenty sites where nothing changed, one stands out by chance.",
    key=("short",),
    title="name",
    order=("pk",),
    search=("name", "outcome", "know_first"),
    filters=(
        Filter("verdict", "Verdict"),
        Filter("site", "Site", typed=True),
        Filter("type", "All of a type"),
        Filter("outcome", "What was counted"),
        Filter("design", "How it was compared"),
    ),
    check=check_evaluation,
    columns=(
        Column("short", "Short name", "how files and addresses name it", unlisted=True),
        Column("name", "Name"),
        Column("site", "Site", "empty where it is of all sites of a type"),
        Column("type", "All of a type", "empty where it is of one site", unlisted=True),
        Column("outcome", "What was counted"),
        Column("verdict", "Verdict", choices=VERDICTS),
        Column("change", "Change, in per cent", "of what would have been expected without it", least=-100),
        Column("low", "From, in per cent", "the lower end of the 95% interval"),
        Column("high", "To, in per cent", "the upper end of the 95% interval"),
        Column(
            "smallest", "Smallest that could be found, in per cent", "in four of five cases", unlisted=True, least=0
        ),
        Column("design", "How it was compared", choices=DESIGNS),
        Column("begins", "Began", "the day from which a change could show", unlisted=True),
        Column("until", "Figures until", unlisted=True),
        Column("know_first", "Know this first", "what speaks against the comparison", unlisted=True),
        Column("change_mind", "What would change our mind", unlisted=True),
        SAYS,
    ),
)
TABLES = (EVALUATIONS,)
