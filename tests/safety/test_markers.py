"""Nobody sees an unrelated person: a walk over every address as every role.

Every field of two people holds a text or a number found nowhere else. One is registered with the GP's
practice, the other with a practice of another locality. The other's marks must occur in no body, header, file
or log; a response that holds the marks of the one must have an earlier line of the audit trail naming them.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.small_place import NOW, Person, fill_place, make_people, record_of

from vanguard import clock
from vanguard.access.logs import PlainFormatter
from vanguard.access.models import Choice, Citizen, Mark, Opening, Relationship, User
from vanguard.access.patterns import KINDS
from vanguard.access.sessions import CITIZEN, SessionStore
from vanguard.care import hub
from vanguard.care.hub.models import Referral
from vanguard.care.hub.place import flows
from vanguard.directory.models import Practice, Team
from vanguard.flow import Received
from vanguard.web import presenters as say
from vanguard.web.demo_users import DEMO_PASSWORD, DEMO_USERS

pytestmark = pytest.mark.sqlite_in_every_run

RELATED, STRANGER = "related0001", "stranger0001"
# Answers to what was typed repeat it in its own box: that is no news to whoever typed it.
TYPED = re.compile(r'(<input[^>]*\bname="(?:text|nhs_number|birth_date|username|next)"[^>]*)value="[^"]*"')
OPEN_TO_ALL = (
    "/api/openapi.json",
    "/choose-role",
    "/health",
    "/scorecard",
    "/short-waits",
    "/sign-in",
    "/sign-out",
    "/signed-out",
)
# No circumstance of a person changes what these say: each role walks them once, in `test_marks`.
ABOUT_NOBODY = (
    "api/openapi",
    "beds",
    "choose-role",
    "data",
    "evaluations",
    "health",
    "measures",
    "rota",
    "scorecard",
    "sessions",
    "sign-",
    "signed-out",
    "users",
)
# No relationship opens anything to these, or only what it opens to others too: each walks in `test_marks`.
AS_OTHERS = {"commissioner", "admin", "taker", "lead", "ward", "council", "reable"}
PAST, SOON = clock.now() - timedelta(hours=1), clock.now() + timedelta(days=1)
NAMED_ROLES = {"gp", "nurse", "social", "hub", "surgery"}
EVALUATION = "/evaluations/frail-older-people/did_emergency_admissions_fall"
PLAN = "frail-older-people/plan_for_a_bad_turn"
MEASURE = "/measures/frail-older-people/emergency_admissions_65"


@dataclass(frozen=True)
class Ask:
    """One request of the walk; `path` may hold {person}, which stands for either of the two."""

    path: str
    post: dict[str, str] | None = None


@dataclass
class Marks:
    """Every form in which a person's fields may appear; reasons apart, which analysts see without a name."""

    person: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Circumstance:
    """What was done before the walk, and which marks of whom each user then meets: all of them and no other."""

    name: str
    prepare: Callable[[], None]
    sees: dict[str, dict[str, set[str]]]


def stranger_searches() -> list[Ask]:
    typed = ["zstrangergivenz", "zstrangerfamilyz", "zstranger", "9990090092", "999 009 0092", "999-009-0092"]
    typed += ["zstrangerfamilyz 7 March 1911", "07/03/1911"]
    return [Ask("/people/find", {"text": text}) for text in typed]


