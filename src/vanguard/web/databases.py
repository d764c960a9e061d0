"""Which database the service keeps its rows in: SQLite in the place's folder, or PostgreSQL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from vanguard.errors import BadInput

# Of libpq's values for sslmode, those by which a server that offers no TLS is not spoken to.
SEALED = ("require", "verify-ca", "verify-full")
LOOPBACK = ("", "127.0.0.1", "localhost", "::1")
SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=1073741824"


def database(place: Path, url: str) -> dict[str, Any]:
    """Django's description of the database at `url`, by default `service.sqlite3` in the place.

    To another machine it speaks TLS and checks whose certificate it is, unless the address says how else. Raises
    BadInput for an address that is not PostgreSQL's, or that lets people's data cross the network unencrypted.
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
    host = query.pop("host", unquote(parts.hostname or ""))
    places = f"{host},{query.get('hostaddr', '')}".split(",")
    # A service's file names the machine, which we do not read.
    if "service" in query or not all(one in LOOPBACK or one.startswith("/") for one in places):
        _sealed(query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def _sealed(query: dict[str, str]) -> None:
    mode = query.setdefault("sslmode", SEALED[-1])
    if mode not in SEALED:
        raise BadInput(
            f"sslmode={mode} may let people's data cross the network to the database unencrypted.",
            where="VANGUARD_DATABASE_URL",
            do=f"Leave sslmode out, or write one of {', '.join(SEALED)}.",
        )
