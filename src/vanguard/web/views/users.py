"""Who can sign in, as what: for the administrator."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of, policy
from vanguard.access.models import BreakGlass, User
from vanguard.web.demo_users import works_for
from vanguard.web.page import render

RECENT = timedelta(days=90)


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    if not actor_of(request).may("users"):
        raise PermissionDenied
    rows = [
        {
            "name": user.name,
            "username": user.username,
            "role": policy().role_name(user.role),
            "where": works_for(user),
            "active": user.is_active,
        }
        for user in User.objects.select_related("practice").prefetch_related("teams").order_by("name")
    ]
    return render(
        request,
        "web/users.html",
        {"title": "Users", "users": rows, "emergencies": _emergencies(request.now - RECENT)},  # type: ignore[attr-defined]
    )


def _emergencies(since: datetime) -> list[dict[str, object]]:
    """Who opened a record in an emergency since then: not whose, nor why, which only the audit trail says."""
    opened = BreakGlass.objects.filter(opened_at__gte=since).select_related("user").order_by("-opened_at")
    return [{"name": one.user.name, "at": one.opened_at} for one in opened]
