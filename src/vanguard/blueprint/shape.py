"""The shape of the elements, walked generically: by their types alone, or along the values of a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vanguard.blueprint.document import Place
from vanguard.blueprint.elements.basics import Cites, Defines, Strict


@dataclass(frozen=True)
class Shape:
    """What may stand at a place: a type, and the marks (Cites, Defines) on it."""

    type: Any
    marks: tuple[Any, ...] = ()

    @staticmethod
    def of(annotation: Any, marks: tuple[Any, ...] = ()) -> "Shape":
        """The shape that an annotation describes, an optional one as what it is when given."""
        if get_origin(annotation) is Annotated:
            inner, *more = get_args(annotation)
            return Shape.of(inner, (*marks, *more))
        if get_origin(annotation) in (Union, UnionType):
            given = [part for part in get_args(annotation) if part is not NoneType]
            if len(given) == 1:
                return Shape.of(given[0], marks)
        return Shape(annotation, marks)

    @property
    def cites(self) -> str | None:
        return next((mark.kind for mark in self.marks if isinstance(mark, Cites)), None)

    @property
    def defines(self) -> str | None:
        return next((mark.kind for mark in self.marks if isinstance(mark, Defines)), None)

    @property
    def model(self) -> type[Strict] | None:
        return self.type if isinstance(self.type, type) and issubclass(self.type, Strict) else None

    @property
    def of_mapping(self) -> "tuple[Shape, Shape] | None":
        """The shapes of a mapping's keys and values."""
        origin = get_origin(self.type)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            key, value = get_args(self.type)
            return Shape.of(key), Shape.of(value)
        return None

    @property
    def of_list(self) -> "Shape | None":
        """The shape of a list's items."""
        return Shape.of(get_args(self.type)[0]) if get_origin(self.type) is tuple else None

    def fields(self) -> "dict[str, Shape]":
        """The fields of an element by the names that a file uses; its id is the name that it stands under."""
        return _fields(self.model) if self.model else {}

    def step(self, name: str | int) -> "Shape | None":
        """The shape one step further down, if there is any."""
        if self.of_mapping:
            return self.of_mapping[1]
        if self.of_list and isinstance(name, int):
            return self.of_list
        return self.fields().get(str(name))


@cache
def _fields(model: type[BaseModel]) -> dict[str, Shape]:
    return {name: Shape.of(f.annotation, tuple(f.metadata)) for name, f in written(model).items()}


def written(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields by the names that a file uses."""
    return {found.alias or name: found for name, found in model.model_fields.items()}


@dataclass(frozen=True)
class Mention:
    """An id at a place: defined there or cited. `within` gives the ids of the elements around it, by their kind."""

    kind: str
    id: str
    place: Place
    is_key: bool
    within: Mapping[str, str]


@dataclass
class Mentions:
    """Every id that a file defines and cites, found along its values whether they are right otherwise or not."""

    defined: list[Mention] = field(default_factory=list)
    cited: list[Mention] = field(default_factory=list)
    named_twice: list[Place] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    """Kinds whose definitions could not be found, because something else stands in their place."""

    def add(self, shape: Shape, value: Any, place: Place = (), within: Mapping[str, str] | None = None) -> None:
        around = within or {}
        if shape.defines and not isinstance(value, Mapping | tuple):
            self.unreadable.add(shape.defines)
        if shape.of_mapping and isinstance(value, Mapping):
            self._mapping(shape, value, place, around)
        elif shape.of_list and isinstance(value, tuple):
            for number, item in enumerate(value):
                if shape.defines and isinstance(item, str):
                    self.defined.append(Mention(shape.defines, item, (*place, number), False, around))
                self.add(shape.of_list, item, (*place, number), around)
        elif shape.model and isinstance(value, Mapping):
            for kind, id in shape.model.defines(value):
                self.defined.append(Mention(kind, id, place, True, around))
            fields = shape.fields()
            misspelt = any(name not in fields for name in value)
            for name, inner in fields.items():
                if name in value:
                    self.add(inner, value[name], (*place, name), around)
                elif misspelt and inner.defines:
                    self.unreadable.add(inner.defines)
        elif shape.cites and isinstance(value, str):
            self.cited.append(Mention(shape.cites, value, place, False, around))

    def _mapping(self, shape: Shape, value: Mapping[str, Any], place: Place, around: Mapping[str, str]) -> None:
        assert shape.of_mapping is not None
        key_shape, value_shape = shape.of_mapping
        for key, inner in value.items():
            kind = shape.defines or key_shape.cites
            if kind:
                found = self.defined if shape.defines else self.cited
                found.append(Mention(kind, key, (*place, key), True, around))
            if shape.defines and isinstance(inner, Mapping) and "id" in inner:
                self.named_twice.append((*place, key, "id"))
            self.add(value_shape, inner, (*place, key), {**around, kind: key} if kind else around)


def kinds_of(shape: Shape, around: str | None = None) -> Iterator[tuple[str, str | None]]:
    """Each kind that is defined in a shape, with the kind of element within which its ids hold."""
    if shape.defines:
        yield shape.defines, around
    if shape.of_mapping:
        key, value = shape.of_mapping
        yield from kinds_of(value, shape.defines or key.cites or around)
    elif shape.of_list:
        yield from kinds_of(shape.of_list, around)
    else:
        for inner in shape.fields().values():
            yield from kinds_of(inner, around)
