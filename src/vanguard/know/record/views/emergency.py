"""Breaking the glass: the page that stops, says what will happen, and asks for the reason."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import Refused, actor_of, break_glass, policy, trace
from vanguard.errors import BadInput
from vanguard.know.record.views.dates import read_date
from vanguard.nhs_number import digits, valid_nhs_number
from vanguard.web.limits import limited
from vanguard.web.page import render

NOT_FOUND = "No record here has this NHS number and date of birth. Check both and try again"


@limited("trace", "POST")
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Nobody is named before a reason is given, and not found says the same whichever part is wrong."""
    actor = actor_of(request)
    if not actor.may("break_glass"):
        raise Refused
    typed = {name: request.POST.get(name, "").strip() for name in ("nhs_number", "birth_date", "reason")}
    problems: dict[str, str] = {}
    if request.method == "POST":
        number, born, problems = _read(typed)
        if not problems and born:
            try:
                person_id = trace(actor, nhs_number=number, birth_date=born, now=request.now)  # type: ignore[attr-defined]
                if person_id:
                    break_glass(actor, person_id, typed["reason"], now=request.now)  # type: ignore[attr-defined]
                    return redirect("person", person_id)
                problems = {"nhs_number": NOT_FOUND}
            except BadInput as locked:
                problems = {"nhs_number": f"{locked.what} {locked.do}".rstrip(".")}
    return render(
        request,
        "record/emergency.html",
        {
            "title": "Open a record in an emergency",
            "typed": typed,
            "problems": problems,
            "rules": policy().break_glass,
            "least_words": policy().reasons.least_words,
        },
        status=400 if problems else 200,
    )


def _read(typed: dict[str, str]) -> tuple[str, date | None, dict[str, str]]:
    problems = {}
    number, born = digits(typed["nhs_number"]), read_date(typed["birth_date"])
    if not number:
        problems["nhs_number"] = "Enter the NHS number"
    elif not valid_nhs_number(number):
        problems["nhs_number"] = "Enter an NHS number of 10 digits, like 999 123 4567. This one is not valid"
    if not typed["birth_date"]:
        problems["birth_date"] = "Enter the date of birth"
    elif born is None:
        problems["birth_date"] = "Enter a real date of birth, like 6 August 1942"
    if wrong := policy().reasons.wrong_with(typed["reason"]):
        problems["reason"] = wrong
    return number, born, problems
