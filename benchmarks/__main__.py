"""Run every benchmark, or those named: `python -m benchmarks [load record …]`."""

import importlib
import pkgutil
import sys

import benchmarks

names = sys.argv[1:] or sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name[0] != "_")
# Each reads its own arguments when it is run alone; here the names are not meant for it.
sys.argv[1:] = []
for name in names:
    module = importlib.import_module(f"benchmarks.{name}")
    if hasattr(module, "main"):
        module.main()
