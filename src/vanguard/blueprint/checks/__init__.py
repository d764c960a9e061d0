"""What no single element can know of itself: whether the elements of a file make sense together.
Each check yields faults with their place; `read` turns them into sentences with file, line and column."""

from vanguard.blueprint.checks.fault import Fault
from vanguard.blueprint.checks.pathways import pathway_faults

__all__ = ["Fault", "pathway_faults"]
