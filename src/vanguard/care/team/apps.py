"""Django's name for this room, and what it follows."""

from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "vanguard.care.team"
    label = "team"

    def ready(self) -> None:
        from vanguard.access import persons_moved
        from vanguard.care.team.moving import go_along

        persons_moved.connect(go_along)
