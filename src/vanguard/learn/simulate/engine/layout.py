"""Many arrays as one block that machine code can pass on cheaply: the address and the lengths of each.

Numba copies a tuple of arrays, and counts references to every one of them, at each call. A block is the address of
one array of numbers; a view of one of its arrays costs nothing. Whoever makes a block keeps that array, and all of
which it tells, alive while it is used.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from vanguard.learn.simulate.engine.held import Held

Array = np.ndarray
Block = int
"""Where the words of a block begin."""

WORDS = 4
KINDS = {"f": np.float64, "i": np.int64, "u": np.uint64}

PLAN = {
    "f1": "mode_at female open_share visit_minutes at_most shares bounds within returns cleaning window until "
    "any_share change_share hold pause_share",
    "f2": "capacity expected origins channels patience minutes travel stay phase case_spreads open_at open_sum "
    "end_wait returns_after any_after change_after reach_bed pause_after pause_lasts",
    "f3": "wait",
    "i1": "mode_of sex_codes columns pathway_of wait_when visit asked table clock_pathway clock_hours moment_clocks "
    "hour_of_week people slot_bits any_end pause_reason chosen_step promise",
    "i2": "origin_code channel_code first_step staff_queue bed_queue phases asks decides rules rule beside besides "
    "cases case cells table_at table_by chosen_by chosen_at starts stops any_ends changes change "
    "clock_pauses pauses promises",
    "i3": "units_of queues_of",
}
TALLY = {
    "f1": "everything little gave_up received ticks day_passed lapsed overstays",
    "f2": "ends clocks elapsed waits paused work unit_work unit_week work_week queue_week inside_week full log",
    "f3": "clock_week took",
    "i1": "logged",
}
NOW = {
    "f1": "area heap_at received need bed_at joined entered away stays_until busy patterns on_duty comes_at",
    "f2": "running queue_key paused_from paused_to",
    "u1": "chance key comes_key",
    "i1": "count heap_turn heap_what pathway counted besides_open besides_done serial gone awaited "
    "spare tries under step stage queue ticket unit bed queued "
    "waiting dirty dirty_flag inside comes_into",
    "i2": "answers turns queue_turn queue_job",
}


def views(layout: Mapping[str, str]) -> dict[str, Callable[[Block], Array]]:
    """For each array of a layout the function that gives a view of it from a block."""
    changes = layout is not PLAN
    return {
        name: _view(Held(name, KINDS[kind[0]], int(kind[1]), changes=changes), WORDS * n)
        for n, (name, kind) in enumerate(_kinds(layout).items())
    }


def block(layout: Mapping[str, str], arrays: Mapping[str, Any]) -> tuple[Block, list[Array]]:
    """The block of these arrays, and what must be kept alive with it: the arrays that it points to (those given where
    they fit, else copies), and its words."""
    held, words = [], []
    for name, kind in _kinds(layout).items():
        array = np.ascontiguousarray(arrays[name], dtype=KINDS[kind[0]])
        assert array.ndim == int(kind[1]), name
        held.append(array)
        words += [array.ctypes.data, *array.shape, *[0] * (WORDS - 1 - array.ndim)]
    held.append(np.array(words, dtype=np.int64))
    return held[-1].ctypes.data, held


def _kinds(layout: Mapping[str, str]) -> dict[str, str]:
    return {name: kind for kind, names in layout.items() for name in names.split()}


def _view(view: Held, word: int) -> Callable[[Block], Array]:
    kind: Any = view.dtype
    size = kind.bitwidth // 8

    def typed(_: Any, held: Any) -> Any:
        def made(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            words = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())

            def read(n: int) -> Any:
                found = builder.load(builder.gep(words, [ir.Constant(ir.IntType(64), word + n)]))
                # What a block says holds for ever, whatever is written into its arrays: so it need be read but once.
                found.set_metadata("invariant.load", builder.module.add_metadata([]))
                return found

            shape = [read(1 + n) for n in range(view.ndim)]
            strides = [context.get_constant(types.intp, size)]
            for length in reversed(shape[1:]):
                strides.insert(0, builder.mul(strides[0], length))
            found = make_array(view)(context, builder)
            populate_array(
                found,
                data=builder.inttoptr(read(0), context.get_data_type(view.dtype).as_pointer()),
                shape=cgutils.pack_array(builder, shape),
                strides=cgutils.pack_array(builder, strides),
                itemsize=context.get_constant(types.intp, size),
                meminfo=None,
            )
            return found._getvalue()

        return view(held), made

    view_of: Callable[[Block], Array] = intrinsic(typed)
    return view_of
