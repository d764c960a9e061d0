"""Many places: a programme's own installation, with its sites, their partners, aims and money, and what sources say.
It holds no persons. Each of its tables is declared once, with `tables.Table`, and has pages, files and search."""

from pathlib import Path

from vanguard.programme.installation import found, is_programme, programme_name, refuse_programme
from vanguard.programme.menu import programme_menu

HISTORY = Path(__file__).with_name("history")
"""The real history, in files that can be loaded."""

__all__ = ["HISTORY", "found", "is_programme", "programme_menu", "programme_name", "refuse_programme"]
