"""Django's name for this room."""

from django.apps import AppConfig


class AheadConfig(AppConfig):
    name = "vanguard.learn.ahead"
    label = "ahead"
