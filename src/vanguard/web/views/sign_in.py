"""Signing in and out. A demo place lists its sign-ins on the page; other places have providers only."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from vanguard.access import LockedOut, citizen_of, policy, providers, sign_in, sign_out, way_out
from vanguard.web.demo_users import DEMO_PASSWORD, demo_users, works_for
from vanguard.web.limits import limited
from vanguard.web.page import render

WRONG = "Enter the user name and password of an account here. One of them is not right"


@dataclass(frozen=True)
class DemoUser:
    """One sign-in of the demo, as the page shows it."""

    username: str
    name: str
    role: str
    where: str


@method_decorator([limited("sign_in", "POST"), login_not_required], name="dispatch")
class SignIn(View):
    """The sign-in page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.actor:  # type: ignore[attr-defined]
            return redirect("home")
        return sign_in_page(request, next_page=request.GET.get("next", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        if not settings.DEMO:
            # Local accounts are for demo places only.
            raise PermissionDenied
        username, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
        next_page = request.POST.get("next", "")
        problem, status = "", 400
        try:
            if not sign_in(request, username, password, now=request.now):  # type: ignore[attr-defined]
                problem = WRONG
        except LockedOut as locked:
            problem, status = str(locked), 429
        if problem:
            return sign_in_page(request, next_page=next_page, problem=problem, username=username, status=status)
        return HttpResponseRedirect(next_or_home(request, next_page))


def sign_in_page(request: HttpRequest, *, next_page: str = "", status: int = 200, **context: Any) -> HttpResponse:
    """The page with the ways to sign in, and what went wrong with one of them."""
    demo = {"demo_users": _demo_users(), "demo_password": DEMO_PASSWORD} if settings.DEMO else {}
    return render(
        request,
        "web/sign_in.html",
        {"next": next_page, "providers": providers(), "local": settings.DEMO, **demo, **context},
        status=status,
    )


def next_or_home(request: HttpRequest, next_page: str) -> str:
    """The page that was asked for, if it is one of ours."""
    safe = url_has_allowed_host_and_scheme(next_page, {request.get_host()}, request.is_secure())
    return next_page if safe else reverse("home")


@login_not_required
@require_POST
def sign_out_view(request: HttpRequest) -> HttpResponse:
    """For professionals and citizens alike; at the provider too, where it was one that let them in."""
    actor, citizen = request.actor, citizen_of(request)  # type: ignore[attr-defined]
    now = request.now  # type: ignore[attr-defined]
    if actor is None and citizen is None:
        return redirect("signed-out")
    elsewhere = way_out(request, now=now)
    sign_out(request, actor, whom=citizen.handle if citizen else "", now=now)
    answer = HttpResponseRedirect(elsewhere) if elsewhere else redirect("signed-out")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@login_not_required
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "web/signed_out.html", {"title": "You are signed out"})


def _demo_users() -> list[DemoUser]:
    return [
        DemoUser(
            user.username,
            user.name,
            policy().role_name(user.role),
            works_for(user),
        )
        for user in demo_users()
    ]
