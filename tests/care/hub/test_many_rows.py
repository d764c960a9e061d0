"""However many rows a page shows, it asks the database as often; and the long past of a load is what the hub writes."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from benchmarks.referral_point.courses import IN_REABLEMENT, OVER, UNDECIDED, UNVISITED, actor, live
from benchmarks.referral_point.past import Maker, add_open, columns_of, first_ones, rows_of, write
from benchmarks.referral_point.place import BEDS, PASSWORD, PRACTICES, Person, fill_place
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from vanguard import clock
from vanguard.care import hub
from vanguard.care.beds.models import Bed, BedChange
from vanguard.care.beds.used import changes_since
from vanguard.care.hub.board import LATE, VERSION, board
from vanguard.care.hub.models import Deadline, Letter, Listed, Notice, Referral
from vanguard.care.hub.notices import notice
from vanguard.care.hub.place import running
from vanguard.care.outbox.models import Outgoing
from vanguard.care.roster.models import Allocation
from vanguard.care.team.models import Plan
from vanguard.directory.models import Practice, Professional

PEOPLE = 300
FEW, MANY = 5, 50
# How long the past is, and how many steps of the database are counted as one.
LONG, STEP = 300, 5
# Letters for more than a page.
ENOUGH = 120


@pytest.fixture
def at_work(db, place) -> datetime:
    running.cache_clear()
    hub.flow_of.cache_clear()
    hub.blueprint_of.cache_clear()
    now = clock.now().replace(microsecond=0)
    fill_place(place, PEOPLE, now, professionals=5)
    return now


def more(firsts: list[int], now: datetime, count: int) -> None:
    """So many more open referrals of each kind, persons on a ward's list, and errands of one nurse."""
    for first in firsts:
        add_open(first, count, PEOPLE)
    nurse = Professional.objects.get(username="nurse0")
    ward, visit = actor("ward"), actor("triage0")
    there = set(Allocation.objects.filter(ended_at=None).values_list("referral", flat=True))
    goes = Referral.objects.filter(ended_at=None, step="response_visit").exclude(pk__in=there)
    Allocation.objects.filter(ended_at=None).update(professional=nurse)
    for one in goes:
        Allocation.objects.create(
            referral=one.pk, step="response_visit", professional=nurse, employer_id="TRUST", by_id=visit.user_id, at=now
        )
    Listed.objects.bulk_create(
        Listed(
            pathway=one.pathway, origin="ward_team", place="Ward 3", person_id=one.person_id,
            family_name=one.family_name, birth_date=one.birth_date, since=now, added_by_id=ward.user_id, added_at=now,
        )
        for one in Referral.objects.filter(ended_at=None, listed=None)[:count]
    )  # fmt: skip
    last = Bed.objects.order_by("-pk").first()
    assert last
    gone_by = now - timedelta(days=60)
    for number in range(count):
        last.pk, last.name = None, f"More {uuid.uuid4().hex[:8]} {number}"
        last.save()
        changes = ((0, gone_by, "open"), (1, gone_by + timedelta(days=9), "closed"), (2, now, "open"))
        BedChange.objects.bulk_create(
            BedChange(bed=last, number=which, status=status, at=at, recorded_at=at) for which, at, status in changes
        )
    practice = Person(0).practice
    theirs = [one for one in map(Person, range(PEOPLE)) if one.practice == practice]
    for number in range(count):
        who = theirs[number % len(theirs)]
        letter = Referral.objects.filter(ended_at=None).order_by("pk")[number]
        Letter.objects.create(
            referral=letter, happening=900 + Letter.objects.count(), role="general_practitioner", to="The practice",
            practice_id=practice, subject="Who", item="identity", body="", made_at=now,
        )  # fmt: skip
        Plan.objects.create(
            key=uuid.uuid4().hex, person_id=who.id, blueprint="frail-older-people", template="plan_for_a_bad_turn",
            look_again_on=now.date(), begun_at=now,
        )  # fmt: skip


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is kept for the life of a process is read once
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(asked)


