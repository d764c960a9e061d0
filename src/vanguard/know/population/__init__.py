"""Who are our people and who needs help next: features of each person at a month's end, and cohorts.
`build` fills person_feature, noted and cohort_member from the timelines and the blueprints."""

from vanguard.know.population.build import PopulationResult, build
from vanguard.know.population.months import last_month_end

__all__ = ["PopulationResult", "build", "last_month_end"]
