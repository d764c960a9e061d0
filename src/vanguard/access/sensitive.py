"""Which codes are kept back from whom: the sensitive sets of the policy that an entitlement does not hold."""

from functools import cache, lru_cache

from vanguard.access.entitlement import Entitlement
from vanguard.access.rules import policy
from vanguard.codes import grouping_table, sensitive


class KeptBack:
    """The codes of some sensitive sets: `sets` are their ids, `names` what they are about."""

    def __init__(self, sets: frozenset[str]) -> None:
        self.sets = tuple(one for one in policy().sensitive_sets if one in sets)
        self.names = tuple(policy().sensitive_sets[one].name for one in self.sets)
        code_sets = {code_set for one in sets for code_set in policy().sensitive_sets[one].code_sets}
        rows = grouping_table(one for one in sensitive() if one.id in code_sets).to_pylist()
        self._whole = frozenset(row["code"] for row in rows if not row["prefix"])
        self._prefixes = tuple(row["code"] for row in rows if row["prefix"])
        # By system, how the codes begin after its name, as a record's JSON writes them.
        begins: dict[bytes, set[bytes]] = {}
        for row in rows:
            system, _, rest = row["code"].encode().partition(b":")
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
    return _kept_back(entitlement.sensitive)


@cache
def _kept_back(seen: frozenset[str]) -> KeptBack:
    return KeptBack(frozenset(policy().sensitive_sets) - seen)
