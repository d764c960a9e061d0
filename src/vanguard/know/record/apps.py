"""Django's name for this room, and what it follows."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "vanguard.know.record"
    label = "record"

    def ready(self) -> None:
        from vanguard.access import persons_moved
        from vanguard.know.record.live import go_along

        persons_moved.connect(go_along)