THE_LIST = "/referrals/lists/rapid_response_and_reablement_pathway/ward_team"
# Every address of the service by its pattern. A new one fails the test until it is walked here.
WALK: dict[str, list[Ask]] = {
    "": [Ask("/")],
    "health": [Ask("/health")],
    "forecast": [Ask("/forecast")],
    "forecast/<slug:whom>": [Ask("/forecast/hub"), Ask("/forecast/hospital"), Ask("/forecast/nobody")],
    "short-waits": [Ask("/short-waits")],
    "scenarios": [Ask("/scenarios")],
    "scenarios/<slug:blueprint_id>": [
        Ask("/scenarios/frail-older-people?scenario=no_night_cover&call_takers=3"),
        Ask("/scenarios/frail-older-people?call_takers=900"),
        Ask("/scenarios/frail-older-people", {"scenario": "", "call_takers": "3"}),
        Ask("/scenarios/nowhere"),
    ],
    "scenarios/<slug:blueprint_id>/years": [
        Ask("/scenarios/frail-older-people/years"),
        Ask("/scenarios/frail-older-people/years", {"future": "aligned_team"}),
        Ask("/scenarios/frail-older-people/years?future=nowhere"),
    ],
    "scenarios/<slug:blueprint_id>/learned": [
        Ask("/scenarios/frail-older-people/learned"),
        Ask("/scenarios/frail-older-people/learned", {}),
        Ask("/scenarios/nowhere/learned"),
    ],
    "scenarios/<slug:blueprint_id>/needed": [
        Ask("/scenarios/frail-older-people/needed"),
        Ask("/scenarios/frail-older-people/needed", {"scenario": "no_night_cover"}),
        Ask("/scenarios/frail-older-people/needed?scenario=nowhere"),
    ],
    "sign-in": [
        Ask("/sign-in"),
        Ask("/sign-in?next=/people/next"),
        Ask("/sign-in", {"username": "gp", "password": "no"}),
    ],
    # What a place with providers answers is in tests/access; this one has none, so that each is not there.
    "sign-in/<slug:provider>": [Ask("/sign-in/cis2?next=/people/next")],
    "sign-in/<slug:provider>/back": [Ask("/sign-in/cis2/back?code=zstranger&state=zstranger")],
    "sign-in/<slug:provider>/ended": [Ask("/sign-in/cis2/ended", {"logout_token": "zstranger"})],
    "sign-in/<slug:provider>/keys": [Ask("/sign-in/cis2/keys")],
    "choose-role": [Ask("/choose-role"), Ask("/choose-role", {"role": "0"})],
    "me": [Ask("/me"), Ask("/me", {"code": "ZSTRANGER", "birth_date": "7 March 1911"})],
    "me/record": [Ask("/me/record")],
    "me/looks": [Ask("/me/looks")],
    "me/records/<str:person_id>": [Ask("/me/records/{person}"), Ask("/me/records/nobody0001")],
    "sign-out": [Ask("/sign-out")],
    "signed-out": [Ask("/signed-out")],
    "sessions": [Ask("/sessions"), Ask("/sessions", {"mark": "0"})],
    "users": [Ask("/users"), Ask("/users", {"end": "one", "username": "nobody"})],
    "people/next": [
        Ask("/people/next"),
        Ask("/people/next?practice=K80003"),
        Ask("/people/next?locality=south"),
        Ask("/people/next?sort=name&order=up"),
        Ask("/people/next?sort=last_admission&order=down&page=2"),
        Ask("/people/next?sort=nhs_number&page=-1&practice='"),
    ],
    "people/next.csv": [
        Ask("/people/next.csv"),
        Ask("/people/next.csv?for=evaluation-2018"),
        Ask("/people/next.csv?for=%3D../"),
    ],
    "people/find": [
        Ask("/people/find"),
        Ask("/people/find", {"text": ""}),
        Ask("/people/find", {"text": "zrelated"}),
        *stranger_searches(),
    ],
    "people/emergency": [
        Ask("/people/emergency"),
        Ask(
            "/people/emergency",
            {"nhs_number": "9990090092", "birth_date": "8 March 1911", "reason": "in our department now"},
        ),
        Ask("/people/emergency", {"nhs_number": "9990090092", "birth_date": "7 March 1911", "reason": "no"}),
    ],
    "people/<str:person_id>": [
        Ask("/people/{person}"),
        Ask("/people/{person}?setting=inpatient&kind=Encounter&new=1&page=2"),
        Ask("/people/nobody0001"),
    ],
    "people/<str:person_id>/reason": [
        Ask("/people/{person}/reason"),
        Ask("/people/{person}/reason", {"reason": "no"}),
    ],
    "people/<str:person_id>/choices": [
        Ask("/people/{person}/choices"),
        Ask("/people/{person}/choices", {"sharing": "", "planning": "yes"}),
        Ask("/people/{person}/choices", {"sharing": "nothing"}),
    ],
    "people/<str:person_id>/relatives": [
        Ask("/people/{person}/relatives"),
        Ask("/people/{person}/relatives", {"whom": "", "item": "full", "last_day": "6 August 2027"}),
    ],
    "people/<str:person_id>/relatives/<int:number>/end": [
        Ask("/people/{person}/relatives/999999/end", {}),
        Ask("/people/{person}/relatives/999999/end"),
    ],
    # The last is what stands: the walk leaves it open.
    "people/<str:person_id>/own-view": [
        Ask("/people/{person}/own-view", {}),
        Ask("/people/{person}/own-view", {"open": "yes"}),
    ],
    "plans": [Ask("/plans")],
    "people/<str:person_id>/plans": [Ask("/people/{person}/plans"), Ask("/people/nobody0001/plans")],
    "people/<str:person_id>/plans/<int:number>/theirs": [
        Ask("/people/{person}/plans/999999/theirs", {"theirs": "yes"}),
        Ask("/people/{person}/plans/999999/theirs"),
    ],
    "people/<str:person_id>/plans/<int:number>/whose": [
        Ask("/people/{person}/plans/999999/whose", {"whose": "theirs"}),
        Ask("/people/{person}/plans/999999/whose"),
    ],
    "people/<str:person_id>/plans/<slug:blueprint>/<slug:template>": [
        Ask(f"/people/{{person}}/plans/{PLAN}"),
        Ask(f"/people/{{person}}/plans/{PLAN}", {"plan": "0", "seen": "0", "bad_turn_signs": ""}),
        Ask("/people/{person}/plans/nothing/nothing"),
    ],
    "people/<str:person_id>/plans/<slug:blueprint>/<slug:template>/<int:number>/end": [
        Ask(f"/people/{{person}}/plans/{PLAN}/999999/end", {"why": "zstranger"}),
        Ask(f"/people/{{person}}/plans/{PLAN}/999999/end"),
    ],
    "people/<str:person_id>/looks": [Ask("/people/{person}/looks"), Ask("/people/{person}/looks?page=2")],
    "privacy": [Ask("/privacy"), Ask("/privacy?show=done")],
    "privacy/looks": [
        Ask("/privacy/looks"),
        Ask("/privacy/looks", {"nhs_number": "9990090092", "birth_date": "7 March 1911"}),
        Ask("/privacy/looks", {"nhs_number": "9990090092", "birth_date": "8 March 1911"}),
    ],
    "privacy/<int:number>": [
        Ask("/privacy/{opening}"),
        Ask("/privacy/{opening}", {"outcome": ""}),
        Ask("/privacy/{opening}", {"outcome": "asked", "words": "w" * 501}),
        Ask("/privacy/999999"),
        Ask("/privacy/999999", {"outcome": "asked"}),
    ],
    "privacy/patterns": [Ask("/privacy/patterns")],
    "privacy/patterns/<slug:kind>/<str:username>": [
        *(Ask(f"/privacy/patterns/{kind}/{who}") for kind in KINDS for who in ("gp", "nurse")),
        Ask("/privacy/patterns/own_name/nobody"),
        Ask("/privacy/patterns/no-such-kind/gp"),
    ],
    "privacy/marks": [
        Ask("/privacy/marks"),
        Ask("/privacy/marks", {"nhs_number": "1", "birth_date": "", "kind": "", "reason": ""}),
        Ask(
            "/privacy/marks",
            {"nhs_number": "9990090092", "birth_date": "8 March 1911", "kind": "staff", "reason": "asked us to do so"},
        ),
    ],
    "privacy/marks/<int:number>/end": [Ask("/privacy/marks/999999/end", {}), Ask("/privacy/marks/999999/end")],
    "referrals": [Ask("/referrals"), Ask("/referrals?locality=south&step='&lead=zstranger&seen=0-0-0")],
    # A call about the stranger is a relationship to them: test_pages of the hub follows one.
    "referrals/call": [
        Ask("/referrals/call"),
        Ask("/referrals/call", {"text": "zstrangerfamilyz"}),
        Ask("/referrals/call", {"text": "zstrangerfamilyz 8 March 1911"}),
        Ask("/referrals/call", {"text": "", "unmet": "yes"}),
    ],
    "referrals/new": [
        Ask("/referrals/new"),
        Ask("/referrals/new", {"text": "zstrangerfamilyz"}),
        Ask("/referrals/new", {"text": "zstrangerfamilyz 8 March 1911"}),
        Ask("/referrals/new", {"person": STRANGER}),
    ],
    "referrals/drafts/<uuid:number>": [
        Ask("/referrals/drafts/00000000-0000-0000-0000-000000000000"),
        Ask("/referrals/drafts/00000000-0000-0000-0000-000000000000", {"referrer": "zstranger"}),
    ],
    "referrals/mine": [Ask("/referrals/mine"), Ask("/referrals/mine?seen=0-0-0")],
    "referrals/mine/<int:number>": [Ask("/referrals/mine/999999")],
    "referrals/lists/<slug:pathway>/<slug:origin>": [
        Ask(THE_LIST),
        Ask("/referrals/lists/nothing/nobody"),
        Ask(THE_LIST, {"text": "zstrangerfamilyz 8 March 1911", "place": "", "since": "1 August 2018"}),
    ],
    "referrals/lists/<slug:pathway>/<slug:origin>/<int:number>": [
        Ask(f"{THE_LIST}/999999", {"do": "refer"}),
        Ask(f"{THE_LIST}/999999", {"do": "off", "why": "zstranger"}),
    ],
    "api/referrals": [Ask("/api/referrals"), Ask("/api/referrals", {"person": "zstranger"})],
    "api/referrals/<int:number>": [Ask("/api/referrals/999999")],
    "referrals/<int:number>": [
        Ask("/referrals/999999"),
        Ask("/referrals/{referral}"),
        Ask("/referrals/{referral}", {"do": "close", "seen": "1"}),
    ],
    "referrals/<int:number>/bed": [
        Ask("/referrals/{referral}/bed"),
        Ask("/referrals/{referral}/bed", {"do": "hold", "bed": "1"}),
    ],
    "referrals/<int:number>/who/<slug:step>": [
        Ask("/referrals/{referral}/who/zstranger"),
        Ask("/referrals/{referral}/who/zstranger", {"professional": "zstranger", "instead_of": "0"}),
    ],
    "beds": [Ask("/beds"), Ask("/beds?place=zstranger&status='&sex=&need=zstranger&seen=0-0-0-0")],
    "beds/new": [Ask("/beds/new"), Ask("/beds/new", {"place": "zstranger", "kind": "'"})],
    "beds/use": [Ask("/beds/use"), Ask("/beds/use?weeks=zstranger")],
    "beds/<int:number>": [Ask("/beds/999999"), Ask("/beds/999999", {"status": "closed", "seen": "1", "why": "w"})],
    "rota": [Ask("/rota"), Ask("/rota?day=zstranger")],
    "rota/new": [Ask("/rota/new"), Ask("/rota/new", {"professional": "'", "pool": "'", "day": "2026-11-02"})],
    "rota/<int:number>/back": [Ask("/rota/999999/back", {})],
    "referrals/<int:number>/notes": [
        Ask("/referrals/{referral}/notes", {"key": "00000000-0000-4000-8000-000000000000", "words": "zstranger"}),
        Ask("/referrals/999999/notes", {"key": "zstranger"}),
    ],
    "referrals/numbers": [Ask("/referrals/numbers")],
    "referrals/numbers/<slug:table>": [
        Ask("/referrals/numbers/still_open?of=zstranger&of="),
        Ask("/referrals/numbers/referrals_by_hour?of=0&of=09"),
        Ask("/referrals/numbers/nothing"),
    ],
    # A letter about a person is made by a referral: test_letters of the hub follows some.
    "letters": [Ask("/letters")],
    "letters/<int:number>": [Ask("/letters/999999")],
    "referrals/notices": [Ask("/referrals/notices"), Ask("/referrals/notices?page=zstranger")],
    "referrals/notices/<int:number>/seen": [Ask("/referrals/notices/999999/seen", {})],
    # The marks of a place with measures are walked in tests/learn/board; this place has none.
    "measures": [Ask("/measures")],
    "measures/two-sources": [Ask("/measures/two-sources")],
    "measures/practice": [Ask("/measures/practice")],
    "measures/review": [Ask("/measures/review")],
    "measures/<slug:blueprint_id>/<slug:measure_id>": [
        Ask(MEASURE),
        Ask(f"{MEASURE}?by=practice&part=K80003&standardised=1"),
        Ask(f"{MEASURE}?by='&part=zstranger"),
    ],
    "measures/<slug:blueprint_id>/<slug:measure_id>/points.csv": [
        Ask(f"{MEASURE}/points.csv"),
        Ask(f"{MEASURE}/points.csv?for=%3D../"),
    ],
    "measures/<slug:blueprint_id>/<slug:measure_id>/peers": [Ask(f"{MEASURE}/peers"), Ask(f"{MEASURE}/peers?by='")],
    "measures/<slug:blueprint_id>/<slug:measure_id>/<slug:start>": [
        Ask(f"{MEASURE}/2026-01-01"),
        Ask("/measures/nothing/nothing/nothing"),
    ],
    "measures/<slug:blueprint_id>/<slug:measure_id>/<slug:start>/rows.csv": [
        Ask(f"{MEASURE}/2026-01-01/rows.csv"),
        Ask(f"{MEASURE}/2026-01-01/rows.csv?for=evaluation"),
    ],
    "evaluations": [Ask("/evaluations")],
    "evaluations/<slug:blueprint_id>/<slug:evaluation_id>": [Ask(EVALUATION), Ask("/evaluations/nothing/nothing")],
    "evaluations/<slug:blueprint_id>/<slug:evaluation_id>/<slug:table>.csv": [
        Ask(f"{EVALUATION}/course.csv"),
        Ask(f"{EVALUATION}/who.csv?for=%3D../"),
    ],
    "scorecard": [Ask("/scorecard")],
    "data": [Ask("/data")],
    "data/feeds/<slug:feed>": [Ask("/data/feeds/gp_events"), Ask("/data/feeds/nothing")],
    "data/quarantine": [Ask("/data/quarantine"), Ask("/data/quarantine?feed=gp_events")],
    "data/quarantine.csv": [Ask("/data/quarantine.csv"), Ask("/data/quarantine.csv?for=%3D../")],
    "data/quarantine/<slug:row_id>": [
        Ask("/data/quarantine/q1"),
        Ask("/data/quarantine/nothing"),
        Ask("/data/quarantine/q1", {"column-0": "zstranger"}),
    ],
    "api/persons/<str:person_id>/record": [
        Ask("/api/persons/{person}/record"),
        Ask("/api/persons/nobody0001/record"),
    ],
    "api/openapi.json": [Ask("/api/openapi.json")],
}


