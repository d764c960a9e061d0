"""What care rooms said reaches the lake once, whatever crashes when, on both databases."""

import multiprocessing
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import connections, transaction
from django.db.models.query import QuerySet

from vanguard.care import outbox
from vanguard.care.outbox import Entry
from vanguard.care.outbox.models import Outgoing
from vanguard.errors import Busy
from vanguard.lake import Lake

NOW = datetime(2026, 11, 2, 11, tzinfo=UTC)


def visit(status: str, start: datetime = NOW) -> Entry:
    return Entry("Encounter", status, "A visit", ("visit:first",), start=start, setting="home")


def say(status: str = "in-progress", person_id: str = "p1", key: str = "v1") -> int:
    return outbox.say("rounds", "7", person_id, {key: visit(status)}, now=NOW)


def held(lake: Lake) -> list[tuple[str, str]]:
    with lake.connect() as con:
        return con.execute("SELECT key, status FROM care_event ORDER BY number").fetchall()


def test_what_is_undone_was_never_said_and_what_is_said_is_said_once(db: None, place: Path) -> None:
    lake = Lake(place)
    with pytest.raises(KeyError), transaction.atomic():
        say()
        raise KeyError
    assert outbox.send(lake, NOW) == 0 == lake.manifest().generation
    assert [say(), say(), say("finished"), say("finished")] == [1, 0, 1, 0]
    assert outbox.send(lake, NOW) == 2
    assert outbox.send(lake, NOW) == 0
    assert held(lake) == [("v1", "in-progress"), ("v1", "finished")]
    assert lake.manifest().generation == 1


def test_only_part_of_a_long_queue_goes_at_once_and_the_rest_follows(db: None, place: Path) -> None:
    lake = Lake(place)
    for number in range(5):
        say(key=f"v{number}")
    assert [outbox.send(lake, NOW, most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert [key for key, _ in held(lake)] == ["v0", "v1", "v2", "v3", "v4"]


def test_what_a_restored_lake_has_lost_is_sent_again(db: None, place: Path) -> None:
    lake = Lake(place)
    say()
    outbox.send(lake, NOW)
    backup = lake.manifest_path.read_bytes()
    say("finished")
    outbox.send(lake, NOW)
    lake.manifest_path.write_bytes(backup)
    assert outbox.send(lake, NOW) == 1
    assert held(lake) == [("v1", "in-progress"), ("v1", "finished")]


def test_a_day_is_a_day_in_london(db: None, place: Path) -> None:
    lake = Lake(place)
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    asked = Entry("Observation", "final", "Fit since", ("answer:fit",), day=datetime(2026, 7, 1, tzinfo=UTC).date())
    outbox.say("rounds", "7", "", {"late": visit("finished", summer), "fit": asked}, now=summer)
    outbox.send(lake, summer)
    with lake.connect() as con:
        found = con.execute('SELECT key, person_id, "date", timed, "start" FROM care_event ORDER BY key').fetchall()
    day = timedelta(days=1)
    assert found == [
        ("fit", None, summer.date(), False, datetime(2026, 6, 30, 23)),
        ("late", None, summer.date() + day, True, datetime(2026, 7, 1, 23, 30)),
    ]


def _send_and_die_before_marking(place: Path) -> None:
    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with patch.object(QuerySet, "update", die):
        outbox.send(Lake(place), NOW)


def _send_until_nothing_is_left(place: Path) -> None:
    for _ in range(200):
        try:
            outbox.send(Lake(place), NOW, most=3)
        except Busy:
            time.sleep(0.01)
        if not Outgoing.objects.filter(sent=None).exists():
            os._exit(0)
    os._exit(1)


def test_killed_between_lake_and_mark_and_sent_by_two_at_once_each_row_is_there_once(
    transactional_db: None, place: Path
) -> None:
    lake = Lake(place)
    for number in range(20):
        say(key=f"v{number:02}")
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    killed = fork.Process(target=_send_and_die_before_marking, args=(place,))
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    assert lake.rows("care_event") == 20
    assert Outgoing.objects.filter(sent=None).count() == 20
    for number in range(20, 30):
        say(key=f"v{number:02}")
    connections.close_all()
    both = [fork.Process(target=_send_until_nothing_is_left, args=(place,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert [one.exitcode for one in both] == [0, 0]
    assert [key for key, _ in held(lake)] == [f"v{number:02}" for number in range(30)]
