"""A site's files laid over those of the blueprint that it extends, each value still knowing where it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vanguard.blueprint.document import Document, Place
from vanguard.blueprint.elements import FILES, MAIN
from vanguard.blueprint.shape import Shape
from vanguard.errors import BadInput

# Who a version is: never taken over from what it extends.
IDENTITY = ("id", "label", "version", "effective")
# What every version may say of itself, whatever it extends.
OWN = (*IDENTITY, "extends", "purpose", "source")


@dataclass(frozen=True)
class Layers:
    """One file: `data` as it counts, `own` as this folder writes it, `under` as what it extends has it."""

    data: dict[str, Any]
    own: Document | None = None
    under: "Layers | None" = None

    @property
    def texts(self) -> tuple[str, ...]:
        """What was written, this folder's first: of equal texts the same data are made."""
        below = self.under.texts if self.under else ()
        return (self.own.text, *below) if self.own else below

    def where(self, place: Place, *, key: bool = False, offset: int = 0) -> str:
        """`file:line:column` of a value or its key, in the file that says it; of its nearest parent if none does."""
        found = self.document(place)
        return found.where(place, key=key, offset=offset) if found else ""

    def document(self, place: Place) -> Document | None:
        """The file that says what stands at a place, or its nearest parent."""
        under = self.under.document(place) if self.under else None
        if self.own is None or under is None:
            return self.own or under
        ours, theirs = _known(self.own, place), _known(under, place)
        # A list or a text of ours replaces what stood there, so that what is missing in it is missing with us.
        replaced = not isinstance(value_at(self.own.data, place[:ours]), Mapping)
        return self.own if replaced or ours >= theirs else under


def _known(document: Document, place: Place) -> int:
    return next(length for length in range(len(place), -1, -1) if length == 0 or place[:length] in document.values)


def value_at(data: Any, place: Place) -> Any:
    """What stands at a place, None where nothing does."""
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

    def over(self, file: str, under: Layers, own: Document) -> tuple[Layers, list[BadInput]]:
        """The file as it counts: mappings by key, lists and texts as a whole, null takes away; and what may not be."""
        mistakes: list[BadInput] = []
        merge = _Merge(self, file, lambda at, what, do: mistakes.append(_said(own, at, what, do)))
        return Layers(merge.file_over(under, own), own, under), mistakes


def laid_over(file: str, under: Layers, own: Document) -> dict[str, Any]:
    """What a file over another counts as, allowed or not."""
    return _Merge(Overlay("", ()), file, lambda _at, _what, _do: None).file_over(under, own)


@dataclass(frozen=True)
class _Merge:
    """Laying one file over another, and saying what may not be."""

    overlay: Overlay
    file: str
    say: Say

    def file_over(self, under: Layers, own: Document) -> dict[str, Any]:
        below = {key: value for key, value in under.data.items() if self.file != MAIN or key not in IDENTITY}
        merged = self.merged(below, own.data, (), Shape.of(FILES[self.file]))
        assert isinstance(merged, dict)
        return merged

    def merged(self, under: Any, own: Any, place: Place, shape: Shape | None) -> Any:
        free = self.file == MAIN and len(place) == 1 and place[0] in OWN
        if under is None and shape is not None and shape.of_mapping:
            under = {}
        if not free and isinstance(under, Mapping) and isinstance(own, Mapping):
            merged = dict(under)
            for key, value in own.items():
                at = (*place, key)
                if value is None and key in under:
                    self._check(at, under[key], None)
                    del merged[key]
                elif value is None:
                    what = f"There is no {dotted(at)} in {self.overlay.parent} to take away."
                    self.say(at, what, "Take this line out.")
                else:
                    merged[key] = self.merged(under.get(key), value, at, shape.step(key) if shape else None)
            return merged
        self._check(place, under, own)
        return own

    def _check(self, place: Place, under: Any, own: Any) -> None:
        free = self.file == MAIN and (
            place[0] in OWN
            or (len(place) == 2 and place[0] in ("sources", "sites") and under is None and own is not None)
        )
        allowed = self.overlay.may_vary
        if free or under == own or permitted(self.file, place, allowed):
            return
        do = f"A site may vary {', '.join(allowed)}." if allowed else "A site may vary nothing of it."
        self.say(place, f"{self.overlay.parent} does not let a site vary {dotted(place)}.", do)


def _said(own: Document, place: Place, what: str, do: str) -> BadInput:
    return BadInput(what, where=own.where(place, key=True), do=do)


def dotted(place: Place) -> str:
    return ".".join(map(str, place))


def files_of(path: str) -> tuple[str, ...]:
    """The files that a path may mean: the one named before a slash, else those that know its first name."""
    stem, slash, inner = path.rpartition("/")
    first = inner.split(".")[0]
    return tuple(
        file
        for file, model in FILES.items()
        if (f"{stem}.yaml" == file if slash else Shape.of(model).step(first) is not None)
    )


def permitted(file: str, place: Place, paths: tuple[str, ...]) -> bool:
    """Whether a place of a file is one that a path names, or lies within it. `*` stands for any one name.

    A path whose first name stands in several files permits nothing unless it says which: plans/questions.
    """
    return any(
        len(parts) <= len(place) and all(part in ("*", str(step)) for part, step in zip(parts, place, strict=False))
        for parts in (path.rpartition("/")[2].split(".") for path in paths if files_of(path) == (file,))
    )
