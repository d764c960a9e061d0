"""What every answer carries, also one that no other part of the service had a hand in: a file, an error, a refusal."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from vanguard.access.middleware import content_security_policy

ALWAYS = {
    # No page of ours uses any of these, so that nothing that got into one could.
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """The outermost one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = _not_in_the_clear(request) or self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = content_security_policy(settings.PLACE)
        # What is shown about a person stays out of every cache, the browser's own too.
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Request-Id", getattr(request, "request_id", ""))
        return response


def _not_in_the_clear(request: HttpRequest) -> HttpResponse | None:
    """A program that asks without https is told so, not led on: otherwise it would go on asking so, unnoticed."""
    if not settings.SECURE_SSL_REDIRECT or request.is_secure() or not request.path_info.startswith("/api/"):
        return None
    return JsonResponse({"error": "Ask over https. What was sent went over the network in the clear."}, status=403)