def test_no_page_asks_more_often_for_more_rows(at_work):
    from vanguard.access import hashed_password, make_local_account

    make_local_account("ward", hashed_password(PASSWORD), name="Grace Adeleke", role="referring_professional")
    firsts = first_ones((UNDECIDED, UNVISITED, IN_REABLEMENT), at_work)
    one = Referral.objects.get(pk=firsts[1])
    pages = (
        ("triage0", "/referrals"),
        ("triage0", f"/referrals/{one.pk}"),
        ("triage0", f"/referrals/{one.pk}/bed"),
        ("triage0", f"/referrals/{one.pk}/who/response_visit"),
        ("triage0", f"/people/{one.person_id}"),
        ("ward", f"/referrals/lists/{one.pathway}/ward_team"),
        ("ward", "/referrals/mine"),
        ("lead0", "/beds"),
        ("lead0", "/referrals/numbers"),
        ("nurse0", "/"),
        ("lead0", "/beds/use?weeks=52"),
        ("gp0", "/letters"),
        ("gp0", "/plans"),
    )
    clients: dict[str, Client] = {}
    for username in {name: None for name, _ in pages}:
        clients[username] = Client()
        clients[username].post("/sign-in", {"username": username, "password": PASSWORD})

    def asked() -> dict[str, int]:
        return {address: queries(clients[username], address) for username, address in pages}

    more(firsts, at_work, FEW)
    few, beds = asked(), Bed.objects.count()
    more(firsts, at_work, MANY)
    assert asked() == few
    assert len(board(at_work).rows) == 3 * (1 + FEW + MANY)
    assert Bed.objects.count() == beds + MANY == BEDS + FEW + MANY
    assert max(few.values()) <= 25, few
    # What lies long before the time that is asked for is not read: of each bed only what it was when that began.
    read = [row.status for rows in changes_since(at_work - timedelta(weeks=4), at_work).values() for row in rows]
    assert read.count("closed") == FEW + MANY and len(read) <= BedChange.objects.count() - 2 * (FEW + MANY)
    # A long list is cut into pages, and what is open into those that a screen shows.
    pages = [clients["gp0"].get(f"/plans?page={page}").content.decode() for page in (1, 2, 99)]
    assert 'aria-label="Page 2"' in pages[0]
    shown = [re.findall(r'href="(/people/[^"/]+/plans)"', page) for page in pages]
    assert shown[1] == shown[2] != shown[0] and len(shown[0]) == 50
    theirs = Letter.objects.filter(practice=Person(0).practice).order_by("-made_at", "-pk")
    read, address = [], "/letters"
    while address:
        page = clients["gp0"].get(address).content.decode()
        read += re.findall(r'href="/letters/(\d+)"', page)
        older = re.search(r'href="(/letters\?before=\d+)"', page)
        assert ("Newest letters" in page) is (address != "/letters") and len(read) <= theirs.count()
        address = older[1] if older else ""
    assert read == [str(one.pk) for one in theirs] and len(read) >= FEW + MANY
    # A letter of somebody else's is none to begin from.
    other = Letter.objects.exclude(practice=Person(0).practice).first() or Letter.objects.create(
        referral=one, happening=900, role="x", to="Elsewhere", subject="x", item="identity", body="", made_at=at_work
    )
    assert "Newest" in clients["gp0"].get(f"/letters?before={other.pk}").content.decode()


OVER_SINCE = timedelta(days=400)


