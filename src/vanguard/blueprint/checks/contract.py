"""Whether what is paid for results fits which way of each measure is better."""

from collections.abc import Iterator, Mapping

from vanguard.blueprint.elements.contract import Contracts, Indicator
from vanguard.blueprint.elements.measures import Measure
from vanguard.blueprint.fault import Fault

BETTER = {"up": ("higher", "lowest"), "down": ("lower", "highest")}


def contract_faults(file: Contracts, measures: Mapping[str, Measure]) -> Iterator[Fault]:
    """Every indicator that would pay for a worse result, or for one that is neither; unknown ids are told elsewhere."""
    for contract_id, contract in file.contracts.items():
        for id, indicator in contract.performance.indicators.items() if contract.performance else ():
            if measure := measures.get(indicator.measure):
                place = ("contracts", contract_id, "performance", "indicators", id)
                yield from _paid(indicator, measure, place)


def _paid(indicator: Indicator, measure: Measure, place: tuple[str, ...]) -> Iterator[Fault]:
    if measure.direction == "neither":
        what = f"{measure.label} ({measure.id}) can earn nothing: neither more nor less of it is better."
        yield Fault(
            (*place, "measure"), what, "Say in measures.yaml which direction is better, or name another measure."
        )
        return
    first, last = indicator.thresholds[0].at, indicator.thresholds[-1].at
    paid = "up" if first < last else "down"
    if first != last and paid != measure.direction:
        better, worst = BETTER[measure.direction]
        what = (
            f"These thresholds pay more for a {BETTER[paid][0]} value, but of {measure.label} ({measure.id}) "
            f"a {better} one is better (direction: {measure.direction})."
        )
        do = f"List them from the worst value to the best, the {worst} first, or change the measure's direction."
        yield Fault((*place, "thresholds"), what, do)
