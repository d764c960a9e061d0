"""The addresses of a programme, which holds no persons: its own tables and pages, most of them public."""

from django.urls import include, path

from vanguard.programme.views import home
from vanguard.web.urls import handler400, handler403, handler404, handler500, health
from vanguard.web.views.sessions import sessions
from vanguard.web.views.sign_in import SignIn, sign_out_view, signed_out
from vanguard.web.views.sign_in_elsewhere import ChooseRole, ended_there, keys, leave, return_here

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", home, name="home"),
    path("health", health, name="health"),
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-in/<slug:provider>", leave, name="sign-in-with"),
    path("sign-in/<slug:provider>/back", return_here, name="sign-in-back"),
    path("sign-in/<slug:provider>/ended", ended_there, name="sign-in-ended"),
    path("sign-in/<slug:provider>/keys", keys, name="sign-in-keys"),
    path("choose-role", ChooseRole.as_view(), name="choose-role"),
    path("sessions", sessions, name="sessions"),
    path("sign-out", sign_out_view, name="sign-out"),
    path("signed-out", signed_out, name="signed-out"),
    path("", include("vanguard.programme.urls")),
]
