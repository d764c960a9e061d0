"""Which line of a site brings about a mistake that shows only in what the site extends.

A site that takes a calendar away makes no mistake in its own line; the line that needed the calendar is its parent's.
So what the site wrote is undone part by part: where the mistake goes away with a part, that part is to blame.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vanguard.blueprint.document import Document, Place
from vanguard.blueprint.fault import Fault
from vanguard.blueprint.judge import judge
from vanguard.blueprint.layers import Layers, laid_over, value_at

# Each part undone costs as much as reading the blueprint once.
MOST_UNDONE = 60

Told = tuple[str, Place, str]
Files = Mapping[str, Layers | None]


def told(file: str, fault: Fault) -> Told:
    """By what a mistake is known again after something was undone."""
    return file, fault.place, fault.what


@dataclass
class Blame:
    """`layers` are the files as they count, `under` those that they extend; `whole` is every mistake in `layers`."""

    layers: Files
    under: Files
    whole: frozenset[Told]
    _left: dict[tuple[str, Place], frozenset[Told]] = field(default_factory=dict)

    def place(self, mistake: Told) -> tuple[Document, Place] | None:
        """The site's file and the smallest part of it without which the mistake would not be there."""
        for alone in (True, False):
            for file, own in self._own().items():
                found = self._within(file, own, (), mistake, alone)
                if found is not None:
                    return own, found
        return None

    def _own(self) -> dict[str, Document]:
        return {
            file: layers.own
            for file, layers in self.layers.items()
            if layers is not None and layers.own is not None and layers is not self.under.get(file)
        }

    def _within(self, file: str, own: Document, place: Place, mistake: Told, alone: bool) -> Place | None:
        """The smallest part within a place; with `alone` only one whose undoing makes no other mistake."""
        left = self._without(file, own, place)
        if left is None or mistake in left:
            return None
        value, under = value_at(own.data, place), self.under.get(file)
        if isinstance(value, Mapping) and under is not None and isinstance(value_at(under.data, place), Mapping):
            for name in value:
                found = self._within(file, own, (*place, name), mistake, alone)
                if found is not None:
                    return found
        return place if left <= self.whole or not alone else None

    def _without(self, file: str, own: Document, place: Place) -> frozenset[Told] | None:
        """Every mistake that is left when a part of the site's file is undone; None where too many were."""
        if (file, place) not in self._left:
            if len(self._left) == MOST_UNDONE:
                return None
            under = self.under.get(file) or Layers({})
            undone = laid_over(file, under, replace(own, data=_pruned(own.data, place)))
            data = {name: layers.data if layers else None for name, layers in self.layers.items()}
            faults = judge({**data, file: undone}).faults
            self._left[file, place] = frozenset(told(name, fault) for name, fault in faults)
        return self._left[file, place]


def _pruned(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The mapping without what stands at a place; empty without its top."""
    if not place:
        return {}
    name, more = str(place[0]), place[1:]
    kept = {key: value for key, value in data.items() if key != name or more}
    return {**kept, name: _pruned(data[name], more)} if more else kept
