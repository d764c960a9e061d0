"""One person's whole record as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from vanguard.access import Refused, actor_of, open_person
from vanguard.know.record import NoRecord, read


@require_safe
def person_record(request: HttpRequest, person_id: str) -> HttpResponse:
    """The record's JSON as stored. A person unknown, unrelated or without a record: the same 404."""
    try:
        entitlement = open_person(actor_of(request), person_id, what="record", now=request.now)
        return HttpResponse(read(entitlement).body, content_type="application/json")
    except (Refused, NoRecord):
        return JsonResponse({"error": "There is no such record, or you are not entitled to see it."}, status=404)
