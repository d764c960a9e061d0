"""A site's files laid over those of the blueprint that it extends, each value still knowing where it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vanguard.blueprint.document import Document, Place
from vanguard.errors import BadInput

# What every version says of itself, whatever it extends.
OWN = ("id", "label", "version", "extends", "effective", "purpose", "source")


@dataclass(frozen=True)
class Layers:
    """One file: `data` as it counts, `own` as this folder writes it, `under` as what it extends has it."""

    data: dict[str, Any]
    own: Document | None = None
    under: "Layers | None" = None

    def where(self, place: Place, *, key: bool = False, offset: int = 0) -> str:
        """`file:line:column` of a value or its key, in the file that says it; of its nearest parent if none does."""
        found = self._document(place)
        return found.where(place, key=key, offset=offset) if found else ""

    def _document(self, place: Place) -> Document | None:
        under = self.under._document(place) if self.under else None
        if self.own is None or under is None:
            return self.own or under
        ours, theirs = _known(self.own, place), _known(under, place)
        # A list or a text of ours replaces what stood there, so that what is missing in it is missing with us.
        replaced = not isinstance(_at(self.own.data, place[:ours]), Mapping)
        return self.own if replaced or ours >= theirs else under


def _known(document: Document, place: Place) -> int:
    return next(length for length in range(len(place), -1, -1) if length == 0 or place[:length] in document.values)


def _at(data: Any, place: Place) -> Any:
    for step in place:
        if isinstance(data, Mapping):
            data = data.get(str(step))
        elif isinstance(data, tuple) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


Say = Callable[[Place, str, str], None]


@dataclass(frozen=True)
class Overlay:
    """How a site's file is laid over its parent's: the parent's name and what it lets a site vary."""

    parent: str
    may_vary: tuple[str, ...]

    def over(self, under: Layers, own: Document, *, main: bool) -> tuple[Layers, list[BadInput]]:
        """The file as it counts: mappings by key, lists and texts as a whole, null takes away; and what may not be."""
        mistakes: list[BadInput] = []
        data = self._merged(
            under.data, own.data, (), main, lambda at, what, do: mistakes.append(_said(own, at, what, do))
        )
        return Layers(data, own, under), mistakes

    def _merged(self, under: Any, own: Any, place: Place, main: bool, say: Say) -> Any:
        free = main and len(place) == 1 and place[0] in OWN
        if not free and isinstance(under, Mapping) and isinstance(own, Mapping):
            merged = dict(under)
            for key, value in own.items():
                at = (*place, key)
                if value is None and key in under:
                    self._check(at, under[key], None, main, say)
                    del merged[key]
                elif value is None:
                    say(at, f"There is no {dotted(at)} in {self.parent} to take away.", "Take this line out.")
                else:
                    merged[key] = self._merged(under.get(key), value, at, main, say)
            return merged
        self._check(place, under, own, main, say)
        return own

    def _check(self, place: Place, under: Any, own: Any, main: bool, say: Say) -> None:
        free = main and (
            place[0] in OWN or (len(place) == 2 and place[0] == "sources" and under is None and own is not None)
        )
        if free or under == own or permitted(place, self.may_vary):
            return
        allowed = f"A site may vary {', '.join(self.may_vary)}." if self.may_vary else "A site may vary nothing of it."
        say(place, f"{self.parent} does not let a site vary {dotted(place)}.", allowed)


def _said(own: Document, place: Place, what: str, do: str) -> BadInput:
    return BadInput(what, where=own.where(place, key=True), do=do)


def dotted(place: Place) -> str:
    return ".".join(map(str, place))


def permitted(place: Place, patterns: tuple[str, ...]) -> bool:
    """Whether a place is one that a pattern names, or lies within it. `*` stands for any one name."""
    return any(
        len(parts) <= len(place) and all(part in ("*", str(step)) for part, step in zip(parts, place, strict=False))
        for parts in (pattern.split(".") for pattern in patterns)
    )
