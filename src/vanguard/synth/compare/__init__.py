"""A page that sets the margins of a synthetic place beside the published ones, and says where they depart.
Reads the extracts and the truth of a place that was made; writes one HTML file with pictures and tables."""

from vanguard.synth.compare.page import write_comparison

__all__ = ["write_comparison"]