def past(now: datetime, count: int) -> None:
    """So much that is long over for everybody: whom they went to and had to do with, what nobody marked as seen, for
    them and for others of their role, and the letters that came."""
    from vanguard.access.models import Relationship, User

    long_ago, ended = now - OVER_SINCE, now - OVER_SINCE / 2
    one = {"blueprint": "x@1.0.0", "pathway": "x", "received_at": long_ago, "ended_at": ended, "happened": count}
    nurse = Professional.objects.get(username="nurse0")
    nobodys = Referral.objects.create(**one)
    for user in User.objects.filter(username__in=AT_HOME).prefetch_related("teams"):
        practice = user.practice or Practice.objects.order_by("pk")[0]
        everywhere = {"practice_id": practice.pk, "locality_id": practice.locality_id, "referred_by": user}
        made = Referral.objects.bulk_create(Referral(**one, **everywhere) for _ in range(count))
        others = nobodys.notices.filter(role=user.role).count()
        Notice.objects.bulk_create(
            notice(nobodys, happening=number, role=user.role, why="told", words="It ended.", at=ended)
            for number in range(others, others + count)
        )
        Notice.objects.bulk_create(
            notice(row, happening=count, role=user.role, why="told", words="It ended.", at=ended) for row in made
        )
        sent = {"role": user.role, "to": "Them", "subject": "It ended.", "item": "identity", "body": "x" * 5_000}
        Letter.objects.bulk_create(
            Letter(referral=row, happening=number, made_at=ended - timedelta(minutes=row.pk), **sent, **where)
            for row in made for number, where in enumerate(({"practice": practice}, {"user": user}))
        )  # fmt: skip
        Allocation.objects.bulk_create(
            Allocation(referral=row.pk, step="x", professional=nurse, employer_id="TRUST", at=long_ago, ended_at=ended)
            for row in made
        )
        holders = [("user", str(user.pk)), *(("team", team.pk) for team in user.teams.all())]
        Relationship.objects.bulk_create(
            Relationship(person_id=Person(number).id, kind="referred", holder_kind=kind, holder_id=holder,
                         start=long_ago, until=ended, reason="They were referred")
            for kind, holder in holders for number in range(count)
        )  # fmt: skip


AT_HOME = ("taker0", "triage0", "nurse0", "gp0", "lead0")


