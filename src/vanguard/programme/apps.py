"""Django's name for this room."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "vanguard.programme"
    label = "programme"
