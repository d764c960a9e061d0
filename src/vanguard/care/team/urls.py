"""Addresses of the pages of plans. A person stands in an address only by our own opaque id."""

from django.urls import path

from vanguard.care.team.views.plans import ask_whose_plan, end_plan, plan, plans, settle_plan, to_look_at

urlpatterns = [
    path("plans", to_look_at, name="plans-to-look-at"),
    path("people/<str:person_id>/plans", plans, name="plans"),
    path("people/<str:person_id>/plans/<int:number>/theirs", settle_plan, name="settle-plan"),
    path("people/<str:person_id>/plans/<int:number>/whose", ask_whose_plan, name="ask-whose-plan"),
    path("people/<str:person_id>/plans/<slug:blueprint>/<slug:template>", plan, name="plan"),
    path("people/<str:person_id>/plans/<slug:blueprint>/<slug:template>/<int:number>/end", end_plan, name="end-plan"),
]