def test_the_walk_knows_every_address() -> None:
    assert set(patterns(get_resolver().url_patterns)) == set(WALK)


@pytest.mark.parametrize("username", ["", *[username for username, *_ in DEMO_USERS]])
def test_marks(
    db: None, place: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], username: str
) -> None:
    caplog.set_level(logging.DEBUG)
    related, stranger = (
        marked_person(RELATED, "zrelated", "K80001", 1),
        marked_person(STRANGER, "zstranger", "K80003", 2),
    )
    fill_place(place, [*make_people(12), related, stranger], [marked_row()])
    confine_the_team()
    refer_the_stranger()
    client = Client(raise_request_exception=False)
    if username:
        assert client.post("/sign-in", {"username": username, "password": DEMO_PASSWORD}).status_code == 302
    seen = 0
    for ask in every_ask():
        answer = client.get(ask.path) if ask.post is None else client.post(ask.path, ask.post)
        text = everything_sent(answer)
        where = f"{username or 'nobody'} {ask}"
        assert answer.status_code < 500, where
        assert not marks_in(text, marks_of(stranger).person), where
        if username != "analyst":
            assert not marks_in(text, marks_of(stranger).reasons), where
        if marks_in(text, marks_of(related).person):
            seen += 1
            assert username in NAMED_ROLES, where
            assert RELATED in people_on_record(place, answer.headers["X-Request-Id"]), where
        if marks_in(text, marks_of(related).reasons) or marks_in(text, marks_of(stranger).reasons):
            assert rows_on_record(place, answer.headers["X-Request-Id"]), where
        if "zquarantinez" in text:
            assert username == "admin", where
            assert rows_on_record(place, answer.headers["X-Request-Id"]), where
    # A walk that saw nothing would prove nothing.
    assert (seen >= 6) == (username in NAMED_ROLES)
    out, err = capfd.readouterr()
    written = [caplog.text, out, err, *(file.read_text(errors="replace") for file in kept_files(place))]
    for kept in written:
        for person in (related, stranger):
            assert not marks_in(kept, marks_of(person).person + marks_of(person).reasons)


