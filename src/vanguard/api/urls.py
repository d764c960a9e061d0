"""Addresses below /api/."""

from django.urls import path

from vanguard.api.views import person_record

urlpatterns = [path("persons/<str:person_id>/record", person_record, name="api-person-record")]
