"""Building the population's tables from the lake and writing them as one generation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from vanguard.blueprint import Blueprint
from vanguard.codes import frailty_weights, supplied_sets
from vanguard.know.population.cohorts import make_members
from vanguard.know.population.features import make_features
from vanguard.know.population.months import windows
from vanguard.lake import Lake


@dataclass(frozen=True)
class PopulationResult:
    """How many people have features, and how many rows of cohort membership there are."""

    month_end: date
    people: int
    members: int


def build(lake: Lake, blueprints: Iterable[Blueprint], month_end: date, now: datetime) -> PopulationResult:
    """Make person_feature and cohort_member anew for one month end, from person, person_period and event.

    Raises BadInput where `month_end` is not the last day of a month or the place's own code sets have mistakes,
    before anything is written.
    """
    days = windows(month_end, frailty_weights().look_back_years)
    supplied = supplied_sets(lake.folder.parent)
    with lake.write(now) as batch:
        con = lake.connect()
        try:
            make_features(con, days, supplied)
            make_members(con, blueprints)
            people = batch.replace("person_feature", con, "SELECT * FROM feature ORDER BY person_id")
            members = batch.replace("cohort_member", con, "SELECT * FROM member ORDER BY blueprint, cohort, rank")
        finally:
            con.close()
    return PopulationResult(month_end, people, members)
