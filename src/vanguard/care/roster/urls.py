"""Addresses of the rota's pages."""

from django.urls import path

from vanguard.care.roster.views.rota import new_shift, take_back, the_rota

urlpatterns = [
    path("rota", the_rota, name="rota"),
    path("rota/new", new_shift, name="new-shift"),
    path("rota/<int:number>/back", take_back, name="take-back"),
]
