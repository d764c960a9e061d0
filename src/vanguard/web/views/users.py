"""Who can sign in, as what, and the end of their sessions or accounts: for the administrator."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from vanguard.access import actor_of, close_account, emergencies_since, end_sessions_of, every_account, policy
from vanguard.web.demo_users import works_for
from vanguard.web.page import render

RECENT = timedelta(days=90)


@require_http_methods(["GET", "HEAD", "POST"])
def users(request: HttpRequest) -> HttpResponse:
    """The list; by POST somebody is signed out everywhere, or everybody but who asks; or an account closes or opens."""
    actor = actor_of(request)
    ended: int | None = None
    changed = ""
    if request.method == "POST":
        chosen, username = request.POST.get("end", ""), request.POST.get("username", "")
        if chosen == "everybody" or (chosen == "one" and username):
            ended = end_sessions_of(actor, "" if chosen == "everybody" else username, now=request.now)  # type: ignore[attr-defined]
        if chosen in ("close", "open") and close_account(actor, username, closed=chosen == "close", now=request.now):  # type: ignore[attr-defined]
            changed = f"{username} can sign in again." if chosen == "open" else f"{username} can no longer sign in."
    rows = [
        {
            "name": account.name,
            "username": account.username,
            "role": policy().role_name(account.role),
            "where": works_for(account),
            "active": account.active,
            "own": account.username == actor.username,
        }
        for account in every_account(actor)
    ]
    # Not whose record, nor why, which only the audit trail says.
    opened = emergencies_since(actor, request.now - RECENT)  # type: ignore[attr-defined]
    emergencies = [{"name": name, "at": at} for name, at in opened]
    context = {"title": "Users", "users": rows, "emergencies": emergencies, "ended": ended, "changed": changed}
    return render(request, "web/users.html", context)
