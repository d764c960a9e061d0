"""Who can sign in, as what: for the administrator."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of, emergencies_since, every_account, policy
from vanguard.web.demo_users import works_for
from vanguard.web.page import render

RECENT = timedelta(days=90)


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = [
        {
            "name": account.name,
            "username": account.username,
            "role": policy().role_name(account.role),
            "where": works_for(account),
            "active": account.active,
        }
        for account in every_account(actor)
    ]
    # Not whose record, nor why, which only the audit trail says.
    opened = emergencies_since(actor, request.now - RECENT)  # type: ignore[attr-defined]
    emergencies = [{"name": name, "at": at} for name, at in opened]
    return render(request, "web/users.html", {"title": "Users", "users": rows, "emergencies": emergencies})
