"""Django's name for this room."""

from django.apps import AppConfig


class BedsConfig(AppConfig):
    name = "vanguard.care.beds"
    label = "beds"
