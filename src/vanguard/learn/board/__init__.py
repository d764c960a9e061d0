"""Measures on pages: the board, a measure with its rows, sites side by side, the review and the public scorecard.
Counts leave through `access` alone: exactly for roles that hold rows without names, otherwise small numbers apart."""
