"""Addresses of a programme's own pages. Those of its tables come last: their names stand alone."""

from django.urls import include, path

from vanguard.programme.money.views import money
from vanguard.programme.selection.views import round_page
from vanguard.programme.sites.views import the_map
from vanguard.programme.views import guide

urlpatterns = [
    path("guide", guide, name="guide"),
    path("map", the_map, name="map"),
    path("selection/<slug:short>", round_page, name="round-page"),
    path("money", money, name="money"),
    path("", include("vanguard.programme.tables.urls")),
]
