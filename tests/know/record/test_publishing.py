"""Publishing: pages see the old state or the new one, and only what changed is rewritten."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.town import ANN, BOB, CAT, DAN, NOW, PEOPLE, actor, batches, body, member, publish_town, write_lake

from vanguard.access import Refused, open_person
from vanguard.errors import Busy
from vanguard.know.record import NoRecord, publish, publishing, read, reading
from vanguard.know.record.models import HelpNext, PersonIndex, Published, Quarantine, RecordBody

pytestmark = pytest.mark.django_db

HUB = actor("referral_point_clinician", localities=["north", "south"])


def record(person_id: str) -> object:
    return read(open_person(HUB, person_id, now=NOW)).data


def bodies(*people: dict) -> list:
    return batches({one["person_id"]: body(one) for one in people})


def test_a_record_comes_out_as_the_timeline_made_it(place: Path) -> None:
    publish_town(place)
    assert record("cat")["person"]["family_name"] == "Carter"
    assert PersonIndex.objects.get(person_id="cat").locality == "south"
    assert PersonIndex.objects.get(person_id="dan").locality is None


def test_a_record_is_one_indexed_read(place: Path) -> None:
    publish_town(place)
    with connection.cursor() as cursor:
        plan = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # four rows fit one page
        text = reading.BODY.sqlite if connection.vendor == "sqlite" else reading.BODY.postgresql
        cursor.execute(f"{plan} {re.sub('%s|[?]', chr(39) + 'ann' + chr(39), text)}")
        steps = [str(row) for row in cursor.fetchall()]
    assert any("INDEX" in step or "Index Scan" in step for step in steps) and not any("Seq" in s for s in steps)


def test_publishing_again_rewrites_only_what_changed(place: Path) -> None:
    lake = publish_town(place)
    assert publish(lake, NOW, bodies(*PEOPLE)).changed == 0
    changed = batches({one["person_id"]: body(one, alerts=[{"label": "Falls"}]) for one in PEOPLE[:1]})
    again = publish(lake, NOW, [*changed, *bodies(*PEOPLE[1:])])
    assert (again.people, again.changed, again.removed) == (4, 1, 0)
    assert record("ann")["alerts"] == [{"label": "Falls"}]
    assert record("bob")["alerts"] == []


def test_who_left_the_lake_is_gone_and_who_moved_is_related_anew(place: Path) -> None:
    publish_town(place)
    lake = write_lake(place, person=[ANN | {"practice": "P3"}, BOB, DAN])
    done = publish(lake, NOW, bodies(ANN, BOB, DAN))
    assert (done.people, done.removed) == (3, 1)
    with pytest.raises(Refused):
        record("cat")
    assert not RecordBody.objects.filter(person_id="cat").exists()
    with pytest.raises(Refused):
        open_person(actor("gp", practice="P1"), "ann", now=NOW)
    open_person(actor("gp", practice="P3"), "ann", now=NOW)


def test_a_practice_that_changes_locality_takes_its_people_along(place: Path) -> None:
    from vanguard.directory.models import Practice

    lake = publish_town(place)
    Practice.objects.filter(code="P1").update(locality_id="south")
    publish(lake, NOW, bodies(*PEOPLE))
    assert PersonIndex.objects.get(person_id="ann").locality == "south"


def test_a_failure_half_way_leaves_the_old_state(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_town(place)
    lake = write_lake(place, person=[BOB], cohort_member=[member(BOB, 1)])

    def fails(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(publishing, "replace", fails)
        with pytest.raises(RuntimeError):
            publish(lake, NOW, batches({"bob": body(BOB, alerts=[{"label": "Falls"}])}))
    assert PersonIndex.objects.count() == RecordBody.objects.count() == 4
    assert record("bob")["alerts"] == [] and HelpNext.objects.count() == 3
    publish(lake, NOW, batches({"bob": body(BOB, alerts=[{"label": "Falls"}])}))
    assert PersonIndex.objects.count() == RecordBody.objects.count() == HelpNext.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_pages_see_the_old_state_until_the_new_one_is_whole(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_town(place)
    lake = write_lake(place, person=[BOB, CAT], cohort_member=[member(BOB, 1)])
    seen: list[tuple[int, int, int]] = []
    real = publishing.replace

    def looking(*given: object) -> object:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                counts = []
                for table in ("record_personindex", "record_recordbody", "record_helpnext"):
                    cursor.execute(f"SELECT count(*) FROM {table}")
                    counts.append(cursor.fetchone()[0])
                seen.append(tuple(counts))
        finally:
            other.close()
        return real(*given)

    monkeypatch.setattr(publishing, "replace", looking)
    publish(lake, NOW, bodies(BOB, CAT))
    assert set(seen) == {(4, 4, 3)}
    assert (PersonIndex.objects.count(), HelpNext.objects.count()) == (2, 1)


def test_one_publication_at_a_time(place: Path) -> None:
    lake = publish_town(place)
    with publishing._alone(), pytest.raises(Busy):
        publish(lake, NOW, [])


def test_what_was_published_is_noted(place: Path) -> None:
    lake = publish_town(place)
    publish(lake, NOW + timedelta(hours=1), bodies(*PEOPLE))
    noted = Published.objects.get()
    assert (noted.generation, noted.people, noted.at) == (
        lake.manifest().generation,
        4,
        NOW + timedelta(hours=1),
    )


def test_a_person_without_a_record_yet(place: Path) -> None:
    lake = publish_town(place)
    publish(lake, NOW, bodies(BOB))
    with pytest.raises(NoRecord):
        record("ann")


def test_only_what_came_into_quarantine_or_left_it_is_written(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = {"feed": "gp_events", "file": "gp_events_1.csv", "load_id": "1", "extracted_at": NOW.replace(tzinfo=None)}
    rows = [
        file | {"row_id": name, "source": "gp", "line": line, "column": "event_at", "row": '{"event_at": "x"}'}
        | {"reason": "event_at is x; expected a date."}
        for line, name in enumerate("abc", 2)
    ]  # fmt: skip
    received = dict.fromkeys(("rows", "accepted", "quarantined", "superseded", "duplicate"), 3)
    lake = write_lake(
        place, person=[BOB], quarantine=rows[:2], received_file=[file | received | {"sha256": "0", "described_by": "0"}]
    )
    publish(lake, NOW)
    whole = publishing.replace

    def elsewhere(cursor: object, model: object, *more: object) -> int:
        assert model is not Quarantine
        return whole(cursor, model, *more)

    monkeypatch.setattr(publishing, "replace", elsewhere)
    done = publish(write_lake(place, quarantine=rows[1:]), NOW)
    assert done.quarantined == 2
    assert sorted(Quarantine.objects.values_list("row_id", "line", "expected")) == [
        ("b", 3, "a date"),
        ("c", 4, "a date"),
    ]
