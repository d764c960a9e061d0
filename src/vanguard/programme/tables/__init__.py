"""One mechanism for every table of a programme: declared once, it has lists, pages, forms, files and search.
See docs/programme.md for how to declare one."""

from vanguard.programme.tables.declaring import Column, Derived, Fault, Filter, RowFault, Table, Values

__all__ = ["Column", "Derived", "Fault", "Filter", "RowFault", "Table", "Values"]