def test_a_citizen_reaches_no_professional_s_page(db: None, place: Path) -> None:
    """Somebody from the public who is signed in is shown nobody, whatever address they try."""
    people = [marked_person(RELATED, "zrelated", "K80001", 1), marked_person(STRANGER, "zstranger", "K80003", 2)]
    fill_place(place, people, [marked_row()])
    citizen = Citizen.objects.create(issuer="https://public.example", subject="1", name="A Citizen")
    session = SessionStore()
    session[CITIZEN] = citizen.pk
    session.create()
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = session.session_key
    assert "A Citizen" in client.get("/me").content.decode()
    asks = [ask for ask in every_ask() if ask.post is None or not ask.path.startswith(("/sign-in", "/sign-out"))]
    for ask in asks:
        answer = client.get(ask.path) if ask.post is None else client.post(ask.path, ask.post)
        assert not marks_in(everything_sent(answer), [one for person in people for one in marks_of(person).person])
        if ask.path.startswith("/me/"):
            assert answer.status_code == 404, ask
        elif not ask.path.startswith(OPEN_TO_ALL) and ask.path not in ("/me", "/sessions"):
            turned_away = answer.headers.get("Location", "").startswith("/sign-in?next=")
            assert turned_away or answer.status_code == 401, ask
    assert "A Citizen" in client.get("/me").content.decode(), "and is signed in still"


