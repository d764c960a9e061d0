"""A library of evaluations: whether what sites did made a difference, each with its interval and its verdict.
A table of a programme like any other; the rows of the real sites come from `make evaluate-vanguards`."""
