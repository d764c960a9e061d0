"""The service's addresses: each room brings its own. Every one needs a sign-in unless its view says not."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def health(_request: HttpRequest) -> HttpResponse:
    """Whether the web process answers at all: nothing about the place."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("health", health, name="health"),
    path("api/", include("vanguard.api.urls")),
]
