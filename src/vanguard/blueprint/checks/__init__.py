"""What no single element can know of itself: whether the elements of a file make sense together.
Each check yields faults with their place; `read` finds out in which file and line that is."""

from collections.abc import Iterator, Mapping

from vanguard.blueprint.checks.contract import contract_faults
from vanguard.blueprint.checks.pathways import pathway_faults
from vanguard.blueprint.checks.simulate import simulation_faults
from vanguard.blueprint.checks.site import path_faults
from vanguard.blueprint.elements import Contracts, Main, Measures, Pathways, Simulate, Strict
from vanguard.blueprint.elements.plans import Plans
from vanguard.blueprint.fault import Fault


def file_faults(files: Mapping[str, Strict]) -> Iterator[tuple[str, Fault]]:
    """Every fault, with its file, of the files whose elements are each right by themselves."""
    pathways = next((content for content in files.values() if isinstance(content, Pathways)), None)
    plans = next((content for content in files.values() if isinstance(content, Plans)), Plans())
    measures = next((content.measures for content in files.values() if isinstance(content, Measures)), {})
    for file, content in files.items():
        if isinstance(content, Main):
            yield from ((file, fault) for fault in path_faults(content))
        elif isinstance(content, Pathways):
            yield from ((file, fault) for fault in pathway_faults(content, plans.questions))
        elif isinstance(content, Contracts):
            yield from ((file, fault) for fault in contract_faults(content, measures))
        elif isinstance(content, Simulate) and pathways is not None:
            yield from ((file, fault) for fault in simulation_faults(content, pathways, plans.questions))


__all__ = ["Fault", "file_faults"]
