"""The rota of a day, typing a shift, and taking one back."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vanguard.access import Actor, Refused, actor_of
from vanguard.care.roster.models import Shift
from vanguard.care.roster.reading import NEEDED, OPTIONAL, check, write
from vanguard.care.roster.telling import tell
from vanguard.care.roster.words import words
from vanguard.clock import local_date
from vanguard.directory.models import Organisation, Professional, Team
from vanguard.errors import BadInput
from vanguard.flow import first_instant
from vanguard.row_file import Mistakes
from vanguard.web import presenters as say
from vanguard.web.page import render, today

SEE, RIGHT = "referrals", "rota"
# The shifts of a pool with more are folded away: on a phone a whole day would be many screens.
FEW = 8
AROUND = (("Previous day", -1), ("Next day", 1), ("A week before", -7), ("A week later", 7))


@require_safe
def the_rota(request: HttpRequest) -> HttpResponse:
    """Every shift of a local day, by pool; before them, of today, who is on shift now."""
    actor = _who_may(request, SEE)
    now: datetime = request.now  # type: ignore[attr-defined]
    day = _day(request.GET.get("day", ""), today(request))
    start, end = first_instant(day, 0), first_instant(day + timedelta(days=1), 0)
    rows = Shift.objects.filter(start__lt=end, end__gt=start, withdrawn_at=None).select_related(
        "professional__employer", "team"
    )
    pools: dict[str, list[dict[str, object]]] = {}
    for row in sorted(rows, key=lambda one: (one.start, one.professional.name)):
        known = words().pools.get(row.pool)
        label = known.label if known else row.pool
        line = {
            "shift": row,
            "pool": label,
            "on": row.start <= now < row.end,
            "skills": [words().skills.get(skill, skill) for skill in row.skills],
            "times": " to ".join(_time(at, day) for at in (row.start, row.end)),
        }
        pools.setdefault(label, []).append(line)
    context = {
        "title": "Rota",
        "day": day,
        "on": [line for lines in pools.values() for line in lines if line["on"]] if day == today(request) else [],
        "around": [(words_, _of_day(day + timedelta(days=days))) for words_, days in AROUND],
        "pools": dict(sorted(pools.items())),
        "few": FEW,
        "may_change": actor.may(RIGHT),
    }
    return render(request, "roster/rota.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_shift(request: HttpRequest) -> HttpResponse:
    """One shift typed: the same checks as for a list."""
    actor = _who_may(request, RIGHT)
    typed = {name: request.POST.get(name, "").strip() for name in (*NEEDED, *OPTIONAL, "day")}
    typed["skills"] = ";".join(request.POST.getlist("skills"))
    problems: dict[str, str] = {}
    if request.method == "POST":
        mistakes = Mistakes("this page")
        row = check(_as_row(typed), 1, mistakes)
        _mistyped(typed, mistakes)
        try:
            write([row] if row else [], mistakes, request.now, by=actor)  # type: ignore[attr-defined]
            assert row is not None
            return redirect(_of_day(local_date(row.start))[1])
        except BadInput:
            problems = {
                one.where.rpartition(" ")[2]: " ".join(filter(None, (one.what, one.do))) for one in mistakes.found
            }
    context = {
        "title": "Put a shift on the rota",
        "typed": typed,
        "problems": problems,
        "pools": words().pools,
        "skills": words().skills,
        "teams": list(Team.objects.order_by("name").values_list("code", "name")),
        "employers": list(Organisation.objects.order_by("name").values_list("code", "name")),
    }
    return render(request, "roster/new.html", context, status=400 if problems else 200)


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """The shift will not be worked, or not to its end."""
    actor = _who_may(request, RIGHT)
    now = request.now  # type: ignore[attr-defined]
    with transaction.atomic():
        shift = Shift.objects.filter(pk=number).first()
        if shift is None:
            raise Http404
        rows = Shift.objects.filter(pk=number, withdrawn_at=None)
        if rows.update(withdrawn_at=now, withdrawn_by_id=actor.user_id):
            tell([number], now)
    return redirect(_of_day(local_date(shift.start))[1])


def _who_may(request: HttpRequest, right: str) -> Actor:
    actor = actor_of(request)
    if not actor.may(right):
        raise Refused
    return actor


def _as_row(typed: dict[str, str]) -> dict[str, str]:
    """What was typed as a row of a list: the same day, or the next where the end comes before the start."""
    row = {name: typed[name] for name in (*NEEDED, *OPTIONAL)}
    known = Professional.objects.filter(pk=typed["professional"]).first()
    if known:
        row |= {"name": typed["name"] or known.name, "employer": typed["employer"] or known.employer_id}
    start, end = typed["start"], typed["end"]
    last = typed["day"]
    if start and end and end <= start:
        day = _day(typed["day"], None)
        last = (day + timedelta(days=1)).isoformat() if day else last
    row["start"] = f"{typed['day']} {start}" if start else ""
    row["end"] = f"{last} {end}" if end else ""
    return row


def _mistyped(typed: dict[str, str], mistakes: Mistakes) -> None:
    """What a list may say and a slip of the finger must not: that somebody has another name, and a new employer."""
    known = Professional.objects.filter(pk=typed["professional"]).first()
    if known and typed["name"] and typed["name"].casefold() != known.name.casefold():
        what = f"This is the staff number of {known.name}."
        mistakes.add(1, "professional", what, do="Check it. Whoever has another name now is renamed by a list.")
    new = typed["employer"] and not Organisation.objects.filter(pk=typed["employer"]).exists()
    if new and not typed["employer_name"]:
        what = f"There is no employer {typed['employer']} yet."
        mistakes.add(1, "employer", what, do="Check the code, or enter the name of the new employer too.")


def _of_day(day: date) -> tuple[str, str]:
    """A day in words, and the address of its rota."""
    return say.weekday(day), f"{reverse('rota')}?day={day.isoformat()}"


def _time(at: datetime, day: date) -> str:
    """When a shift begins or ends, as seen from a day on which it is worked."""
    days = (local_date(at) - day).days
    return say.clock_time(at) + {0: "", -1: " the day before", 1: " the next day"}.get(days, f" on {say.day(at)}")


def _day(text: str, otherwise: date | None) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
