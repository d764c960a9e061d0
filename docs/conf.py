"""Sphinx settings. Pages are Markdown; the data dictionary is generated from the lake's schema."""

project = "Vanguard"
copyright = "2026, the Vanguard developers"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Vanguard"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
