"""What differs between two blueprints, element by element, in words that a clinician reads."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal

from vanguard.blueprint.document import Place
from vanguard.blueprint.elements import FILES, MAIN, Blueprint, Strict
from vanguard.blueprint.in_words import in_words, plain
from vanguard.blueprint.layers import dotted
from vanguard.blueprint.shape import Shape


@dataclass(frozen=True)
class Change:
    """One difference. `element` says which element in words, `part` which part of it; `place` is its path.

    `before` and `after` are the values in words: None where there was or is none.
    """

    file: str
    kind: Literal["added", "removed", "changed", "moved"]
    place: str
    element: str
    part: str
    before: str | None
    after: str | None

    @property
    def sentence(self) -> str:
        subject = self.element[:1].upper() + self.element[1:]
        if self.part:
            subject = f"{subject}: {self.part}"
        if self.kind == "added":
            return f"{subject} is new: {self.after}" if self.after else f"{subject} is new"
        if self.kind == "removed":
            return f"{subject} goes: {self.before}" if self.before else f"{subject} goes"
        if self.kind == "moved":
            return f"{subject} come in another order: {self.after}"
        return f"{subject} {self.before} becomes {self.after}"


@dataclass(frozen=True)
class _At:
    """Where a comparison stands: the file, the path, and the same in words."""

    file: str
    place: Place = ()
    element: str = ""
    part: str = ""

    def field(self, name: str) -> "_At":
        part = f"{self.part}, {plain(name)}" if self.part else plain(name)
        return replace(self, place=(*self.place, name), part=part)

    def id(self, kind: str, id: str) -> "_At":
        element = f"{kind} {plain(id)}{f' of {self.element}' if self.element else ''}"
        return replace(self, place=(*self.place, id), element=element, part="")

    def change(self, kind: Any, before: Any = None, after: Any = None) -> Change:
        said = (None if value is None else in_words(value) for value in (before, after))
        return Change(self.file, kind, dotted(self.place), self.element or "the blueprint", self.part, *said)


def diff(a: Blueprint, b: Blueprint) -> tuple[Change, ...]:
    """How `b` differs from `a`, in the order of the files and of what stands in them."""
    return tuple(
        change
        for file, model in FILES.items()
        for change in _differences(
            Shape.of(model), a if file == MAIN else a.files[file], b if file == MAIN else b.files[file], _At(file)
        )
    )


def in_text(changes: Iterable[Change]) -> str:
    """The changes as sentences, under the names of their files."""
    lines: list[str] = []
    for file, found in groupby(changes, key=lambda change: change.file):
        lines += [file, *(f"  {change.sentence}." for change in found)]
    return "\n".join(lines) or "They are the same."


def _differences(shape: Shape, a: Any, b: Any, at: _At) -> Iterator[Change]:
    if a is b or (not shape.of_mapping and not shape.model and _value(a) == _value(b)):
        return
    if a is None or b is None:
        if a is not b:
            yield at.change("changed", "nothing" if a is None else a, "nothing" if b is None else b)
    elif shape.of_mapping:
        yield from _mappings(shape, a, b, at)
    elif shape.model:
        for name, inner in shape.fields().items():
            own = _attribute(shape, name)
            if name != "id" or not at.element:
                yield from _differences(inner, getattr(a, own), getattr(b, own), at.field(name))
    elif shape.of_list and shape.of_list.model:
        yield from _lists(shape.of_list, a, b, at)
    elif shape.of_list and Counter(map(_value, a)) == Counter(map(_value, b)) and isinstance(a[0], str):
        yield at.change("moved", None, b)
    else:
        yield at.change("changed", a, b)


def _value(value: Any) -> Hashable:
    """All that a value says, in its order; true and 1 are two values."""
    if isinstance(value, Strict):
        return (type(value), *(_value(getattr(value, name)) for name in type(value).model_fields))
    if isinstance(value, Mapping):
        return tuple((key, _value(inner)) for key, inner in value.items())
    if isinstance(value, tuple):
        return tuple(map(_value, value))
    return type(value), value


def _attribute(shape: Shape, name: str) -> str:
    assert shape.model is not None
    return next(str(own) for own, field in shape.model.model_fields.items() if name in (own, field.alias))


def _mappings(shape: Shape, a: Mapping[str, Any], b: Mapping[str, Any], at: _At) -> Iterator[Change]:
    assert shape.of_mapping is not None
    keys, values = shape.of_mapping

    def of(key: str) -> _At:
        if shape.defines:
            return at.id(shape.defines, key)
        return at.id(plain(str(at.place[-1])), key) if keys.cites or values.model else at.field(key)

    for key in a:
        if key not in b:
            yield of(key).change("removed", _label(a[key]))
        else:
            yield from _differences(values, a[key], b[key], of(key))
    for key in b:
        if key not in a:
            yield of(key).change("added", None, _label(b[key]))
    before, after = [key for key in a if key in b], [key for key in b if key in a]
    if before != after:
        yield at.change("moved", None, tuple(b))


def _label(element: Any) -> Any:
    """An element that is new or gone is told by its label; what has none, as a whole."""
    return getattr(element, "label", None) or element


def _lists(shape: Shape, a: tuple[Any, ...], b: tuple[Any, ...], at: _At) -> Iterator[Change]:
    """Lists of elements are tried, shown or paid in turn: what only changed its turn is told as such."""
    places, kept = _paired([_value(item) for item in a], [_value(item) for item in b])
    if places != sorted(places):
        yield at.change("moved", None, "; then ".join(in_words(item) for item in b))
        turns = iter(sorted(places))
        a = tuple(b[next(turns)] if stays else item for item, stays in zip(a, kept, strict=True))
    values = [_value(item) for item in a], [_value(item) for item in b]
    for what, a_from, a_to, b_from, b_to in SequenceMatcher(None, *values, autojunk=False).get_opcodes():
        if what == "replace" and a_to - a_from == b_to - b_from:
            for number in range(a_to - a_from):
                here = _item(at, b_from + number)
                yield from _differences(shape, a[a_from + number], b[b_from + number], here)
        elif what != "equal":
            for number in range(a_from, a_to):
                yield _item(at, number).change("removed", a[number])
            for number in range(b_from, b_to):
                yield _item(at, number).change("added", None, b[number])


def _item(at: _At, number: int) -> _At:
    return replace(at, place=(*at.place, number), part=f"{at.part} {number + 1}")


def _paired(a: list[Hashable], b: list[Hashable]) -> tuple[list[int], list[bool]]:
    """For the items of `a` that `b` has too, where they stand in `b`; and for each item of `a` whether it is one."""
    places: dict[Hashable, list[int]] = {}
    for number, item in enumerate(b):
        places.setdefault(item, []).append(number)
    found, kept = [], []
    for item in a:
        kept.append(bool(places.get(item)))
        if kept[-1]:
            found.append(places[item].pop(0))
    return found, kept
