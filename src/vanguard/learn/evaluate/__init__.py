"""Judges whether a care model changed an outcome: designs, each with the checks that could show it wrong.
A plan written before the result, a panel or a cohort in; a finding, its verdict and a report out."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens
from vanguard.learn.evaluate.finding import CannotJudge, Check, Estimate, Finding
from vanguard.learn.evaluate.panel import NEVER, Panel, Study
from vanguard.learn.evaluate.verdict import FALL, NONE, RISE, failed, verdict

if TYPE_CHECKING:
    from vanguard.learn.evaluate.asking import find_plan, shipped_plans, tables_of, tables_of_place
    from vanguard.learn.evaluate.feed import read_feeds
    from vanguard.learn.evaluate.judging import Judged, judge, judge_persons
    from vanguard.learn.evaluate.keeping import Kept, Result, keep_evaluations, kept_evaluation
    from vanguard.learn.evaluate.library import answer_all
    from vanguard.learn.evaluate.panel_file import Table, read_panel
    from vanguard.learn.evaluate.registering import register
    from vanguard.learn.evaluate.report import (
        DESIGNS,
        for_programme,
        machine,
        vanguards_page,
        whose_they_are,
        write_report,
    )
    from vanguard.learn.evaluate.study import exclusion_words

# A design of its own asks for little, so the door opens on first use: who wants a synthetic control alone need not wait
# for blueprints, files and figures.
DOOR = {
    "DESIGNS": "report",
    "Judged": "judging",
    "Kept": "keeping",
    "Result": "keeping",
    "Table": "panel_file",
    "answer_all": "library",
    "exclusion_words": "study",
    "find_plan": "asking",
    "for_programme": "report",
    "judge": "judging",
    "judge_persons": "judging",
    "keep_evaluations": "keeping",
    "kept_evaluation": "keeping",
    "machine": "report",
    "read_feeds": "feed",
    "read_panel": "panel_file",
    "register": "registering",
    "shipped_plans": "asking",
    "tables_of": "asking",
    "tables_of_place": "asking",
    "vanguards_page": "report",
    "whose_they_are": "report",
    "write_report": "report",
}

__all__ = [
    "DESIGNS",
    "FALL",
    "NEVER",
    "NONE",
    "RISE",
    "CannotJudge",
    "Check",
    "Estimate",
    "Finding",
    "Judged",
    "Kept",
    "Panel",
    "Result",
    "Study",
    "Table",
    "answer_all",
    "exclusion_words",
    "failed",
    "find_plan",
    "for_programme",
    "judge",
    "judge_persons",
    "keep_evaluations",
    "kept_evaluation",
    "machine",
    "read_feeds",
    "read_panel",
    "register",
    "shipped_plans",
    "tables_of",
    "tables_of_place",
    "vanguards_page",
    "verdict",
    "whose_they_are",
    "write_report",
]

__getattr__ = opens(__name__, DOOR)
