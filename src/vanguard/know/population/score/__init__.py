"""Published scores of everyone in a table of coded diagnoses, each answer with its reason.
`score_file` reads and writes files; it needs no place."""

from vanguard.know.population.score.entries import Entries
from vanguard.know.population.score.score_file import Answered, ScoreResult, score_file

__all__ = ["Answered", "Entries", "ScoreResult", "score_file"]
