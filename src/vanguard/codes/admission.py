"""Methods of admission: NHS codes and words, and whether the way led through an emergency department."""

from functools import cache
from typing import TYPE_CHECKING

from vanguard.codes.code_set import load

# Who reads a blueprint needs codes, but no Arrow, which is slow to import.
if TYPE_CHECKING:
    import pyarrow as pa


@cache
def admission_methods_table() -> "pa.Table":
    """Columns `written` (capitals), `method` and `through_emergency_department` (null: it does not say)."""
    import pyarrow as pa

    _, data = load("admission_methods")
    led = data["through_emergency_department"]
    rows = [
        (written, method, True if written in led["yes"] else None if written in led["not_told"] else False)
        for method, all_written in data["methods"].items()
        for written in all_written
    ]
    return pa.table(
        {
            "written": pa.array([written.upper() for written, _, _ in rows], pa.string()),
            "method": pa.array([method for _, method, _ in rows], pa.string()),
            "through_emergency_department": pa.array([through for _, _, through in rows], pa.bool_()),
        }
    )
