"""Code sets with version, source and licence: long-term conditions, primary care, frailty weights.
`conditions()` groups codes into long-term conditions; no clinical code occurs elsewhere in the code."""
