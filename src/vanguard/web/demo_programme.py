"""Making a demo programme: the real history, and its sign-ins. They exist in demo installations only."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from vanguard.own_yaml import data_of
from vanguard.web.demo_users import DEMO_PASSWORD

NAME = "New care models"
USERS: tuple[tuple[str, str, str], ...] = tuple(
    (username, user["name"], user["role"])
    for username, user in data_of(Path(__file__).with_name("demo_programme.yaml").read_text("utf-8")).items()
)


def make_programme_users() -> None:
    """Make the sign-ins that are not there yet."""
    from vanguard.access import hashed_password, make_local_account

    hashed = hashed_password(DEMO_PASSWORD)
    for username, name, role in USERS:
        make_local_account(username, hashed, name=name, role=role)


def make_demo_programme(home: Path, now: datetime, say: Callable[[str], None], prepare: Callable[[], None]) -> None:
    """Make what is missing of the demo programme. Raises BadInput for a folder that holds something else."""
    from vanguard.programme import HISTORY, found

    found(home, NAME)
    prepare()
    from vanguard.programme.sites.models import Site
    from vanguard.programme.tables.writing import load

    make_programme_users()
    # What somebody changed in it since stays as they left it.
    if not Site.objects.exists():
        load(HISTORY, now, by="the history")
    say(f"The programme is ready: {Site.objects.count()} sites.")
