"""Functions that Numba compiles once and keeps on disk, so that a second process starts at once."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The function as machine code. It holds no lock of Python's (threads run it side by side), makes no arrays."""
    made: Function = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)
    return made
