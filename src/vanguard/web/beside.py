"""What a place does by itself beside answering requests: acting on deadlines every few seconds, in its own process.

All of it may be done by several servers at once and after any crash: each piece of work is done once.
"""

import logging
import os
import signal
import time

from vanguard import clock

EVERY = 2.0
log = logging.getLogger(__name__)


def run() -> None:
    """Go round until the process that began this is gone. A round that fails is logged; the next one tries again."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    while os.getppid() == parent:
        one_round()
        time.sleep(EVERY)


def one_round() -> None:
    """Everything that is due now."""
    from django.db import close_old_connections

    from vanguard.care import hub

    try:
        hub.sweep(clock.now())
    except Exception:
        log.exception("A round beside the service failed.")
    finally:
        close_old_connections()
