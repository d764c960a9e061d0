"""Addresses of the record's pages. A person stands in an address only by our own opaque id."""

from django.urls import path

from vanguard.know.record.views.choices import choices
from vanguard.know.record.views.data import data, feed_days
from vanguard.know.record.views.emergency import emergency
from vanguard.know.record.views.export import people_to_help_file
from vanguard.know.record.views.looks import find_looks, looks
from vanguard.know.record.views.people import find_person, people_to_help
from vanguard.know.record.views.person import person
from vanguard.know.record.views.quarantine import mend, quarantine_file, quarantined
from vanguard.know.record.views.reason import reason
from vanguard.know.record.views.relatives import end_relative, own_view, relatives

urlpatterns = [
    path("people/next", people_to_help, name="help-next"),
    path("people/next.csv", people_to_help_file, name="help-next-file"),
    path("people/find", find_person, name="find-person"),
    path("people/emergency", emergency, name="break-glass"),
    path("people/<str:person_id>", person, name="person"),
    path("people/<str:person_id>/reason", reason, name="reason"),
    path("people/<str:person_id>/choices", choices, name="choices"),
    path("people/<str:person_id>/relatives", relatives, name="relatives"),
    path("people/<str:person_id>/relatives/<int:number>/end", end_relative, name="end-relative"),
    path("people/<str:person_id>/own-view", own_view, name="own-view"),
    path("people/<str:person_id>/looks", looks, name="looks"),
    path("privacy/looks", find_looks, name="find-looks"),
    path("data", data, name="data"),
    path("data/feeds/<slug:feed>", feed_days, name="feed"),
    path("data/quarantine", quarantined, name="quarantine"),
    path("data/quarantine.csv", quarantine_file, name="quarantine-file"),
    path("data/quarantine/<slug:row_id>", mend, name="mend"),
]
