"""Statistical process control as the NHS draws it: what is unusual in a series and what is only noise.
`xmr` works on columns; `spc_file` reads and writes files and needs no place."""

from vanguard.learn.measure.spc.spc_file import SpcResult, spc_file
from vanguard.learn.measure.spc.xmr import RULES, Points, xmr

__all__ = ["RULES", "Points", "SpcResult", "spc_file", "xmr"]
