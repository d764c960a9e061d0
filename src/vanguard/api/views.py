"""One person's record as JSON, and the description of every JSON address."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from vanguard.access import ReasonNeeded, Refused, actor_of, kept_back, open_person
from vanguard.api import record_shape
from vanguard.api.described import Answer, Operation, described, openapi, problem
from vanguard.know.record import NoRecord, read

RECORD = Operation(
    "personRecord",
    "One person's record, as far as the caller may see it",
    {
        200: Answer("The record.", {"$ref": "#/components/schemas/Record"}, headers=record_shape.headers()),
        403: problem("The record is watched: a reason must be given on the person's page first."),
        404: problem("There is no such record, or the caller is not entitled to see it: the same answer."),
        503: problem("Who looks at what cannot be put on record just now, so nothing is shown."),
    },
    path={"person_id": "Our own id of the person, which says nothing about them."},
)
OPENAPI = Operation(
    "description", "This description", {200: Answer("The description, in OpenAPI 3.1.", {"type": "object"})}
)


@described(RECORD)
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


@described(OPENAPI)
@login_not_required
@require_safe
def openapi_json(_request: HttpRequest) -> HttpResponse:
    """What programs can ask of this service: nothing about the place."""
    return JsonResponse(openapi())
