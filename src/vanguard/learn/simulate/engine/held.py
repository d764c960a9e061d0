"""An array of a block, or a column of its records, as Numba sees it, with what Numba cannot know of arrays in general.

Each is memory of its own, so that what is written into one changes no other, and what is never written need be read but
once: both are told to LLVM at each element. No index counts from the end, so none is looked at for that. Lengths that
never change are numbers in the machine code.
"""

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.types.containers import BaseTuple
from numba.extending import lower_builtin, models, register_model
from numba.np.arrayobj import getitem_array_tuple, getitem_arraynd_intp, make_array, populate_array
from numba.np.numpy_support import from_dtype


class Held(types.Array):
    """The array of this name: of a plan, which nothing changes, or of what changes.

    `last` is how long its last dimension always is. A column of records has as `record` the number of dimensions that
    say which record, the words of one, and those before the column.
    """

    def __init__(
        self,
        called: str,
        dtype: Any,
        dimensions: int,
        *,
        changes: bool,
        last: int | None = None,
        record: tuple[int, int, int] | None = None,
    ) -> None:
        self.called, self.changes, self.last, self.record = called, changes, last, record
        super().__init__(from_dtype(np.dtype(dtype)), dimensions, "C", name=f"held({called})")

    @property
    def key(self) -> Any:
        return self.called, self.changes, self.last, self.record, super().key

    @property
    def mangling_args(self) -> Any:
        return self.__class__.__name__, [self.called]


register_model(Held)(models.ArrayModel)


@lower_builtin(operator.getitem, Held, types.Integer)  # type: ignore[untyped-decorator]
def element(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """`array[n]`."""
    array = signature.args[0]
    if array.ndim > 1 and array.record:
        return _row(context, builder, signature, arguments)
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


def _row(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """The numbers of a column in one record."""
    array, kind = signature.args
    nought = context.get_constant(types.intp, 0)
    place = _place(context, builder, array, [kind, types.intp], arguments[0], [arguments[1], nought])
    length, size = (context.get_constant(types.intp, n) for n in (array.last, array.dtype.bitwidth // 8))
    found = make_array(signature.return_type)(context, builder)
    shape, strides = (cgutils.pack_array(builder, [n]) for n in (length, size))
    populate_array(found, data=place, shape=shape, strides=strides, itemsize=size, meminfo=None)
    return found._getvalue()


def _place(context: Any, builder: Any, array: Held, kinds: Any, value: Any, indices: Any) -> Any:
    """The address of one element."""
    assert len(kinds) == array.ndim, array
    made = make_array(array)(context, builder, value)
    lengths = cgutils.unpack_tuple(builder, made.shape, array.ndim)
    leading, width, _ = array.record or (array.ndim, 1, 0)
    at = context.get_constant(types.intp, 0)
    for n, (kind, index) in enumerate(zip(kinds, indices, strict=True)):
        if 0 < n < leading:
            at = builder.mul(at, lengths[n])
        at = builder.add(at, context.cast(builder, index, kind, types.intp))
        if n == leading - 1:
            at = builder.mul(at, context.get_constant(types.intp, width))
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
