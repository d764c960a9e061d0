"""Signing in and out. A demo place lists its sign-ins on the page."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from vanguard.access import LockedOut, actor_of, policy, sign_in, sign_out
from vanguard.web.demo_users import DEMO_PASSWORD, demo_users, works_for
from vanguard.web.page import render

WRONG = "Enter the user name and password of an account here. One of them is not right"


@dataclass(frozen=True)
class DemoUser:
    """One sign-in of the demo, as the page shows it."""

    username: str
    name: str
    role: str
    where: str


@method_decorator(login_not_required, name="dispatch")
class SignIn(View):
    """The sign-in page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.actor:  # type: ignore[attr-defined]
            return redirect("home")
        return self._page(request, next_page=request.GET.get("next", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        username, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
        next_page = request.POST.get("next", "")
        problem, status = "", 400
        try:
            if not sign_in(request, username, password, now=request.now):  # type: ignore[attr-defined]
                problem = WRONG
        except LockedOut as locked:
            problem, status = str(locked), 429
        if problem:
            return self._page(request, next_page=next_page, problem=problem, username=username, status=status)
        safe = url_has_allowed_host_and_scheme(next_page, {request.get_host()}, request.is_secure())
        return HttpResponseRedirect(next_page if safe else reverse("home"))

    @staticmethod
    def _page(request: HttpRequest, *, next_page: str, status: int = 200, **context: Any) -> HttpResponse:
        demo = {"demo_users": _demo_users(), "demo_password": DEMO_PASSWORD} if settings.DEMO else {}
        return render(request, "web/sign_in.html", {"next": next_page, **demo, **context}, status=status)


@require_POST
def sign_out_view(request: HttpRequest) -> HttpResponse:
    sign_out(request, actor_of(request), now=request.now)  # type: ignore[attr-defined]
    return redirect("signed-out")


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