WHOLE = {"identity", "summary", "entries", "reasons"}
KEY = {"identity", "summary"}
LISTED = {RELATED: {"identity"}}
# Before anything is done: everyone related sees the related, only their practice what is kept back.
USUAL: dict[str, dict[str, set[str]]] = {
    "gp": {RELATED: WHOLE | {"kept back"}},
    "nurse": {RELATED: WHOLE},
    "social": {RELATED: WHOLE},
    "hub": {RELATED: WHOLE},
    "surgery": {RELATED: WHOLE | {"kept back"}},
    "analyst": {RELATED: {"reasons"}, STRANGER: {"reasons"}},
}


def each(usernames: set[str], sees: dict[str, set[str]]) -> dict[str, dict[str, set[str]]]:
    return dict.fromkeys(usernames, sees)


def tie(username: str, kind: str, *, until: datetime = SOON, scope: str = "", person: str = STRANGER) -> None:
    holder = str(User.objects.get(username=username).pk)
    Relationship.objects.create(
        person_id=person, kind=kind, holder_kind="user", holder_id=holder, scope=scope, start=PAST, until=until
    )


def chosen(sharing: str, *, planning: bool = True) -> None:
    for person in (RELATED, STRANGER):
        gp = User.objects.get(username="gp")
        Choice.objects.create(
            person_id=person, sharing=sharing, planning=planning, start=PAST, made_by=gp, role="gp", note="said so"
        )


def watched() -> None:
    officer = User.objects.get(username="privacy")
    Mark.objects.create(person_id=RELATED, kind="staff", reason="works here", start=PAST, made_by=officer)


def opened(username: str, kind: str, person: str) -> None:
    """An opening as it stands on the queue; the glass of a broken one is open."""
    user = User.objects.get(username=username)
    Opening.objects.create(
        kind=kind, user=user, role=user.role, person_id=person, at=PAST, until=SOON, reason="was in our department"
    )
    if kind == "break_glass":
        tie(username, kind, person=person)


