"""The service's addresses: each room brings its own. Every one needs a sign-in unless its view says not."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from vanguard.web.views.home import home
from vanguard.web.views.own_page import own_looks, own_page, own_record_page, relatives_record
from vanguard.web.views.patterns import pattern, patterns
from vanguard.web.views.privacy import end_mark, marks, opening, privacy
from vanguard.web.views.sessions import sessions
from vanguard.web.views.sign_in import SignIn, sign_out_view, signed_out
from vanguard.web.views.sign_in_elsewhere import ChooseRole, ended_there, keys, leave, return_here
from vanguard.web.views.users import users


@login_not_required
def health(_request: HttpRequest) -> HttpResponse:
    """Whether the web process answers at all: nothing about the place."""
    return HttpResponse("ok", content_type="text/plain")


handler400 = "vanguard.web.views.errors.bad_request"
handler403 = "vanguard.web.views.errors.not_allowed"
handler404 = "vanguard.web.views.errors.not_found"
handler500 = "vanguard.web.views.errors.broken"

# Tried in order: what machines ask for most often comes first.
urlpatterns = [
    path("api/", include("vanguard.api.urls")),
    path("", home, name="home"),
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-in/<slug:provider>", leave, name="sign-in-with"),
    path("sign-in/<slug:provider>/back", return_here, name="sign-in-back"),
    path("sign-in/<slug:provider>/ended", ended_there, name="sign-in-ended"),
    path("sign-in/<slug:provider>/keys", keys, name="sign-in-keys"),
    path("choose-role", ChooseRole.as_view(), name="choose-role"),
    path("me", own_page, name="own-page"),
    path("me/record", own_record_page, name="own-record"),
    path("me/looks", own_looks, name="own-looks"),
    path("me/records/<str:person_id>", relatives_record, name="relatives-record"),
    path("sessions", sessions, name="sessions"),
    path("sign-out", sign_out_view, name="sign-out"),
    path("signed-out", signed_out, name="signed-out"),
    path("users", users, name="users"),
    path("privacy", privacy, name="privacy"),
    path("privacy/<int:number>", opening, name="opening"),
    path("privacy/patterns", patterns, name="patterns"),
    path("privacy/patterns/<slug:kind>/<str:username>", pattern, name="pattern"),
    path("privacy/marks", marks, name="marks"),
    path("privacy/marks/<int:number>/end", end_mark, name="end-mark"),
    path("", include("vanguard.care.hub.urls")),
    path("", include("vanguard.care.beds.urls")),
    path("", include("vanguard.care.roster.urls")),
    path("", include("vanguard.care.team.urls")),
    path("", include("vanguard.know.record.urls")),
    path("", include("vanguard.learn.board.urls")),
    path("", include("vanguard.learn.ahead.urls")),
    path("health", health, name="health"),
]
