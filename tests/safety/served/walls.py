"""What every answer of the service carries, whoever asks for whatever."""

from collections.abc import Mapping

CSP = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "frame-ancestors": {"'none'"},
    "base-uri": {"'none'"},
}
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}


def missing_headers(headers: Mapping[str, str]) -> list[str]:
    """The protections that an answer's headers (names in small letters) lack."""
    given = {
        part.split()[0]: set(part.split()[1:])
        for part in headers.get("content-security-policy", "").split(";")
        if part.strip()
    }
    wrong = [name for name, value in CSP.items() if given.get(name) != value]
    wrong += [name for name, sources in given.items() if any("unsafe" in one or "*" in one for one in sources)]
    wrong += [name for name, value in HEADERS.items() if headers.get(name) != value]
    return wrong + [name for name in ("x-request-id",) if not headers.get(name)]
