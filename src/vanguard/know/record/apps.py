"""Django's name for this room."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "vanguard.know.record"
    label = "record"
