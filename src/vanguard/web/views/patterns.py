"""The privacy officer's page of openings that stand out, and the openings behind each."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import Opened, Pattern, actor_of, odd_openings, odd_openings_of, people_of, policy
from vanguard.clock import LONDON
from vanguard.know.record import PersonLine, named_people, what_words, why_words
from vanguard.web import presenters as say
from vanguard.web.page import render

TITLES = {
    "own_name": "People of the same family name",
    "same_address": "People at one address, without a relationship",
    "many_people": "Many people in a short time",
    "nights": "At night, by somebody who hardly ever works then",
    "no_follow_on": "Opened, and nobody of the team came back to it",
    "failed_searches": "Many searches and openings that failed",
}


@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Who stands out, by kind of pattern, each with why it is shown. Nobody's record is named here."""
    found = odd_openings(actor_of(request), now=request.now)  # type: ignore[attr-defined]
    people = people_of({one.who for one in found})
    kinds = [
        {
            "title": title,
            "kind": kind,
            "rows": [
                {
                    "who": people[one.who].name,
                    "work": _work(one, people[one.who].works_at),
                    "count": _count(one),
                    "last": say.day_and_time(one.last.replace(tzinfo=LONDON)),
                    "kind": one.kind,
                    "user": one.who,
                }
                for one in found
                if one.kind == kind
            ],
        }
        for kind, title in TITLES.items()
    ]
    context = {"title": "Openings that stand out", "kinds": kinds, "rules": policy().patterns}
    return render(request, "web/patterns.html", context)


@require_safe
def pattern(request: HttpRequest, kind: str, username: str) -> HttpResponse:
    """The openings of one user that stand out in one way, the latest first."""
    if kind not in TITLES:
        raise Http404
    found, entitlement = odd_openings_of(actor_of(request), kind, username, now=request.now)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    people, who = named_people(entitlement), people_of({found.who})[found.who]
    return render(
        request,
        "web/pattern.html",
        {
            "title": TITLES[kind],
            "who": who.name,
            "work": _work(found, who.works_at),
            "kind": kind,
            "rules": policy().patterns,
            "count": _count(found),
            "lines": [_line(one, people) for one in found.lines],
            "more": found.openings - len(found.lines),
        },
    )


def _line(one: Opened, people: Mapping[str, PersonLine]) -> dict[str, str]:
    person = people.get(one.person_id)
    unnamed = "A record that stayed closed" if one.person_id and one.outcome == "refused" else "Nobody who is here"
    name = say.banner_name(person.given_name, person.family_name) if person else unnamed
    return {
        "at": say.day_and_time(one.at.replace(tzinfo=LONDON)),
        "person": name,
        "born": say.day(person.birth_date) if person else "",
        "person_id": one.person_id if person else "",
        "what": what_words(one.what),
        "why": f"Refused: {one.why}" if one.outcome == "refused" else why_words(one.what, one.why),
    }


def _work(one: Pattern, works_at: str) -> str:
    return ", ".join(part for part in (say.sentence(policy().role_name(one.role)), works_at) if part)


def _count(one: Pattern) -> str:
    times = f"{one.openings} {'time' if one.openings == 1 else 'times'}"
    return f"{times}, {one.people} {'person' if one.people == 1 else 'people'}" if one.people else times
