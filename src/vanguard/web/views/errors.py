"""What is said when something is not there, not allowed, broken or unavailable, and what to do."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from vanguard.access import AuditUnavailable
from vanguard.web.page import render

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _say(
        request,
        400,
        "We could not understand this request",
        "Go back, check what you entered and try again.",
    )


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _say(
        request,
        403,
        "Your role does not include this page",
        "If you need it for your work, ask your administrator to change your role.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """One answer for what does not exist and for a person whom this professional may not open."""
    return _say(
        request,
        404,
        "Page not found",
        "If you typed the address, check that it is right.",
        "A person\u2019s page is shown only to the professionals who care for them.",
        help_opening=True,
    )


def broken(request: HttpRequest) -> HttpResponse:
    return _say(
        request,
        500,
        "There is a problem with the service",
        "It is our fault and nothing you did. Try again in a few minutes.",
        "If it goes on, tell your administrator the reference below.",
    )


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: open too long, or not from one of our pages."""
    return _say(
        request,
        403,
        "This form was open for too long",
        "Nothing has been changed. Go back, reload the page and send the form again.",
    )


def too_large(request: HttpRequest) -> HttpResponse:
    return _say(request, 413, "This is too much to send at once", "Nothing has been changed. Send less.")


def address_too_long(request: HttpRequest) -> HttpResponse:
    return _say(request, 414, "This address is too long", "Go back and use the links on the page.")


def not_done_here(request: HttpRequest, allow: str) -> HttpResponse:
    """A method that this address does not take."""
    answer = _say(request, 405, "This cannot be done here", "Go back and use the links and buttons on the page.")
    answer.headers["Allow"] = allow
    return answer


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """More requests than one user or one network address may make."""
    answer = _say(
        request,
        429,
        "You have asked too often",
        f"Wait {seconds} {'second' if seconds == 1 else 'seconds'} and try again.",
        "If your work needs more, tell your administrator.",
    )
    answer.headers["Retry-After"] = str(seconds)
    return answer


class UnavailableMiddleware:
    """Turns an audit that cannot be kept into words: no audit, no answer. And a method that is not taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        return not_done_here(request, response.headers["Allow"])

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, AuditUnavailable):
            return None
        return _say(
            request,
            503,
            "Sorry, this is not available just now",
            "We cannot record who looks at what at the moment, so no person\u2019s information is shown.",
            "Try again in a few minutes.",
            "If someone\u2019s care depends on it, telephone the partner who holds the record.",
        )


def _say(request: HttpRequest, status: int, title: str, *sentences: str, help_opening: bool = False) -> HttpResponse:
    """A page; for a program, the same as JSON."""
    if request.path_info.startswith(API):
        return JsonResponse({"error": " ".join((f"{title}.", *sentences))}, status=status)
    context: dict[str, Any] = {
        "title": title,
        "sentences": sentences,
        "reference": getattr(request, "request_id", "") if status >= 500 else "",
        "help_opening": help_opening,
    }
    return render(request, "web/error.html", context, status=status)
