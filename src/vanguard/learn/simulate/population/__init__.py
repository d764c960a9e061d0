"""A place of people over years: by age, need and locality, between home, care and death, day by day.
`chain` runs a future and credits each change with what it does; rates are stated or counted from the lake."""

from vanguard.learn.simulate.population.causes import Chain, chain, changes_of
from vanguard.learn.simulate.population.findings import findings
from vanguard.learn.simulate.population.measured import measured
from vanguard.learn.simulate.population.observed import observe
from vanguard.learn.simulate.population.plan import Model, model_of
from vanguard.learn.simulate.population.telling import attributed, kept, sentences, tables

__all__ = [
    "Chain",
    "Model",
    "attributed",
    "chain",
    "changes_of",
    "findings",
    "kept",
    "measured",
    "model_of",
    "observe",
    "sentences",
    "tables",
]
