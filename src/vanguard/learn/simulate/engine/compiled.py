"""Functions that Numba compiles once and keeps on disk, so that a second process starts at once.

Numba looks at the file of a function alone to see whether what it kept still holds, and not at what the function calls.
So what is kept lies in a folder that is named for the whole of this engine's source.
"""

import hashlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import njit
from numba.core import config
from numba.core.types.misc import unliteral

Function = TypeVar("Function", bound=Callable[..., Any])
HERE = Path(__file__).parent
LINEAR_ALGEBRA = "scipy.linalg.cython_blas"


def _without_linear_algebra() -> None:
    """Numba loads SciPy's linear algebra to see whether there is any, which takes a third of what its start does; here
    it is told that there is none. It then sums products itself, in polynomials and convolutions alone."""
    if "numba.np.arraymath" in sys.modules or LINEAR_ALGEBRA in sys.modules:
        return
    sys.modules[LINEAR_ALGEBRA] = None  # type: ignore[assignment]
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules[LINEAR_ALGEBRA]


_without_linear_algebra()


def _folder() -> str:
    """Beside the source, or in the user's cache where nobody may write there."""
    source = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(HERE.glob("*.py")))).hexdigest()[:16]
    near = HERE / "__pycache__"
    parent = near if os.access(near if near.exists() else HERE, os.W_OK) else Path.home() / ".cache" / "vanguard"
    return str(parent / f"machine-{source}")


FOLDER = _folder()


def compiled(function: Function) -> Function:
    """The function as machine code. It holds no lock of Python's (threads run it side by side), makes no arrays."""
    return _made(function, inlined=False)


def inlined(function: Function) -> Function:
    """The same, put into whatever calls it: for what each event goes through, of which a call would be a part."""
    return _made(function, inlined=True)


def _made(function: Function, *, inlined: bool) -> Function:
    before, config.CACHE_DIR = config.CACHE_DIR, FOLDER
    try:
        made: Function = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=inlined)(function)
    finally:
        config.CACHE_DIR = before
    _once_for_all_constants(made)
    return made


def _once_for_all_constants(made: Any) -> None:
    """Numba would compile a function anew for each constant that it is called with: 85 times more, for the same code
    once LLVM has put it in place."""
    found = made.get_call_template
    made.get_call_template = lambda args, named: found(
        tuple(unliteral(one) for one in args), {name: unliteral(one) for name, one in named.items()}
    )
