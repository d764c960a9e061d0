"""Addresses of what may come."""

from django.urls import path

from vanguard.learn.ahead.views.forecast import forecast, short_waits
from vanguard.learn.ahead.views.learned import learned
from vanguard.learn.ahead.views.needed import needed
from vanguard.learn.ahead.views.scenarios import scenario, scenarios
from vanguard.learn.ahead.views.years import years

urlpatterns = [
    path("forecast", forecast, name="forecast"),
    path("forecast/<slug:whom>", forecast, name="forecast-for"),
    path("short-waits", short_waits, name="short-waits"),
    path("scenarios", scenarios, name="scenarios"),
    path("scenarios/<slug:blueprint_id>", scenario, name="scenario"),
    path("scenarios/<slug:blueprint_id>/learned", learned, name="learned"),
    path("scenarios/<slug:blueprint_id>/needed", needed, name="needed"),
    path("scenarios/<slug:blueprint_id>/years", years, name="years"),
]
