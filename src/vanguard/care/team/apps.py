"""Django's name for this room, and what it follows."""

from typing import Any

from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "vanguard.care.team"
    label = "team"

    def ready(self) -> None:
        from vanguard.access import persons_moved
        from vanguard.care.team.moving import go_along
        from vanguard.know.record import published

        persons_moved.connect(go_along)
        published.connect(after_publication)


def after_publication(**told: Any) -> None:
    """The record was published anew. What looks into the lake is loaded by the commands that publish, not by pages."""
    from vanguard.care.team.calling import after_publication

    after_publication(**told)
