"""Many arrays as one block that machine code can pass on cheaply: the address and the lengths of each.

Numba copies a tuple of arrays, and counts references to every one of them, at each call. A block is the address of
one array of numbers; a view of one of its arrays costs nothing. Whoever makes a block keeps that array, and all of
which it tells, alive while it is used.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

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
SIZE = 8
KINDS = {"f": np.float64, "i": np.int64, "u": np.uint64}


class Column(NamedTuple):
    """A column of an array of records."""

    name: str
    kind: str
    length: int | None
    """How many numbers it has in each record; None where it is one number."""
    at: int
    """How many words of a record stand before it."""


class Layout:
    """The names of arrays by kind: f, i or u, how many dimensions, and how long the last is where that never changes.

    Under any other key stand the columns of one array of records, each behind its kind: what is asked together lies
    together, and one address leads to all of it.
    """

    def __init__(self, kinds: Mapping[str, str], *, changes: bool = True) -> None:
        self.changes = changes
        self.arrays: dict[str, str] = {}
        """In order with their kinds; those of records have none."""
        self.columns: dict[str, list[Column]] = {}
        for kind, names in kinds.items():
            if kind[1].isdigit():
                self.arrays |= dict.fromkeys(names.split(), kind)
            else:
                self.arrays[kind], self.columns[kind] = "", _columns(names)

    def width(self, records: str) -> int:
        """How many words a record has."""
        last = self.columns[records][-1]
        return last.at + (last.length or 1)


def _columns(of: str) -> list[Column]:
    found: list[Column] = []
    kind, length, at = "", "", 0
    for word in of.split():
        if ":" in word:
            kind, _, length = word.partition(":")
            continue
        found.append(Column(word, kind, int(length) if length else None, at))
        at += int(length or 1)
    return found


PLAN = Layout(
    {
        "f1": "mode_at female shares bounds within returns cleaning window until any_share change_share pause_share",
        "f2": "capacity expected origins channels open_at open_sum",
        "f2:4": "age patience case_spreads end_wait returns_after any_after change_after pause_after pause_lasts",
        "f2:3": "phase",
        "f3:4": "wait",
        "i1": "mode_of sex_codes columns asked table clock_pathway clock_hours moment_clocks hour_of_week people "
        "slot_bits any_end pause_reason chosen_step promise",
        "i2": "origin_code channel_code first_step clock_pauses",
        "i2:2": "rule besides cases cells table_by chosen_by chosen_at any_ends changes pauses promises clocks_of",
        "i2:3": "table_at change",
        "i2:4": "case moments",
        "i3": "units_of queues_of",
        "of_steps": "f:4 minutes travel stay reach_bed f: open_share visit_minutes at_most hold "
        "i:5 staff_queue bed_queue i:2 phases asks decides rules beside i: pathway_of wait_when visit",
    },
    changes=False,
)
TALLY = Layout(
    {
        "f1": "everything little gave_up received ticks day_passed lapsed overstays",
        "f2": "elapsed",
        "f2:168": "unit_week work_week queue_week inside_week",
        "f2:2": "paused unit_work full",
        "f2:3": "ends",
        "f2:4": "waits work",
        "f2:6": "clocks log",
        "f3:2": "clock_week",
        "f3:4": "took",
        "i1": "logged",
    }
)
NOW = Layout(
    {
        "f1": "area comes_at",
        "f2": "running paused_from paused_to",
        "u1": "chance comes_key",
        "i1": "count spare dirty inside comes_into",
        "i2": "answers turns",
        "people": "u: key f: received i: pathway counted besides_open besides_done serial gone awaited",
        "jobs": "f: need bed_at joined entered away stays_until i: step under stage queue ticket unit bed tries",
        "units": "f: busy patterns on_duty i: dirty_flag",
        "queues": "i: queued waiting",
        "heap": "f: heap_at i: heap_turn heap_what",
        "lines": "f: queue_key i: queue_turn queue_job",
    }
)
LINES = 2
"""A record of `lines` is that of a queue and a place in it."""


def records(layout: Layout, called: str, *rows: int) -> Array:
    """Memory for so many records, into which nothing has been written."""
    return np.empty((*rows, layout.width(called)), np.int64)


def views(layout: Layout) -> dict[str, Callable[[Block], Array]]:
    """For each array of a layout, and each column of its records, the function that gives a view of it from a block."""
    found = {}
    for n, (name, kind) in enumerate(layout.arrays.items()):
        if kind:
            last = int(kind[3:]) if kind[2:] else None
            held = Held(name, KINDS[kind[0]], int(kind[1]), last=last, changes=layout.changes)
            found[name] = _view(held, WORDS * n)
            continue
        leading, width = LINES if name == "lines" else 1, layout.width(name)
        for called, kind, length, at in layout.columns[name]:
            dimensions, record = leading + (length is not None), (leading, width, at)
            held = Held(called, KINDS[kind], dimensions, last=length, changes=layout.changes, record=record)
            found[called] = _view(held, WORDS * n)
    return found


def block(layout: Layout, arrays: Mapping[str, Any]) -> tuple[Block, list[Array]]:
    """The block of these arrays, and what must be kept alive with it: the arrays that it points to (those given where
    they fit, else copies), and its words. Records are given whole, or by column."""
    held: list[Array] = []
    words = []
    for name, kind in layout.arrays.items():
        if kind:
            array = np.ascontiguousarray(arrays[name], dtype=KINDS[kind[0]])
            assert array.ndim == int(kind[1]), name
            assert not kind[2:] or array.shape[-1] == int(kind[3:]), name
        else:
            array = arrays[name] if name in arrays else _gathered(layout, name, arrays)
        held.append(array)
        words += [array.__array_interface__["data"][0], *array.shape, *[0] * (WORDS - 1 - array.ndim)]
    held.append(np.array(words, dtype=np.int64))
    return held[-1].ctypes.data, held


def _gathered(layout: Layout, records: str, arrays: Mapping[str, Any]) -> Array:
    """Records from the arrays of their columns."""
    columns = layout.columns[records]
    made = np.empty((len(arrays[columns[0].name]), layout.width(records)), np.int64)
    for name, kind, length, at in columns:
        place = made.view(KINDS[kind])[:, at : at + (length or 1)]
        place[...] = np.asarray(arrays[name]).reshape(place.shape)
    return made


def _view(view: Held, word: int) -> Callable[[Block], Array]:
    kind: Any = view.dtype

    def typed(_: Any, held: Any) -> Any:
        def made(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            words = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())

            def read(n: int) -> Any:
                found = builder.load(builder.gep(words, [ir.Constant(ir.IntType(64), word + n)]))
                # What a block says holds for ever, whatever is written into its arrays: so it need be read but once.
                found.set_metadata("invariant.load", builder.module.add_metadata([]))
                return found

            def known(n: int) -> Any:
                return context.get_constant(types.intp, n)

            leading, width, at = view.record or (view.ndim, 1, 0)
            shape = [read(1 + n) for n in range(view.ndim)]
            if view.last is not None:
                shape[-1] = known(view.last)
            strides = [known(SIZE)] * (view.ndim - leading) if view.record else []
            strides.insert(0, known(SIZE * width))
            while len(strides) < view.ndim:
                strides.insert(0, builder.mul(strides[0], shape[view.ndim - len(strides)]))
            found = make_array(view)(context, builder)
            data = builder.gep(
                builder.inttoptr(read(0), context.get_data_type(kind).as_pointer()), [known(at)], inbounds=True
            )
            populate_array(
                found,
                data=data,
                shape=cgutils.pack_array(builder, shape),
                strides=cgutils.pack_array(builder, strides),
                itemsize=known(SIZE),
                meminfo=None,
            )
            return found._getvalue()

        return view(held), made

    view_of: Callable[[Block], Array] = intrinsic(typed)
    return view_of
