"""Django's name for this room."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    name = "vanguard.care.hub"
    label = "hub"
