"""Django's name for this room, and what it follows."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    name = "vanguard.care.hub"
    label = "hub"

    def ready(self) -> None:
        from vanguard.access import persons_moved
        from vanguard.care import beds
        from vanguard.care.hub.bedding import bed_lost
        from vanguard.care.hub.moving import after_publication, go_along
        from vanguard.know.record import published

        persons_moved.connect(go_along)
        published.connect(after_publication)
        beds.bed_lost.connect(bed_lost)
