"""Who looked at a person's record, when, what they saw and why, in words that the person can be told."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from vanguard.access import (
    OWN,
    RELATIVE,
    Actor,
    Look,
    Looker,
    Lookers,
    ReasonNeeded,
    actor_of,
    find_looked_at,
    open_person,
    policy,
    who_looked,
    who_looked_at,
)
from vanguard.know.record.pages.summary import banner
from vanguard.know.record.reading import NoRecord, read
from vanguard.know.record.views.dates import read_date
from vanguard.know.record.views.names import practice_names
from vanguard.nhs_number import digits, valid_nhs_number
from vanguard.web import presenters as say
from vanguard.web.limits import limited
from vanguard.web.page import render, today

# What is seen beside the items of the policy.
WHAT = {
    "search": "Found the person in a search",
    "help_next": "Saw the person on the list of who to help next",
    "referral": "Saw a referral of the person",
    "plan_whose": "Said that a plan is theirs, after records were parted",
    "plan_whose_again": "Asked again whose a plan is, after records were parted",
    "referral_whose_again": "Asked again whose a referral is, after records were parted",
    "referral_whose": "Said that a referral is theirs, after records were parted",
    "notices": "Saw a notice about their referral",
    "letters": "Saw a letter about them in a list",
    "own_referrals": "Saw how a referral that they had made goes on",
    "listed": "Kept the person on a list of people to be referred",
    "practice_notices": "Saw a notice of who opened the record in an emergency",
    "privacy_queue": "Saw who opened the record under watch",
    "opening": "Followed up who opened the record under watch",
    "marks": "Saw that the record is watched",
    "looks": "Saw who had looked at the record",
    "patterns": "Checked who had looked at the record",
    "break_glass": "Opened the record in an emergency",
    "marked": "Opened the watched record",
}
GIVEN = {"break_glass", "marked"}
CHECKED = {"what": "Checked how the record is used"}
OWN_WORDS = {
    "break_glass": {"why": "They gave a reason, which your GP practice can tell you"},
    "marked": {"what": "Opened the record", "why": "They gave a reason"},
    **dict.fromkeys(("privacy_queue", "opening", "marks", "patterns", "looks", "practice_notices"), CHECKED),
}
THEIRS = ((" my ", " their "), (" me ", " them "))


@require_safe
def looks(request: HttpRequest, person_id: str) -> HttpResponse:
    """For the person's own practice, with who it is; for the privacy officer, without."""
    actor, page = actor_of(request), page_asked(request)
    context = {"title": "Who has looked at this record", "person_id": person_id}
    if actor.may("privacy_queue"):
        found = who_looked_at(actor, person_id, page=page, now=request.now)  # type: ignore[attr-defined]
    else:
        try:
            entitlement = open_person(actor, person_id, what="identity", now=request.now)  # type: ignore[attr-defined]
            found = who_looked(entitlement, page=page)
            data = read(entitlement).data
        except ReasonNeeded:
            return redirect("reason", person_id)
        except NoRecord as problem:
            raise Http404 from problem
        context |= {
            "banner": banner(data, practice_names([data["person"].get("practice")]), today(request)),
            "item": entitlement.what,
        }
    return render(request, "record/looks.html", context | shown_lookers(request, found))


@limited("trace", "POST")
@require_http_methods(["GET", "HEAD", "POST"])
def find_looks(request: HttpRequest) -> HttpResponse:
    """For a privacy officer whom somebody asked who looked at their record: by POST, so in no address and no log."""
    actor: Actor = actor_of(request)
    typed = {name: request.POST.get(name, "").strip() for name in ("nhs_number", "birth_date")}
    problems: dict[str, str] = {}
    number, born = digits(typed["nhs_number"]), read_date(typed["birth_date"])
    if request.method == "POST":
        if not valid_nhs_number(number):
            problems["nhs_number"] = "Enter an NHS number of 10 digits, like 999 123 4567"
        if born is None:
            problems["birth_date"] = "Enter a real date of birth, like 6 August 1942"
    if request.method == "POST" and not problems and born:
        found = find_looked_at(actor, nhs_number=number, birth_date=born, now=request.now)  # type: ignore[attr-defined]
        if found:
            return redirect("looks", found)
        problems["nhs_number"] = "No record here has this NHS number and date of birth. Check both and try again"
    elif not actor.may("privacy_queue"):
        raise Http404
    context = {"title": "Who has looked at a record", "typed": typed, "problems": problems}
    return render(request, "record/find_looks.html", context, status=400 if problems else 200)


def page_asked(request: HttpRequest) -> int:
    """The number of the page that the address asks for; 1 for what is no such number."""
    number = request.GET.get("page", "1")
    return max(1, int(number)) if number.isdecimal() and 0 < len(number) < 7 else 1


def shown_lookers(request: HttpRequest, found: Lookers, *, own: bool = False) -> dict[str, object]:
    """The page's rows in words, and what its page links need.

    On a person's `own` page not what was written for the privacy officer: somebody else may be reading with them.
    """
    rows = [_row(one, found.people[one.who]) for one in found.looks]
    if own:
        rows = [row | OWN_WORDS.get(one.what, {}) for row, one in zip(rows, found.looks, strict=True)]
    return {
        "looks": rows,
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "page_link": lambda number: f"{request.path}?page={number}" if number > 1 else request.path,
    }


def _row(one: Look, who: Looker) -> dict[str, str]:
    when = say.clock_time(one.first)
    if one.times > 1:
        when = f"{one.times} times between {when} and {say.clock_time(one.last)}"
    role = policy().role_name(one.role)
    named = who.name or one.who, ", ".join(part for part in (say.sentence(role) if role else "", who.works_at) if part)
    # What stands for somebody from the public tells nothing; what they are to the person does.
    name, work = (say.sentence(role), "") if one.role in (OWN, RELATIVE) else named
    return {
        "day": say.day(one.day),
        "when": when,
        "who": name,
        "work": work,
        "what": what_words(one.what),
        "why": why_words(one.what, one.why),
    }


def what_words(what: str) -> str:
    """What was seen, as a sentence begins."""
    items = policy().items
    return say.sentence(items[what]) if what in items else WHAT.get(what) or say.plain(what)


def why_words(what: str, why: str) -> str:
    """Why it could be seen: the relationship, the right of the role, or the reason that was given."""
    if what in GIVEN:
        return f"Their reason: {why}"
    if way := policy().relationships.get(why):
        words = f" {way.name} "
        for ours, theirs in THEIRS:
            words = words.replace(ours, theirs)
        return say.sentence(words.strip())
    if right := policy().rights.get(why):
        return f"Their work: to {right}"
    return "On a list of people whom they care for" if why == "list" else say.sentence(why)
