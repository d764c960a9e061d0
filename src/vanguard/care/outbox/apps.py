"""Django's name for this room."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "vanguard.care.outbox"
    label = "outbox"