@pytest.mark.sqlite_only
def test_no_home_page_and_no_list_of_letters_reads_more_the_longer_the_past(at_work):
    """Not by time: SQLite says how many steps of its machine a page took, and reading a row takes several."""
    clients = {username: Client() for username in AT_HOME}
    for username, client in clients.items():
        client.post("/sign-in", {"username": username, "password": PASSWORD})
    first_ones((UNDECIDED, UNVISITED, IN_REABLEMENT), at_work)
    pages = [*((username, "/") for username in AT_HOME), ("gp0", "/letters"), ("gp0", "/letters?before={middle}")]
    pages += [(username, "/referrals/notices") for username in AT_HOME]

    def steps() -> dict[tuple[str, str], int]:
        taken = dict.fromkeys(pages, 0)
        middle = Letter.objects.filter(practice=Person(0).practice).order_by("-pk")[60].pk
        for which in pages:
            username, address = which
            address = address.format(middle=middle)
            clients[username].get(address)  # what is kept for the life of a process is read once
            connection.connection.set_progress_handler(
                lambda which=which: taken.update({which: taken[which] + 1}),
                STEP,  # returns None: go on
            )
            assert clients[username].get(address).status_code == 200
            connection.connection.set_progress_handler(None, 0)
        return taken

    past(at_work, ENOUGH)
    before = steps()
    past(at_work, LONG)
    after = steps()
    assert all(before.values())
    assert {which: after[which] - before[which] for which in pages if after[which] - before[which] > LONG // STEP} == {}
    # What nobody has seen is read to its end, each once, the newest first.
    practice = Practice.objects.get(pk=Person(0).practice)
    waits = Notice.objects.filter(role="general_practitioner", practice=practice, seen_at=None).order_by("-at", "-pk")
    read, address = [], "/referrals/notices"
    while address and len(read) <= waits.count():
        page = clients["gp0"].get(address).content.decode()
        read += re.findall(r"/referrals/notices/(\d+)/seen", page)
        older = re.search(r'href="(/referrals/notices\?before=\d+)"', page)
        address = older[1] if older else ""
    assert read == [str(one.pk) for one in waits] and len(read) >= ENOUGH + LONG


def test_whether_the_board_is_the_newest_is_found_by_indexes(db, at_work):
    """However many deadlines and happenings there ever were; the board itself reads open referrals only."""
    over = {"blueprint": "x@1.0.0", "pathway": "x", "received_at": at_work, "ended_at": at_work}
    Referral.objects.bulk_create(Referral(**over, person_id=f"p{number}") for number in range(500))
    with CaptureQueriesContext(connection) as asked:
        board(at_work)
    newest = VERSION.postgresql.replace("%s", str(LATE))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A planner that thinks of few rows reads them all.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("ANALYZE hub_referral")
        plans = []
        for query in (newest, *(one["sql"] for one in asked.captured_queries)):
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{query}")
            plans.append(" ".join(str(cell) for row in cursor.fetchall() for cell in row))
    version_, open_ = plans
    assert "deadline_fired" in version_ and "SCAN h" not in version_, version_
    assert "referral_on_board" in open_, open_


def plain(number: int, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Every row of a referral, its own number and keys replaced by words, and a letter's words by their being there."""
    keys: dict[Any, str] = {}
    told: dict[str, list[dict[str, Any]]] = {}
    for model, rows in rows_of(number):
        told[model.__name__] = []
        for row in rows:
            said = {one.attname: getattr(row, one.attname) for one in columns_of(model)}
            for name, value in said.items():
                if isinstance(value, uuid.UUID) or (name in ("id", "deadline_id") and model in (Deadline, Notice)):
                    said[name] = keys.setdefault(value, f"key {len(keys)}") if value else None
                elif name in ("id", "referral_id", "referral", "source_id"):
                    said[name] = value if value != number and value != str(number) else "N"
                elif isinstance(value, str | dict):
                    said[name] = in_words(value, number, keys)
            # Words with a day in them: a letter's, and until when somebody who was suggested is on shift.
            for name in {"body", "reasons"} & said.keys() if model in (Letter, Allocation) else ():
                said[name] = bool(said[name])
            told[model.__name__].append(said)
    assert told["Referral"][0]["person_id"] == person.id
    return told


def in_words(value: Any, number: int, keys: dict[Any, str]) -> Any:
    if isinstance(value, dict):
        return {name: in_words(one, number, keys) for name, one in value.items()}
    if not isinstance(value, str):
        return value
    for key, word in keys.items():
        value = value.replace(str(key), word) if isinstance(key, uuid.UUID) else value
    value = f"N{value.removeprefix(str(number))}" if value.startswith(f"{number}/") else value
    return value.replace(f"referral {number}", "referral N").replace(f"referral-{number}", "referral-N")


def test_a_copy_is_what_the_hub_would_have_written(at_work):
    """For another person a week earlier: once written by the hub itself, once as a copy."""
    began, week = at_work - timedelta(weeks=9), timedelta(weeks=1)
    told = began + timedelta(weeks=7)
    for place, course in enumerate((OVER[8], OVER[1], OVER[9], UNVISITED)):
        first, other = Person(4 + 2 * place), Person(4 + 2 * place + 2 * PRACTICES * 2)
        copied = live(course, first, began, told=told)
        with transaction.atomic():
            by_hub = plain(live(course, other, began - week, told=told - week), other)
            transaction.set_rollback(True)
        # The lake holds what was said of the first, and is still to be told of the copy.
        Outgoing.objects.filter(source_id=str(copied)).update(sent=1)
        write(Maker().copies(copied, -week, [other]))
        number = Referral.objects.order_by("-pk").values_list("pk", flat=True)[0]
        copy = plain(number, other)
        assert number > copied
        for table, rows in by_hub.items():
            assert copy[table] == rows, (course.trouble, table)
    assert by_hub["Happening"][0]["body"]["age"] > 0
    # The hub goes on where the copies end.
    assert live(UNDECIDED, Person(18), at_work - timedelta(minutes=16), told=at_work) > number
