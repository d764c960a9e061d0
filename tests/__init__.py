"""Mirrors the source; a package, because an installed library brings a `tests` of its own."""
