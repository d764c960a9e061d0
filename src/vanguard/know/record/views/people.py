"""Who to help next, and finding a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from vanguard.access import Actor, Refused, actor_of, policy
from vanguard.know.record.help_pages import SORTS, HelpRow, PersonLine
from vanguard.know.record.lists import help_next, search
from vanguard.know.record.views.dates import read_date
from vanguard.know.record.views.names import locality_names, practice_names
from vanguard.web import presenters as say
from vanguard.web.limits import limited
from vanguard.web.page import render, today

HEADINGS: Mapping[str, str] = {
    "name": "Person",
    "age": "Age",
    "priority": "Why now",
    "emergency_admissions_12m": "Emergency admissions",
    "emergency_department_12m": "A&E visits",
    "bed_days_12m": "Nights in hospital",
    "condition_count": "Long-term conditions",
    "last_admission": "Last in hospital",
}


SIZE = 25
# Of what is searched for; each word is one more condition for the database.
LONGEST = 100
NUMBERS = (
    "emergency_admissions_12m",
    "emergency_department_12m",
    "bed_days_12m",
    "condition_count",
)


@dataclass(frozen=True)
class Shown:
    """One person of a list, in words.

    Without a name (`pseudonym`) there is no link and no date of birth, and the rest is coarser.
    """

    person_id: str
    name: str
    pseudonym: str
    nhs_number: str
    born: str
    age: str
    practice: str
    reasons: tuple[str, ...]
    numbers: Mapping[str, int]
    last_admission: str
    last_admission_ago: str
    care_package: bool


@dataclass(frozen=True)
class Heading:
    """One column's heading: a link that sorts by it, and whether the list is sorted so now."""

    sort: str
    text: str
    href: str
    order: str


@require_safe
def people_to_help(request: HttpRequest) -> HttpResponse:
    """The list, sorted, filtered and cut into pages by the address alone."""
    actor = actor_of(request)
    asked = {key: request.GET.get(key, "") for key in ("practice", "locality", "sort", "order")}
    sort = asked["sort"] if asked["sort"] in SORTS else "priority"
    down = {"up": False, "down": True}.get(asked["order"], SORTS[sort])
    page = help_next(
        actor,
        now=request.now,  # type: ignore[attr-defined]
        practice=asked["practice"] or None,
        locality=asked["locality"] or None,
        sort=sort,
        descending=down,
        page=_number(request.GET.get("page")),
        size=SIZE,
    )
    named = actor.may("list_people")

    def link(number: int) -> str:
        return _address(request, {**asked, "page": str(number)})

    return render(
        request,
        "record/help_next.html",
        {
            "title": "Who to help next",
            "people": shown(page.rows, today(request)),
            "page": page,
            "first": (page.page - 1) * page.size + 1,
            "named": named,
            "headings": _headings(request, asked, sort, down, named),
            "practices": _options(practice_names(page.practices), asked["practice"]),
            "localities": _options(locality_names(page.localities), asked["locality"]),
            "asked": asked,
            "words": HEADINGS,
            "numbers": NUMBERS,
            "page_link": link,
        },
    )


@limited("search", "POST")
@require_http_methods(["GET", "HEAD", "POST"])
def find_person(request: HttpRequest) -> HttpResponse:
    """Search by POST, so that what is typed about a person never stands in an address or a log."""
    actor = actor_of(request)
    if not actor.may("list_people"):
        raise Refused
    text = " ".join(request.POST.get("text", "").split())
    context: dict[str, Any] = {
        "title": "Find a person",
        "text": text,
        "searched": request.method == "POST",
        "related": related_words(actor),
    }
    if len(text) > LONGEST:
        context["problem"] = f"Enter at most {LONGEST} letters"
    elif request.method == "POST" and text:
        words, born = split_search(text)
        found, more = search(actor, words, birth_date=born, now=request.now)  # type: ignore[attr-defined]
        names = practice_names(line.practice for line in found)
        context |= {"found": [_line(line, names, today(request)) for line in found], "more": more}
    elif request.method == "POST":
        context["problem"] = "Enter an NHS number, or a name and date of birth"
    return render(request, "record/find.html", context)


