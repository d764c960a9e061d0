"""The elements of a blueprint as frozen typed objects: one file here for each file of a blueprint."""

import builtins
from collections.abc import Mapping
from typing import TypeVar

from vanguard.blueprint.elements.access import Access
from vanguard.blueprint.elements.basics import Cited, Cites, Defines, Strict
from vanguard.blueprint.elements.codes import Codes, OwnCodeSet
from vanguard.blueprint.elements.cohorts import Cohort, Cohorts, Order, Reason, Review
from vanguard.blueprint.elements.contract import Contract, Contracts
from vanguard.blueprint.elements.evaluation import Evaluation, Evaluations
from vanguard.blueprint.elements.main import Effective, Main, Role, Site, Source, Tier
from vanguard.blueprint.elements.measures import Measure, Measures, SideBySide
from vanguard.blueprint.elements.pathways import Pathways
from vanguard.blueprint.elements.plans import Plans
from vanguard.blueprint.elements.simulate import Assumptions, Simulate

MAIN = "blueprint.yaml"
FILES: dict[str, type[Strict]] = {
    MAIN: Main,
    "codes.yaml": Codes,
    "access.yaml": Access,
    "cohorts.yaml": Cohorts,
    "pathways.yaml": Pathways,
    "plans.yaml": Plans,
    "measures.yaml": Measures,
    "evaluation.yaml": Evaluations,
    "contract.yaml": Contracts,
    "simulate.yaml": Simulate,
}
File = TypeVar("File", bound=Strict)


class Blueprint(Main):
    """A whole blueprint, checked. Mappings are by id, in the files' order; what a blueprint lacks is empty."""

    files: Mapping[str, Strict]
    """Every file's content by its name."""

    def _file(self, kind: builtins.type[File]) -> File:
        found = self.files[next(name for name, model in FILES.items() if model is kind)]
        assert isinstance(found, kind)
        return found

    @property
    def code_sets(self) -> Mapping[str, OwnCodeSet]:
        return self._file(Codes).code_sets

    @property
    def access(self) -> Access:
        return self._file(Access)

    @property
    def cohorts(self) -> Mapping[str, Cohort]:
        return self._file(Cohorts).cohorts

    @property
    def pathways(self) -> Pathways:
        """pathways.yaml as a whole, since pathways share its calendars, resources and questions."""
        return self._file(Pathways)

    @property
    def plans(self) -> Plans:
        return self._file(Plans)

    @property
    def measures(self) -> Mapping[str, Measure]:
        return self._file(Measures).measures

    @property
    def side_by_side(self) -> Mapping[str, SideBySide]:
        return self._file(Measures).side_by_side

    @property
    def evaluations(self) -> Mapping[str, Evaluation]:
        return self._file(Evaluations).evaluations

    @property
    def contracts(self) -> Mapping[str, Contract]:
        return self._file(Contracts).contracts

    @property
    def simulate(self) -> Simulate:
        return self._file(Simulate)


__all__ = [
    "FILES",
    "MAIN",
    "Assumptions",
    "Blueprint",
    "Cited",
    "Cites",
    "Cohort",
    "Cohorts",
    "Contracts",
    "Defines",
    "Effective",
    "Main",
    "Measures",
    "Order",
    "Pathways",
    "Reason",
    "Review",
    "Role",
    "Simulate",
    "Site",
    "Source",
    "Strict",
    "Tier",
]
