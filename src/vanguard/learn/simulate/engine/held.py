"""An array of a block as Numba sees it, with what Numba cannot know of arrays in general.

Each array of a block is memory of its own, so that what is written into one changes no other, and what is never
written need be read but once: both are told to LLVM at each element. No index counts from the end, so none is looked at
for that.
"""

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.types.containers import BaseTuple
from numba.extending import lower_builtin, models, register_model
from numba.np.arrayobj import getitem_array_tuple, getitem_arraynd_intp, make_array
from numba.np.numpy_support import from_dtype


class Held(types.Array):
    """The array of this name: of a plan, which nothing changes, or of what changes."""

    def __init__(self, called: str, dtype: Any, dimensions: int, *, changes: bool) -> None:
        self.called, self.changes = called, changes
        super().__init__(from_dtype(np.dtype(dtype)), dimensions, "C", name=f"held({called})")

    @property
    def key(self) -> Any:
        return self.called, self.changes, super().key

    @property
    def mangling_args(self) -> Any:
        return self.__class__.__name__, [self.called]


register_model(Held)(models.ArrayModel)


@lower_builtin(operator.getitem, Held, types.Integer)  # type: ignore[untyped-decorator]
def element(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """`array[n]`."""
    array = signature.args[0]
    if array.ndim > 1:
        return getitem_arraynd_intp(context, builder, signature, arguments)
    return _read(builder, array, _place(context, builder, array, [signature.args[1]], arguments[0], [arguments[1]]))


@lower_builtin(operator.getitem, Held, BaseTuple)  # type: ignore[untyped-decorator]
def element_at(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """`array[n, m]`."""
    array, kinds = signature.args
    if len(kinds) < array.ndim:
        return getitem_array_tuple(context, builder, signature, arguments)
    indices = cgutils.unpack_tuple(builder, arguments[1], len(kinds))
    return _read(builder, array, _place(context, builder, array, kinds.types, arguments[0], indices))


@lower_builtin(operator.setitem, Held, types.Integer, types.Any)  # type: ignore[untyped-decorator]
@lower_builtin(operator.setitem, Held, BaseTuple, types.Any)  # type: ignore[untyped-decorator]
def write_element(context: Any, builder: Any, signature: Any, arguments: Any) -> None:
    """`array[n] = value`, `array[n, m] = value`."""
    array, kind, of = signature.args
    several = isinstance(kind, BaseTuple)
    kinds = kind.types if several else [kind]
    indices = cgutils.unpack_tuple(builder, arguments[1], len(kinds)) if several else [arguments[1]]
    place = _place(context, builder, array, kinds, arguments[0], indices)
    written = builder.store(context.cast(builder, arguments[2], of, array.dtype), place)
    written.set_metadata("tbaa", _own(builder, array))


def _place(context: Any, builder: Any, array: Held, kinds: Any, value: Any, indices: Any) -> Any:
    """The address of one element."""
    assert len(kinds) == array.ndim, array
    made = make_array(array)(context, builder, value)
    lengths = cgutils.unpack_tuple(builder, made.shape, array.ndim)
    at = ir.Constant(ir.IntType(64), 0)
    for kind, index, length in zip(kinds, indices, lengths, strict=True):
        at = builder.add(builder.mul(at, length), context.cast(builder, index, kind, types.intp))
    return builder.gep(made.data, [at], inbounds=True)


def _read(builder: Any, array: Held, place: Any) -> Any:
    found = builder.load(place)
    found.set_metadata("tbaa", _own(builder, array))
    if not array.changes:
        found.set_metadata("invariant.load", builder.module.add_metadata([]))
    return found


def _own(builder: Any, array: Held) -> Any:
    """That memory of this array is of no other."""
    nought = ir.Constant(ir.IntType(64), 0)
    root = builder.module.add_metadata(["arrays of blocks"])
    kind = builder.module.add_metadata([array.called, root, nought])
    return builder.module.add_metadata([kind, kind, nought])
