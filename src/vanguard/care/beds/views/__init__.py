"""Pages of beds."""
