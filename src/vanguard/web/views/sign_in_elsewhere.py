"""Signing in with a provider such as NHS CIS2: there, back, choosing a role, and the provider's own calls."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from vanguard.access import (
    MINUTES_THERE,
    NotSignedIn,
    Seat,
    back_from_sign_in,
    choose_role,
    ended_elsewhere,
    leave_to_sign_in,
    policy,
    roles_to_choose,
    sign_in_address,
    sign_in_cookie,
    sign_in_keys,
)
from vanguard.api import Answer, Operation, described, problem
from vanguard.directory.models import Organisation, Practice
from vanguard.web.limits import limited
from vanguard.web.page import render
from vanguard.web.views.sign_in import next_or_home, sign_in_page


@limited("sign_in")
@login_not_required
@require_safe
def leave(request: HttpRequest, provider: str) -> HttpResponse:
    """To the provider, with a cookie that must come back from there."""
    here = sign_in_address(provider)
    if request.build_absolute_uri("/") != f"{here}/":
        # The cookie and the way back must be under one name.
        return HttpResponseRedirect(f"{here}{request.get_full_path()}")
    next_page, again = request.GET.get("next", ""), "again" in request.GET
    try:
        leaving = leave_to_sign_in(provider, next_page, again=again, now=request.now)  # type: ignore[attr-defined]
    except NotSignedIn as refused:
        return _not_signed_in(request, refused)
    answer = HttpResponseRedirect(leaving.address)
    answer.set_cookie(
        sign_in_cookie(),
        leaving.cookie,
        max_age=MINUTES_THERE * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


@limited("sign_in")
@login_not_required
@require_safe
def return_here(request: HttpRequest, provider: str) -> HttpResponse:
    """Back from the provider: signed in, one of several roles to choose, or refused in a sentence."""
    try:
        arrived = back_from_sign_in(request, provider, now=request.now)  # type: ignore[attr-defined]
    except NotSignedIn as refused:
        answer = _not_signed_in(request, refused)
    else:
        if arrived.citizen:
            answer = redirect("sessions" if arrived.next == reverse("sessions") else "own-page")
        elif arrived.choose:
            answer = redirect("choose-role")
        else:
            answer = HttpResponseRedirect(next_or_home(request, arrived.next))
    # Good for one return, whatever came of it.
    answer.delete_cookie(sign_in_cookie(), samesite="Lax")
    return answer


PROVIDER = {"provider": "The provider's id in the place's sign-in file."}
NO_PROVIDER = Answer("This place has no such provider.", media="text/html")
ENDED = Operation(
    "providerEndsSession",
    "A sign-in provider says that a session has ended there",
    {
        200: Answer("The session here has ended too.", media=""),
        400: problem("This token is not taken."),
        404: NO_PROVIDER,
    },
    path=PROVIDER,
    form={
        "type": "object",
        "properties": {
            "logout_token": {
                "type": "string",
                "pattern": r"^[\w.-]+$",
                "maxLength": 10_000,
                "description": "A signed token of OpenID Connect.",
            }
        },
        "required": ["logout_token"],
        "additionalProperties": False,
    },
)
KEYS = Operation(
    "publicKeys",
    "The public keys by which a sign-in provider knows this place",
    {
        200: Answer(
            "A set of JSON Web Keys.",
            {
                "type": "object",
                "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
                "required": ["keys"],
            },
        ),
        404: NO_PROVIDER,
    },
    path=PROVIDER,
)


@method_decorator(login_not_required, name="dispatch")
class ChooseRole(View):
    """Which of several roles to act in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        now = request.now  # type: ignore[attr-defined]
        next_page = choose_role(request, request.POST.get("role", ""), now=now)
        if next_page is None:
            return self._page(request, problem="Choose one of your roles", status=400)
        return HttpResponseRedirect(next_or_home(request, next_page))

    @staticmethod
    def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
        choice = roles_to_choose(request, now=request.now)  # type: ignore[attr-defined]
        if choice is None:
            return redirect("sign-in")
        return render(
            request,
            "web/choose_role.html",
            {"title": "Choose your role", "choice": choice, "seats": _in_words(choice.seats), **context},
            status=status,
        )


@described(ENDED)
@limited("sign_in")
@csrf_exempt
@login_not_required
@require_POST
def ended_there(request: HttpRequest, provider: str) -> HttpResponse:
    """The provider says that a session has ended there. It brings no cookie of ours: its token is the proof."""
    if ended_elsewhere(provider, request.POST.get("logout_token"), now=request.now):  # type: ignore[attr-defined]
        return HttpResponse(status=200)
    return JsonResponse({"error": "invalid_request", "error_description": "This token is not taken."}, status=400)


@described(KEYS)
@login_not_required
@require_safe
def keys(_request: HttpRequest, provider: str) -> HttpResponse:
    """Our public key, for the provider to fetch."""
    return JsonResponse({"keys": sign_in_keys(provider)})


def _not_signed_in(request: HttpRequest, refused: NotSignedIn) -> HttpResponse:
    return sign_in_page(request, status=refused.status, not_signed_in=refused)


def _in_words(seats: tuple[Seat, ...]) -> list[dict[str, str]]:
    """Each role by its name here, and below it where it is and what the provider calls it."""
    practices = dict(Practice.objects.filter(pk__in=[one.practice for one in seats]).values_list("pk", "name"))
    others = [one.organisation for one in seats]
    organisations = dict(Organisation.objects.filter(pk__in=others).values_list("pk", "name"))
    return [
        {
            "role": policy().role_name(one.role),
            "where": ", ".join(
                words for words in (practices.get(one.practice), organisations.get(one.organisation), one.name) if words
            ),
        }
        for one in seats
    ]
