"""Judges whether a care model changed an outcome: designs, each with the checks that could show it wrong.
A plan written before the result, a panel or a cohort in; a finding, its verdict and a report out."""
