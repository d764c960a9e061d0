"""Addresses below /api/."""

from django.urls import path

from vanguard.api.views import openapi_json, person_record

urlpatterns = [
    path("persons/<str:person_id>/record", person_record, name="api-person-record"),
    path("openapi.json", openapi_json, name="openapi"),
]
