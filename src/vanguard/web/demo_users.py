"""The sign-ins of a demo place: one for each role. They exist in demo places only."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from vanguard.access.models import User
    from vanguard.directory.models import Practice

DEMO_PASSWORD = "see-one-record"  # noqa: S105 - printed on the sign-in page of a place where nobody is real
USERS_FILE = Path(__file__).with_name("demo_users.yaml")
# User name, name, role, and what ties the user to people.
DEMO_USERS: tuple[tuple[str, str, str, str], ...] = tuple(
    (username, user["name"], user["role"], user["works_for"])
    for username, user in yaml.safe_load(USERS_FILE.read_text("utf-8")).items()
)


def make_demo_users() -> None:
    """Make the sign-ins that are not there yet. The GP's practice is the one with the most people to help."""
    from vanguard.access import policy
    from vanguard.access.models import User
    from vanguard.directory.models import Team

    practice = _busiest_practice()
    ties = {
        "practice": {"practice": practice},
        "team": {"teams": list(Team.objects.filter(locality=practice.locality)) if practice else []},
        "teams": {"teams": list(Team.objects.all())},
        "nothing": {},
    }
    for username, name, role, tie in DEMO_USERS:
        if role in policy().roles and not User.objects.filter(username=username).exists():
            User.objects.create_user(username, DEMO_PASSWORD, name=name, role=role, **ties[tie])


def demo_users() -> Iterable["User"]:
    """The sign-ins that are there, in the order of the list above."""
    from vanguard.access.models import User

    order = {username: place for place, (username, *_) in enumerate(DEMO_USERS)}
    users = User.objects.filter(username__in=order).select_related("practice").prefetch_related("teams")
    return sorted(users, key=lambda user: order[user.username])


def works_for(user: "User") -> str:
    """The practice or the teams of a user, in words; nothing for who works for the whole place."""
    teams = [team.name for team in user.teams.all()]
    if user.practice:
        return user.practice.name
    return f"{len(teams)} locality teams" if len(teams) > 2 else ", ".join(teams)


def _busiest_practice() -> "Practice | None":
    from django.db.models import Count

    from vanguard.directory.models import Practice
    from vanguard.know.record.models import HelpNext

    busiest = (
        HelpNext.objects.filter(practice__in=Practice.objects.values("code"))
        .values("practice")
        .annotate(people=Count("pk"))
        .order_by("-people", "practice")
        .first()
    )
    if busiest:
        return Practice.objects.select_related("locality").get(pk=busiest["practice"])
    return Practice.objects.select_related("locality").order_by("code").first()