CIRCUMSTANCES = [
    Circumstance("as they are", lambda: None, USUAL),
    Circumstance(
        "the stranger is on the phone",
        lambda: tie("hub", "provisional_call"),
        USUAL | {"hub": {RELATED: WHOLE, STRANGER: KEY}},
    ),
    Circumstance("the call is over", lambda: tie("hub", "provisional_call", until=PAST), USUAL),
    Circumstance(
        "the stranger is on a caseload",
        lambda: tie("nurse", "caseload"),
        USUAL | {"nurse": {RELATED: WHOLE, STRANGER: WHOLE | {"kept back"}}},
    ),
    Circumstance(
        "the stranger was referred",
        lambda: tie("social", "referred"),
        USUAL | {"social": {RELATED: WHOLE, STRANGER: WHOLE}},
    ),
    Circumstance(
        "the stranger lives in a home",
        lambda: tie("social", "care_home"),
        USUAL | {"social": {RELATED: WHOLE, STRANGER: KEY}},
    ),
    Circumstance("a relationship that the role has not", lambda: tie("gp", "relative"), USUAL),
    Circumstance(
        "the friend of the stranger",
        lambda: tie("friend", "relative", scope="summary"),
        USUAL | {"friend": {STRANGER: KEY}},
    ),
    Circumstance(
        "the glass is broken",
        lambda: opened("nurse", "break_glass", STRANGER),
        USUAL | {"nurse": {RELATED: WHOLE, STRANGER: {*KEY, "entries"}}, "privacy": {STRANGER: {"identity"}}},
    ),
    Circumstance(
        "key information only",
        lambda: chosen("key_information"),
        USUAL | each(NAMED_ROLES, {RELATED: KEY}),
    ),
    Circumstance(
        "nothing is shared",
        lambda: chosen("nothing"),
        {"gp": {RELATED: {"identity"}}, "surgery": {RELATED: {"identity"}}, "analyst": USUAL["analyst"]},
    ),
    Circumstance(
        "nothing is shared and the glass is broken",
        lambda: (chosen("nothing"), opened("nurse", "break_glass", STRANGER)),
        {
            "gp": {RELATED: {"identity"}},
            "surgery": {RELATED: {"identity"}},
            "analyst": USUAL["analyst"],
            "nurse": {STRANGER: KEY},
            "privacy": {STRANGER: {"identity"}},
        },
    ),
    Circumstance("not for planning", lambda: chosen("share_all", planning=False), USUAL | {"analyst": {}}),
    Circumstance(
        "the record is watched",
        watched,
        USUAL | each(NAMED_ROLES, LISTED) | {"privacy": {RELATED: {"identity"}}},
    ),
    Circumstance(
        "the record is watched and a reason given",
        lambda: (watched(), opened("gp", "marked", RELATED)),
        USUAL | each(NAMED_ROLES - {"gp"}, LISTED) | {"privacy": {RELATED: {"identity"}}},
    ),
]


# Of each kind one in every run, the others by hand.
IN_EVERY_RUN = {
    "the friend of the stranger",
    "the record is watched",
}
WALKED = [
    pytest.param(one, id=one.name, marks=() if one.name in IN_EVERY_RUN else pytest.mark.long) for one in CIRCUMSTANCES
]


# On both databases: how each decides (tests/access/test_standing.py), and the same walk through two server processes.
@pytest.mark.sqlite_only
@pytest.mark.parametrize("circumstance", WALKED)
def test_marks_in_every_circumstance(db: None, place: Path, circumstance: Circumstance) -> None:
    """In each role, exactly the parts of a person that the policy opens are met, each on record."""
    people = [marked_person(RELATED, "zrelated", "K80001", 1), marked_person(STRANGER, "zstranger", "K80003", 2)]
    fill_place(place, people)
    confine_the_team()
    refer_the_stranger()
    User.objects.create_user("friend", DEMO_PASSWORD, name="Pat Friend", role="relative")
    circumstance.prepare()
    groups = {person.id: groups_of(person) for person in people}
    for username in [name for name, *_ in DEMO_USERS if name not in AS_OTHERS] + ["friend"]:
        client = signed_in(username)
        met: dict[str, set[str]] = {}
        for ask in every_ask(but_for=ABOUT_NOBODY):
            answer = client.get(ask.path) if ask.post is None else client.post(ask.path, ask.post)
            assert answer.status_code < 500, f"{username} {ask}"
            text = everything_sent(answer)
            for person_id, marks in groups.items():
                found = {group for group, some in marks.items() if marks_in(text, some)}
                if found:
                    met.setdefault(person_id, set()).update(found)
                    assert found <= circumstance.sees.get(username, {}).get(person_id, set()), f"{username} {ask}"
                if found - {"reasons"}:
                    assert person_id in people_on_record(place, answer.headers["X-Request-Id"]), f"{username} {ask}"
        assert met == circumstance.sees.get(username, {}), username


def test_one_more_person_of_others_changes_no_count(db: None, place: Path) -> None:
    related = marked_person(RELATED, "zrelated", "K80001", 1)
    fill_place(place, [related])
    confine_the_team()
    before = {username: listed(username) for username in ("gp", "nurse", "hub")}
    fill_place(place, [related, marked_person(STRANGER, "zstranger", "K80003", 2)])
    assert {username: listed(username) for username in before} == before


def test_an_error_tells_nothing_of_the_person(
    db: None, place: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    related = marked_person(RELATED, "zrelated", "K80001", 1)
    fill_place(place, [related])

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"cannot draw {related.columns['family_name']} {related.columns['nhs_number']}")

    monkeypatch.setattr("vanguard.know.record.views.person.timeline", fail)
    client = Client(raise_request_exception=False)
    client.post("/sign-in", {"username": "gp", "password": DEMO_PASSWORD})
    answer = client.get(f"/people/{RELATED}")
    assert answer.status_code == 500
    assert not marks_in(everything_sent(answer), marks_of(related).person)
    assert "zrelatedfamilyz" in caplog.text
    logged = "\n".join(PlainFormatter().format(record) for record in caplog.records)
    assert "ValueError" in logged
    assert not marks_in(logged, marks_of(related).person)


