"""One person's record as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from vanguard.access import ReasonNeeded, Refused, actor_of, kept_back, open_person
from vanguard.know.record import NoRecord, read


@require_safe
def person_record(request: HttpRequest, person_id: str) -> HttpResponse:
    """The record's JSON as far as the caller may see it. Unknown, unrelated or without a record: the same 404.

    The headers say how far, and which sensitive sets are left out of every record that is opened so.
    """
    try:
        entitlement = open_person(actor_of(request), person_id, now=request.now)
        body = read(entitlement).body
    except ReasonNeeded:
        return JsonResponse({"error": "This record is watched. Give a reason on the person's page first."}, status=403)
    except (Refused, NoRecord):
        return JsonResponse({"error": "There is no such record, or you are not entitled to see it."}, status=404)
    headers = {"Vanguard-Item": entitlement.what, "Vanguard-Kept-Back": ", ".join(kept_back(entitlement).sets)}
    return HttpResponse(body, content_type="application/json", headers=headers)
