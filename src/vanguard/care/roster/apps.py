"""Django's name for this room."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "vanguard.care.roster"
    label = "roster"