def related_words(actor: Actor) -> str:
    """Whom the actor cares for, as the policy says it."""
    ways = [policy().relationships[way] for way in actor.role.related_by]
    names = [one.name.replace(" my ", " your ").replace(" me ", " you ") for one in ways if one.listed]
    return f"people {', '.join(names[:-1])}{' or ' if names[:-1] else ''}{names[-1]}"


def shown(rows: Sequence[HelpRow], on: date) -> tuple[Shown, ...]:
    """The rows of a list in words."""
    names = practice_names(str(row.member["practice"]) for row in rows)
    if any(row.pseudonym for row in rows):
        # Where the practice is too small to be named, the locality is.
        names |= locality_names(str(row.member["locality"]) for row in rows)
    return tuple(_shown(row.person, row.pseudonym, row.member, names, on) for row in rows)


def split_search(text: str) -> tuple[str, date | None]:
    """What was typed as words and a date of birth: `Ann Shah 6 August 1942` or `shah 06/08/1942`."""
    found = DATE.search(text)
    born = read_date(found.group()) if found else None
    if not found or not born:
        return text, None
    return f"{text[: found.start()]} {text[found.end() :]}".strip(" ,"), born


DATE = re.compile(r"\b\d{1,2}(?:[ /.-]\d{1,2}[ /.-]|\s*[A-Za-z]{3,9}\s*)\d{4}\b|\b\d{4}-\d{2}-\d{2}\b")


def _shown(
    person: PersonLine | None,
    pseudonym: str | None,
    member: Mapping[str, Any],
    names: Mapping[str, str],
    on: date,
) -> Shown:
    last = member["last_admission"]
    where = member["practice"] or (member["locality"] if pseudonym else None)
    return Shown(
        person_id=person.person_id if person else "",
        name=say.banner_name(person.given_name, person.family_name) if person else "",
        pseudonym=pseudonym or "",
        nhs_number=say.nhs_number(person.nhs_number) if person else "",
        born=say.day(person.birth_date) if person else "",
        age=str(member["age"]) if member["age"] is not None else "Not known",
        practice=names.get(where, where) if where else "Not registered",
        reasons=tuple(member["reasons"]),
        numbers={name: value for name, value in member.items() if isinstance(value, int)},
        last_admission="" if not last else say.month(last) if pseudonym else say.day(last),
        last_admission_ago=say.ago(last, on) if last and not pseudonym else "",
        care_package=member["care_package"],
    )


def _line(line: PersonLine, names: Mapping[str, str], on: date) -> dict[str, str]:
    return {
        "person_id": line.person_id,
        "name": say.banner_name(line.given_name, line.family_name),
        "born": say.day(line.birth_date),
        "age": say.age_in_words(line.birth_date, line.death_date or on),
        "died": say.day(line.death_date) if line.death_date else "",
        "nhs_number": say.nhs_number(line.nhs_number),
        "sex": say.sex(line.sex),
        "practice": names.get(line.practice, line.practice) if line.practice else "Not registered",
    }


def _headings(
    request: HttpRequest, asked: Mapping[str, str], sort: str, down: bool, named: bool
) -> tuple[Heading, ...]:
    """Each heading sorts by its column, and once sorted by it turns the order round."""
    made = []
    for column, text in HEADINGS.items():
        turned = not down if column == sort else SORTS[column]
        address = _address(request, {**asked, "sort": column, "order": "down" if turned else "up"})
        order = ("descending" if down else "ascending") if column == sort else "none"
        made.append(Heading(column, text, "" if column == "name" and not named else address, order))
    return tuple(made)


def _options(names: Mapping[str, str], chosen: str) -> list[dict[str, object]]:
    in_order = sorted(names.items(), key=lambda one: one[1])
    return [{"value": code, "text": name, "selected": code == chosen} for code, name in in_order]


def _address(request: HttpRequest, asked: Mapping[str, str]) -> str:
    query = urlencode({key: value for key, value in asked.items() if value and (key, value) != ("page", "1")})
    return f"{request.path}?{query}" if query else request.path


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 1