def test_breaking_the_glass_opens_one_record_on_record(db: None, place: Path) -> None:
    stranger = marked_person(STRANGER, "zstranger", "K80003", 2)
    fill_place(place, [marked_person(RELATED, "zrelated", "K80001", 1), stranger])
    client = Client()
    client.post("/sign-in", {"username": "gp", "password": DEMO_PASSWORD})
    asked = {
        "nhs_number": "999 009 0092",
        "birth_date": "7/3/1911",
        "reason": "unconscious in our department",
    }
    answer = client.post("/people/emergency", asked)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/people/{STRANGER}"
    assert not marks_in(everything_sent(answer), marks_of(stranger).person)
    opened = client.get(f"/people/{STRANGER}")
    assert marks_in(everything_sent(opened), marks_of(stranger).person)
    assert STRANGER in people_on_record(place, opened.headers["X-Request-Id"])
    # The privacy officer and the person's own practice know at once, and nobody else.
    hilltop = User.objects.create_user("hilltop", name="H", role="gp", practice=Practice.objects.get(code="K80003"))
    for username, address, knows in [
        ("privacy", "/privacy", True),
        (hilltop, "/", True),
        ("admin", "/users", False),
        ("nurse", "/", False),
    ]:
        theirs = signed_in(username) if isinstance(username, str) else Client()
        if not isinstance(username, str):
            theirs.force_login(username)
        told = theirs.get(address)
        assert bool(marks_in(everything_sent(told), groups_of(stranger)["identity"])) == knows, address
        assert not knows or STRANGER in people_on_record(place, told.headers["X-Request-Id"])
    # Lists and search stay as they were.
    for ask in (Ask("/"), Ask("/people/next"), *stranger_searches()):
        answer = client.get(ask.path) if ask.post is None else client.post(ask.path, ask.post)
        assert not marks_in(everything_sent(answer), marks_of(stranger).person)


def patterns(found: list[Any], before: str = "") -> Iterator[str]:
    """Every pattern of the address table, with what stands before it."""
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern)


def every_ask(but_for: tuple[str, ...] = ()) -> Iterator[Ask]:
    """Every request of the walk, but for the addresses whose patterns begin so."""
    for asks in (asks for pattern, asks in WALK.items() if not (but_for and pattern.startswith(but_for))):
        for ask in asks:
            whom = (RELATED, STRANGER) if "{person}" in ask.path else ("",)
            opened = Opening.objects.values_list("pk", flat=True) if "{opening}" in ask.path else (0,)
            for one in whom:
                for number in opened:
                    path = ask.path.replace("{person}", one).replace("{opening}", str(number))
                    yield Ask(path.replace("{referral}", str(the_referral())), ask.post)


def refer_the_stranger() -> None:
    """The stranger is referred, in the south: whoever takes part in referrals there would see who they are."""
    stranger = marked_person(STRANGER, "zstranger", "K80003", 2).columns
    told = ("given_name", "family_name", "nhs_number", "birth_date", "sex", "address", "postcode", "phone")
    about = hub.About(person_id=STRANGER, locality="south", **{name: stranger[name] for name in told})
    received = Received(clock.now(), "general_practice", "phone", age=99, sex="female")
    named, flow = next(flows())
    hub.receive(named, flow.pathway.id, about, hub.Referrer("zstrangerbyz"), received, by=None, now=clock.now())


def the_referral() -> int:
    """The number of the stranger's referral; of none where there is none."""
    return Referral.objects.filter(person_id=STRANGER).values_list("pk", flat=True).first() or 999999


def marked_person(person_id: str, mark: str, practice: str, number: int) -> Person:
    """A person whose every field is unlike anyone else's."""
    made = iter(range(100))

    def text(what: str) -> str:
        return f"{mark}{what}z"

    def noted(what: str) -> dict[str, str]:
        return {
            "label": text(f"{what}{next(made)}"),
            "code": text(f"{what}code"),
            "since": f"1912-0{number}-11",
            "source": text("by"),
        }

    columns = {
        "person_id": person_id,
        "nhs_number": ("9990080011", "9990090092")[number - 1],
        "given_name": text("given"),
        "family_name": text("family"),
        "birth_date": date(1911, 3, 5 + number),
        "sex": "female",
        "address": text("address"),
        "postcode": f"ZZ{number} 9ZZ",
        "phone": f"0199 99990{number}",
        "practice": practice,
        "area": f"E0199990{number}",
    }
    entries = [
        {
            "id": text(f"id{one}"), "kind": kind, "setting": setting, "status": "finished",
            "method": "emergency", "start": f"2026-0{number}-0{one + 1}T08:00:00Z",
            "end": f"2026-0{number}-1{one}T08:00:00Z",
            "date": f"2026-0{number}-0{one + 1}", "end_date": f"2026-0{number}-1{one}", "timed": True,
            "codes": [text(f"code{one}")], "display": text(f"display{one}"),
            "value": 7_700_000_000.0 + number * 1000 + one, "unit": text("unit"), "text": text(f"text{one}"),
            "place": text("place"), "source": text("source"),
            "known_from": "2026-02-02T02:00:00Z",
        }
        for one, (kind, setting) in enumerate(
            [
                ("Encounter", "inpatient"),
                ("Encounter", "primary_care"),
                ("Observation", "primary_care"),
                ("Condition", text("setting")),
            ]
        )
    ]  # fmt: skip
    entries.append(entries[2] | {"id": text("keptid"), "codes": ["icd10:A541"], "display": text("keptentry")})
    # The dead are on no list: the day of death stands in the record alone, so that the lists are walked too.
    record = record_of(
        columns | {"death_date": date(2026, 2, 20 + number)},
        entries,
        conditions=[noted("condition"), noted("keptcondition") | {"code": "icd10:A541"}],
        medicines=[noted("medicine")],
        alerts=[noted("alert")],
    )
    return Person(columns, record, reasons=(text("reason"),), priority=99)


