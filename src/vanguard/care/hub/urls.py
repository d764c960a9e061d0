"""Addresses of the hub's pages."""

from django.urls import path

from vanguard.care.hub.views.bed import find_bed
from vanguard.care.hub.views.board import the_board
from vanguard.care.hub.views.calls import call, draft
from vanguard.care.hub.views.going import who_goes
from vanguard.care.hub.views.letters import letter, letters
from vanguard.care.hub.views.notes import note
from vanguard.care.hub.views.notices import notice_seen
from vanguard.care.hub.views.numbers import behind, numbers
from vanguard.care.hub.views.referral import referral

urlpatterns = [
    path("referrals", the_board, name="referrals"),
    path("referrals/call", call, name="call"),
    path("referrals/call/<uuid:number>", draft, name="draft"),
    path("referrals/<int:number>", referral, name="referral"),
    path("referrals/<int:number>/bed", find_bed, name="find-bed"),
    path("referrals/<int:number>/who/<slug:step>", who_goes, name="who-goes"),
    path("referrals/notices/<int:number>/seen", notice_seen, name="notice-seen"),
    path("referrals/numbers", numbers, name="numbers"),
    path("referrals/numbers/<slug:table>", behind, name="numbers-behind"),
    path("referrals/<int:number>/notes", note, name="note"),
    path("letters", letters, name="letters"),
    path("letters/<int:number>", letter, name="letter"),
]
