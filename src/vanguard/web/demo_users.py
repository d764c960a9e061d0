"""The sign-ins of a demo place: one for each role. They exist in demo places only."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vanguard.own_yaml import data_of

if TYPE_CHECKING:
    from vanguard.access import Account
    from vanguard.directory.models import Practice

DEMO_PASSWORD = "see-one-record"  # noqa: S105 - printed on the sign-in page of a place where nobody is real
USERS_FILE = Path(__file__).with_name("demo_users.yaml")
# User name, name, role, and what ties the user to people.
DEMO_USERS: tuple[tuple[str, str, str, str], ...] = tuple(
    (username, user["name"], user["role"], user["works_for"])
    for username, user in data_of(USERS_FILE.read_text("utf-8")).items()
)


def make_demo_users() -> None:
    """Make the sign-ins that are not there yet. The GP's practice is the one with the most people to help."""
    from vanguard.access import hashed_password, make_local_account, policy
    from vanguard.directory.models import Team

    practice = busiest_practice()
    ties: dict[str, dict[str, Any]] = {
        "practice": {"practice": practice.code if practice else None},
        "team": {"teams": _codes(Team.objects.filter(locality=practice.locality)) if practice else []},
        "teams": {"teams": _codes(Team.objects.all())},
        "nothing": {},
    }
    hashed = hashed_password(DEMO_PASSWORD)
    for username, name, role, tie in DEMO_USERS:
        if role in policy().roles:
            make_local_account(username, hashed, name=name, role=role, **ties[tie])


def demo_users() -> Iterable["Account"]:
    """The sign-ins that are there, in the order of the list above."""
    from vanguard.access import local_accounts

    return local_accounts([username for username, _ in sign_ins()])


def sign_ins() -> list[tuple[str, str]]:
    """User name and role of each sign-in of this demo, of a place or of a programme."""
    from django.conf import settings

    from vanguard.web.demo_programme import USERS

    users = [(username, role) for username, _, role in USERS]
    return users if settings.PROGRAMME else [(username, role) for username, _, role, _ in DEMO_USERS]


def works_for(account: "Account") -> str:
    """The practice or the teams of an account, in words; nothing for who works for the whole place."""
    if account.practice:
        return account.practice
    return f"{len(account.teams)} locality teams" if len(account.teams) > 2 else ", ".join(account.teams)


def _codes(teams: Any) -> list[str]:
    return list(teams.values_list("code", flat=True))


def busiest_practice() -> "Practice | None":
    """The practice with the most people to help, where the people of the demo work; None in a place without any."""
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
