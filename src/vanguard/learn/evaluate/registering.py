"""The plan comes first: each is written down once with its hash and day, and what changed after that is told."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vanguard.blueprint import Evaluation
from vanguard.errors import BadInput

FILE = "evaluation.lock"


@dataclass(frozen=True)
class Registered:
    """When a plan was first written down here, its hash then and now, and what changed in between."""

    at: datetime
    hash: str
    now: str
    changes: tuple[str, ...]


def canonical(plan: Evaluation) -> dict[str, Any]:
    """A plan's content without order, comments or layout: what is hashed and compared."""
    held: dict[str, Any] = json.loads(json.dumps(_plain(plan), sort_keys=True, default=str))
    return held


def hash_of(plan: Evaluation) -> str:
    """SHA-256 of the canonical content, as 64 hexadecimal digits."""
    text = json.dumps(canonical(plan), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def register(folder: Path, plan: Evaluation, now: datetime) -> Registered:
    """Write a plan into the folder's evaluation.lock, unless one of its id stands there: that one stays for good.

    Raises BadInput where the file is not one of ours, or an entry no longer has the hash that it was written with.
    """
    path = folder / FILE
    held = _read(path)
    entry = held.get(plan.id)
    if entry is None:
        entry = {"registered": now.isoformat(timespec="seconds"), "hash": hash_of(plan), "plan": canonical(plan)}
        held[plan.id] = entry
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        beside.write_text(json.dumps(held, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
        beside.replace(path)
    changes = tuple(_changes(entry["plan"], canonical(plan), ""))
    return Registered(datetime.fromisoformat(entry["registered"]), entry["hash"], hash_of(plan), changes)


def _read(path: Path) -> dict[str, Any]:
    do = "Take it back from where it was kept; without it nobody can say what was planned."
    try:
        held: dict[str, Any] = json.loads(path.read_text("utf-8"))
        for id, entry in held.items():
            text = json.dumps(entry["plan"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            if hashlib.sha256(text.encode()).hexdigest() != entry["hash"]:
                raise BadInput(f"The plan {id} was altered after it was written down.", where=str(path), do=do)
            datetime.fromisoformat(entry["registered"])
    except FileNotFoundError:
        return {}
    except NotADirectoryError as problem:
        raise BadInput("This is a file, not a folder.", where=str(path.parent), do="Name another folder.") from problem
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadInput("The record of plans cannot be read.", where=str(path), do=do) from problem
    return held


def _plain(value: Any) -> Any:
    if hasattr(value, "model_fields_set"):
        # Only what is written: what a later version of the program adds changes no plan.
        return {name: _plain(getattr(value, name)) for name in sorted(value.model_fields_set)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _changes(before: Any, after: Any, place: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from _changes(before.get(key), after.get(key), f"{place}.{key}" if place else key)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True), 1):
            yield from _changes(one, other, f"{place} {number}")
    elif before != after:
        yield f"{place}: was {_short(before)}, is {_short(after)}"


def _short(value: Any) -> str:
    text = "nothing" if value in (None, [], {}, "") else value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 120 else f"{text[:119]}…"
