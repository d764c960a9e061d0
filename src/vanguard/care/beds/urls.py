"""Addresses of the pages of beds."""

from django.urls import path

from vanguard.care.beds.views.bed import bed
from vanguard.care.beds.views.board import how_used, new_bed, the_beds

urlpatterns = [
    path("beds", the_beds, name="beds"),
    path("beds/new", new_bed, name="new-bed"),
    path("beds/use", how_used, name="beds-use"),
    path("beds/<int:number>", bed, name="bed"),
]
