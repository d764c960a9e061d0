"""The report of an evaluation: a page to read or print, its figures, and every table as CSV.
An evaluation that was judged in; a folder of files out."""

from vanguard.learn.evaluate.report.figures import Spec, forest, svg
from vanguard.learn.evaluate.report.making import machine, write_report
from vanguard.learn.evaluate.report.overview import vanguards_page
from vanguard.learn.evaluate.report.to_programme import for_programme, whose_they_are
from vanguard.learn.evaluate.report.words import (
    DESIGNS,
    figure,
    first_sentence,
    for_councillors,
    percent,
    span,
    unit_of,
)

__all__ = [
    "DESIGNS",
    "Spec",
    "figure",
    "first_sentence",
    "for_councillors",
    "for_programme",
    "forest",
    "machine",
    "percent",
    "span",
    "svg",
    "unit_of",
    "vanguards_page",
    "whose_they_are",
    "write_report",
]
