"""Where somebody is signed in, professional or citizen, and the way to end it elsewhere."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import SignInAgain, citizen_of, end_own, has_just_signed_in, own_sessions, policy, providers
from vanguard.web.page import render
from vanguard.web.presenters import day_and_time


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The list; by POST the session with the mark ends, or without one all but this."""
    # Under a name that is not ours, a page of someone else's could read what ours says.
    request.get_host()
    actor, citizen = request.actor, citizen_of(request)  # type: ignore[attr-defined]
    now = request.now  # type: ignore[attr-defined]
    if actor is None and citizen is None:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    refused = False
    if request.method == "POST":
        whom = actor.username if actor else citizen.handle if citizen else ""
        try:
            end_own(request, request.POST.get("mark", "")[:64], whom=whom, now=now)
            return redirect("sessions")
        except SignInAgain:
            refused = True
    names = {id_: one.name for id_, one in providers().items()}
    own = own_sessions(request, now=now)
    open_ = [
        {
            "mark": one.mark,
            "this": one.this,
            "by": names.get(one.provider, "A local account"),
            "began": day_and_time(one.began),
            "used": day_and_time(one.used),
        }
        for one in own
    ]
    context = {
        "title": "Where you are signed in",
        "sessions": open_,
        "others": len(open_) - 1,
        # Who came by a provider shows there that it is them, and need not sign out here.
        "elsewhere": next(
            ((one.provider, names[one.provider]) for one in own if one.this and one.provider in names), None
        ),
        "may_end": has_just_signed_in(request, now=now),
        "minutes": policy().sign_in.minutes_proved,
    }
    return render(request, "web/sessions.html", context, status=403 if refused else 200)
