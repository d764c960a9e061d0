"""Addresses of the hub's pages."""

from django.urls import path

from vanguard.care.hub.views.api import api_progress, api_refer
from vanguard.care.hub.views.bed import find_bed
from vanguard.care.hub.views.begin import call, refer
from vanguard.care.hub.views.board import the_board
from vanguard.care.hub.views.drafts import draft
from vanguard.care.hub.views.going import who_goes
from vanguard.care.hub.views.letters import letter, letters
from vanguard.care.hub.views.lists import listed, the_list
from vanguard.care.hub.views.mine import mine, progress
from vanguard.care.hub.views.notes import note
from vanguard.care.hub.views.notices import notice_seen, notices
from vanguard.care.hub.views.numbers import behind, numbers
from vanguard.care.hub.views.referral import referral

urlpatterns = [
    path("api/referrals", api_refer, name="api-refer"),
    path("api/referrals/<int:number>", api_progress, name="api-progress"),
    path("referrals", the_board, name="referrals"),
    path("referrals/call", call, name="call"),
    path("referrals/new", refer, name="refer"),
    path("referrals/drafts/<uuid:number>", draft, name="draft"),
    path("referrals/lists/<slug:pathway>/<slug:origin>", the_list, name="list"),
    path("referrals/lists/<slug:pathway>/<slug:origin>/<int:number>", listed, name="listed"),
    path("referrals/mine", mine, name="my-referrals"),
    path("referrals/mine/<int:number>", progress, name="progress"),
    path("referrals/<int:number>", referral, name="referral"),
    path("referrals/<int:number>/bed", find_bed, name="find-bed"),
    path("referrals/<int:number>/who/<slug:step>", who_goes, name="who-goes"),
    path("referrals/notices", notices, name="notices"),
    path("referrals/notices/<int:number>/seen", notice_seen, name="notice-seen"),
    path("referrals/numbers", numbers, name="numbers"),
    path("referrals/numbers/<slug:table>", behind, name="numbers-behind"),
    path("referrals/<int:number>/notes", note, name="note"),
    path("letters", letters, name="letters"),
    path("letters/<int:number>", letter, name="letter"),
]
