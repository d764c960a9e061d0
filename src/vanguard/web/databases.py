"""Which database the service keeps its rows in: SQLite in the place's folder, or PostgreSQL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from vanguard.errors import BadInput

SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=1073741824"


def database(place: Path, url: str) -> dict[str, Any]:
    """Django's description of the database at `url`, by default `service.sqlite3` in the place.

    Raises BadInput for an address that is not PostgreSQL's.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": place / "service.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": SQLITE_START,
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise BadInput(
            "The database address is not one we can use.",
            where="VANGUARD_DATABASE_URL",
            do="Write postgresql://user:password@host:5432/name.",
        )
    # A socket's folder may stand where the host would, or as ?host=/folder.
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }
