"""The `vanguard` command by a story's clock: the real one, moved by as many seconds as a file says.

Days pass in a story. The service runs as it is, in its own processes; only what reads the clock is another function.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from vanguard import clock


def now() -> datetime:
    """The story's instant, read anew each time: the test moves it while the service runs."""
    moved = float(Path(os.environ["STORY_CLOCK"]).read_text())
    return datetime.now(UTC) + timedelta(seconds=moved)  # noqa: TID251


# Whichever process imports this: the server's own, its workers, the one beside them.
clock.now = now
timezone.now = now  # noqa: TID251

if __name__ == "__main__":
    from vanguard.cli import main

    main()
