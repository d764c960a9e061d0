"""What every benchmark line says of the machine, and how it is printed."""

import json
import os
import platform
from pathlib import Path
from typing import Any


def machine() -> str:
    """Processor, cores and memory in one short text."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = [text for text in info.read_text().splitlines() if text.startswith("model name")]
        model = named[0].split(":", 1)[1].strip() if named else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def line(benchmark: str, **figures: Any) -> None:
    """Print one JSON line."""
    print(json.dumps({"benchmark": benchmark, **figures, "machine": machine()}), flush=True)