def marked_row() -> dict[str, Any]:
    return {
        "row_id": "q1", "feed": "gp_events", "file": "gp_events_20261120.csv", "line": 17,
        "column": "event_at", "reason": "event_at is zquarantinezreason; expected a date.",
        "row": '{"event_at": "zquarantinezreason", "patient_id": "zquarantinezid"}', "load_id": "a1",
        "extracted_at": NOW,
    }  # fmt: skip


def marks_of(person: Person) -> Marks:
    """The marks of a person as they would be written."""
    columns = person.columns
    texts = [text for text in leaves(person.record) if text.startswith("z")]
    number = columns["nhs_number"]
    born, died = columns["birth_date"], date.fromisoformat(person.record["person"]["death_date"])
    texts += [
        number,
        f"{number[:3]} {number[3:6]} {number[6:]}",
        columns["postcode"],
        columns["phone"],
        columns["area"],
    ]
    texts += [f"{day.day} {name} {day.year}" for day, name in ((born, "March"), (died, "February"))]
    texts += [born.isoformat(), died.isoformat()]
    values = [entry["value"] for entry in person.record["entries"]]
    texts += [form for value in values for form in (f"{value:.0f}", f"{value:,.0f}")]
    return Marks(texts, list(person.reasons))


def groups_of(person: Person) -> dict[str, list[str]]:
    """The marks of a person by the part of the record that they belong to."""
    parts = {
        "identity": {name: person.record["person"][name] for name in ("given_name", "family_name", "nhs_number")},
        "summary": {name: person.record["person"][name] for name in ("address", "postcode", "phone")}
        | {name: person.record[name] for name in ("conditions", "medicines", "alerts")},
        "entries": person.record["entries"],
    }
    texts = {name: [text for text in leaves(part) if is_mark(text, person)] for name, part in parts.items()}
    groups = {name: [text for text in some if "kept" not in text] for name, some in texts.items()}
    groups["identity"].append(say.nhs_number(person.columns["nhs_number"]))
    # Whatever all sections share, such as who told us, is in none.
    groups["entries"] = [text for text in groups["entries"] if text not in groups["summary"]]
    kept = [text for some in texts.values() for text in some if "kept" in text]
    return groups | {"kept back": kept, "reasons": list(person.reasons)}


def is_mark(text: str, person: Person) -> bool:
    """Whether a text is found nowhere but in this person's fields."""
    whole = {person.columns[name] for name in ("nhs_number", "postcode", "phone")}
    return text.startswith("zrelated" if person.id == RELATED else "zstranger") or text in whole


def leaves(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from leaves(value)
    elif isinstance(data, list):
        for value in data:
            yield from leaves(value)
    elif isinstance(data, str):
        yield data


def marks_in(text: str, marks: list[str]) -> list[str]:
    folded = text.casefold()
    return [mark for mark in marks if mark.casefold() in folded]


def everything_sent(answer: Any) -> str:
    """Body and headers, without what the asker typed."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    body = TYPED.sub(r"\1", answer.content.decode())
    return f"{headers}\n{answer.cookies.output()}\n{body}"


def audit_lines(place: Path, request: str) -> list[dict[str, Any]]:
    lines = [
        orjson.loads(line) for file in (place / "audit").glob("*.jsonl") for line in file.read_bytes().splitlines()
    ]
    return [line for line in lines if line.get("request") == request and line["outcome"] == "shown"]


def people_on_record(place: Path, request: str) -> set[str]:
    """Whom the audit trail says this request was shown."""
    whom = [line["whom"] for line in audit_lines(place, request)]
    return {one for part in whom for one in (part if isinstance(part, list) else [part])}


def rows_on_record(place: Path, request: str) -> bool:
    """Whether the audit trail says that this request was shown anything."""
    return bool(audit_lines(place, request))


def kept_files(place: Path) -> list[Path]:
    """Files that the service writes beside its database and the lake."""
    holds_the_record = ("lake", "service.sqlite3")
    files = (file for file in place.rglob("*") if file.is_file())
    return [file for file in files if not file.relative_to(place).parts[0].startswith(holds_the_record)]


def confine_the_team() -> None:
    """Every team of this town works in the north only, so that somebody is a stranger to the referral point too."""
    north = list(Team.objects.filter(locality="north"))
    for user in User.objects.exclude(teams=None):
        user.teams.set(north)
    User.objects.filter(username="gp").update(practice=Practice.objects.get(code="K80001"))


def listed(username: str) -> list[str]:
    """What the pages that count people say, without what changes with each request."""
    client: Client = signed_in(username)
    pages: list[Callable[[], Any]] = [
        lambda: client.get("/"),
        lambda: client.get("/people/next"),
        lambda: client.post("/people/find", {"text": "z"}),
    ]
    return [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page().content.decode()) for page in pages]


def signed_in(username: str) -> Client:
    client = Client()
    client.post("/sign-in", {"username": username, "password": DEMO_PASSWORD})
    return client
