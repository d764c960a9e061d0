"""The page of a member of the public who has signed in. Their record is not here yet."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import CitizenActor, for_citizens
from vanguard.web.page import render


@require_safe
@for_citizens
def own_page(request: HttpRequest, citizen: CitizenActor) -> HttpResponse:
    return render(request, "web/own_page.html", {"title": "Your page", "citizen": citizen})
