"""Statistical process control as the NHS draws it: what is unusual in a series and what is only noise.
`xmr` and its kin work on columns; `spc_file` reads and writes files and needs no place."""

from vanguard.learn.measure.spc.funnel import Funnel, funnel
from vanguard.learn.measure.spc.making import Figures, make_series
from vanguard.learn.measure.spc.pictures import (
    MEANINGS,
    Icon,
    assurance_icon,
    chart,
    funnel_chart,
    rows,
    variation_icon,
)
from vanguard.learn.measure.spc.rare import g_chart, t_chart
from vanguard.learn.measure.spc.readings import UNUSUAL, Reading, figure, readings
from vanguard.learn.measure.spc.series_file import Series
from vanguard.learn.measure.spc.small import SHAPES, SmallChart, small_chart
from vanguard.learn.measure.spc.spc_file import SpcResult, spc_file
from vanguard.learn.measure.spc.xmr import RULES, Points, xmr

__all__ = [
    "MEANINGS",
    "RULES",
    "SHAPES",
    "UNUSUAL",
    "Figures",
    "Funnel",
    "Icon",
    "Points",
    "Reading",
    "Series",
    "SmallChart",
    "SpcResult",
    "assurance_icon",
    "chart",
    "figure",
    "funnel",
    "funnel_chart",
    "g_chart",
    "make_series",
    "readings",
    "rows",
    "small_chart",
    "spc_file",
    "t_chart",
    "variation_icon",
    "xmr",
]
