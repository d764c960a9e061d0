"""Running the service: granian with a few worker processes, each with two blocking threads."""

import multiprocessing
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from vanguard import service_tables
from vanguard.access.secrets import check_keys
from vanguard.errors import BadInput
from vanguard.learn import ahead
from vanguard.web import beside


def prepare() -> None:
    """Start Django in this process and bring the service's tables up to date."""
    # However it is started: what it writes into the place is for its own user alone.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vanguard.web.settings")
    django.setup()
    _check_key()
    check_keys()
    settings.PLACE.mkdir(parents=True, exist_ok=True)
    # Its group may pass through to the pseudonymised tables, and sees nothing on the way.
    settings.PLACE.chmod(0o710)
    service_tables.bring_up_to_date()
    from vanguard.access import check_sign_in, policy
    from vanguard.care import hub

    # Before anybody is served: a mistake in what the place adds to the policy is said in a sentence.
    policy()
    check_sign_in(settings.PLACE)
    if not settings.PROGRAMME:
        hub.running(settings.PLACE)


def _check_key() -> None:
    try:
        settings.SECRET_KEY  # noqa: B018
    except ImproperlyConfigured as error:
        raise BadInput(
            "There is no key to sign cookies with.",
            where="VANGUARD_SECRET_KEY",
            do="Set it to 50 random characters or more and keep it, or set VANGUARD_DEMO=1 for a demo place.",
        ) from error


def run(host: str, port: int, workers: int, when_ready: Callable[[], None]) -> None:
    """Serve until interrupted. Raises BadInput if the port is taken."""
    check_free(host, port)
    # Not a thread: the workers are forked, and would wait for ever for what a thread holds at that moment.
    fork = multiprocessing.get_context("fork")
    fork.Process(target=_wait, args=(host, port, when_ready), daemon=True).start()
    connections.close_all()
    if not settings.PROGRAMME:
        fork.Process(target=beside.run, daemon=True).start()
        fork.Process(target=ahead.work, daemon=True).start()
    server = Granian(
        "vanguard.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # One may wait for the disk to keep the audit trail while the other works; more only queue for Python.
        blocking_threads=2,
        websockets=False,
        http=HTTPModes.http1,
        # What a request's headers may take; a page of ours is written in pieces of as much.
        http1_settings=HTTP1Settings(max_buffer_size=64 * 1024),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    server.serve()


def check_free(host: str, port: int) -> None:
    """Raises BadInput if something else listens there, or the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInput(
                f"The service cannot listen there: {error.strerror}.",
                where=f"{host}:{port}",
                do="Stop what is using it, or choose another port with --port.",
            ) from error


def _wait(host: str, port: int, when_ready: Callable[[], None]) -> None:
    """Call `when_ready` once the service answers."""
    address = "127.0.0.1" if host in ("0.0.0.0", "") else f"[{host}]" if ":" in host else host  # noqa: S104
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            urllib.request.urlopen(f"http://{address}:{port}/health", timeout=2).close()
        except urllib.error.HTTPError:
            return when_ready()
        except OSError:
            time.sleep(0.1)
        else:
            return when_ready()
    return None
