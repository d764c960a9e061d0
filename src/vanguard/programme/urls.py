"""Addresses of a programme's own pages. Those of its tables come last: their names stand alone."""

from django.urls import include, path

from vanguard.programme.views import guide

urlpatterns = [
    path("guide", guide, name="guide"),
    path("", include("vanguard.programme.tables.urls")),
]
