"""Django's name for this room."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "vanguard.directory"
    label = "directory"
