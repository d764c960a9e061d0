"""What a place does by itself beside answering requests: acting on deadlines and telling the lake what care rooms did,
every few seconds, in its own process.

All of it may be done by several servers at once and after any crash: each piece of work is done once.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from vanguard import clock
from vanguard.errors import Busy
from vanguard.lake import Lake

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
    """Everything that is due now. What fails keeps nothing else from being done."""
    from django.conf import settings
    from django.db import close_old_connections

    from vanguard.care import hub, outbox

    now = clock.now()
    work: tuple[Callable[[], int], ...] = (
        lambda: hub.sweep(now),
        lambda: outbox.send(Lake(Path(settings.PLACE)), now),
    )
    for piece in work:
        try:
            piece()
        except Busy:
            # A command writes to the lake: what is to be sent waits in the outbox for a later round.
            continue
        except Exception:
            log.exception("A round beside the service failed.")
        finally:
            close_old_connections()
