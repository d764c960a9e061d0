"""Which codes are kept back from whom: the sensitive sets of the policy that an entitlement does not hold."""

from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from django.conf import settings

from vanguard.access.entitlement import Entitlement
from vanguard.access.rules import policy
from vanguard.access.terms import Code


class KeptBack:
    """The codes of some sensitive sets: `sets` are their ids, `names` what they are about."""

    def __init__(self, sets: frozenset[str]) -> None:
        self.sets = tuple(one for one in policy().sensitive_sets if one in sets)
        self.names = tuple(policy().sensitive_sets[one].name for one in self.sets)
        held = frozenset[Code]().union(*(policy().sensitive_sets[one].codes for one in self.sets))
        self._whole = frozenset(code for code, longer in held if not longer)
        self._prefixes = tuple(code for code, longer in held if longer)
        # By system, how the codes begin after its name, as a record's JSON writes them.
        begins: dict[bytes, set[bytes]] = {}
        for code, _ in held:
            system, _, rest = code.encode().partition(b":")
            begins.setdefault(b'"' + system + b":", set()).add(rest)
        self._begins = tuple((system, tuple(sorted(codes))) for system, codes in begins.items())
        self.holds = lru_cache(maxsize=50_000)(self._holds)

    def maybe_in(self, body: bytes) -> bool:
        """Whether one of the codes may stand in a record's JSON: False is certain, and found without reading it."""
        return any(part.startswith(codes) for system, codes in self._begins for part in body.split(system)[1:])

    def _holds(self, code: str) -> bool:
        """Whether `code`, written system:code, is kept back."""
        return code in self._whole or code.startswith(self._prefixes)


def kept_back(entitlement: Entitlement) -> KeptBack:
    """What the holder of this entitlement does not see."""
    return _kept_back(frozenset(policy().sensitive_sets) - entitlement.sensitive, settings.PLACE)


def sensitive_codes() -> pa.Table:
    """The codes of every sensitive set of the place: columns `code` (system:code) and `prefix` (longer codes too)."""
    codes = sorted(frozenset[Code]().union(*(one.codes for one in policy().sensitive_sets.values())))
    return pa.table({"code": pa.array([code for code, _ in codes], pa.string()), "prefix": [two for _, two in codes]})


@lru_cache(maxsize=64)
def _kept_back(sets: frozenset[str], _place: Path) -> KeptBack:
    return KeptBack(sets)
