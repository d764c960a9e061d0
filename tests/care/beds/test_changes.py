"""A bed from open to open again: held, occupied, left, cleaned; holds that end by themselves; never given twice."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.care.beds.conftest import NOON, wants

from vanguard.access import Actor, Refused
from vanguard.care import beds as door
from vanguard.care.beds.board import board, version
from vanguard.care.beds.changes import set_status
from vanguard.care.beds.models import Bed, BedChange
from vanguard.errors import BadInput

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
Keeper = Callable[[str], Actor]


@pytest.fixture
def mary(keeps_beds: Keeper) -> Actor:
    return keeps_beds("Mary Ward")


def history(bed: int) -> list[tuple[str, int | None]]:
    return list(BedChange.objects.filter(bed=bed).order_by("number").values_list("status", "referral"))


def test_a_bed_goes_round(beds: dict[str, int], mary: Actor) -> None:
    bed = beds["Bay 1, 1"]
    assert [offer.words for offer in door.offers(wants(1), NOON) if offer.fit.fits] == [
        "The Mill, Bay 1, 1",
        "The Mill, Bay 1, 2",
        "Oak House, Suite",
    ]
    assert door.hold(bed, wants(1), by=mary, now=NOON) == NOON + 2 * HOUR
    stay = door.stay_of(1, NOON)
    assert stay and (stay.words, stay.until, stay.arrived_at) == ("The Mill, Bay 1, 1", NOON + 2 * HOUR, None)
    assert door.hold(bed, wants(1), by=mary, now=NOON + HOUR) == NOON + 3 * HOUR  # the person is late
    door.occupy(bed, wants(1), by=mary, now=NOON + 2 * HOUR)
    assert board(NOON + 2 * HOUR).counts == {"open": 3, "held": 0, "occupied": 1, "cleaning": 0, "closed": 0}
    door.leave(1, by=mary, now=NOON + 40 * HOUR)
    seen = Bed.objects.get(pk=bed).changes
    set_status(bed, "open", seen=seen, why="", by=mary, now=NOON + 41 * HOUR)
    assert history(bed) == [
        ("open", None),
        ("held", 1),
        ("held", 1),
        ("occupied", 1),
        ("cleaning", None),
        ("open", None),
    ]
    (was,) = door.stays_of(1, NOON + 48 * HOUR)
    assert (was.arrived_at, was.ended_at) == (NOON + 2 * HOUR, NOON + 40 * HOUR)
    with pytest.raises(door.Taken, match="Mary Ward has changed this bed meanwhile"):
        set_status(bed, "closed", seen=seen, why="Broken", by=mary, now=NOON + 42 * HOUR)


def test_who_comes_second_is_told_why(beds: dict[str, int], mary: Actor, keeps_beds: Keeper) -> None:
    bed, tom = beds["Bay 1, 1"], keeps_beds("Tom Baker")
    door.hold(bed, wants(1), by=mary, now=NOON)
    with pytest.raises(door.Taken, match="is held for another referral by Mary Ward until 2 November 2026 at 2pm"):
        door.hold(bed, wants(2), by=tom, now=NOON + MINUTE)
    with pytest.raises(BadInput, match="This referral has a bed: The Mill, Bay 1, 1"):
        door.hold(beds["Bay 1, 2"], wants(1), by=tom, now=NOON + MINUTE)
    door.occupy(bed, wants(1), by=mary, now=NOON + MINUTE)
    with pytest.raises(door.Taken, match=r"is occupied since 2 November 2026 at [0-9.]+pm, said Mary Ward"):
        door.occupy(bed, wants(2), by=tom, now=NOON + HOUR)
    with pytest.raises(BadInput, match="A bed that is occupied cannot become open"):
        set_status(bed, "open", seen=3, why="Now", by=tom, now=NOON + HOUR)
    spare = beds["Bay 1, 2"]
    with pytest.raises(BadInput, match="There is no reason"):
        set_status(spare, "closed", seen=1, why=" ", by=tom, now=NOON)
    set_status(spare, "closed", seen=1, why="The call bell is broken", by=tom, now=NOON)
    with pytest.raises(door.Taken, match="closed since 2 November 2026 at midday: The call bell"):
        door.hold(spare, wants(2), by=mary, now=NOON)
    nobody = Actor(mary.user_id, "x", "x", type(mary.role)("x", "x", frozenset(), ()), None, None, frozenset())
    with pytest.raises(Refused):
        door.hold(beds["Suite"], wants(2), by=nobody, now=NOON)


def test_a_hold_is_over_when_its_time_is_however_late_the_sweep(
    beds: dict[str, int], mary: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed, lost = beds["Bay 1, 1"], []
    # These referrals are numbers only.
    monkeypatch.setattr(door.bed_lost, "receivers", [])

    def hear(**told: object) -> None:
        lost.append((told["referral"], told["why"], told["at"]))

    door.bed_lost.connect(hear)
    door.hold(bed, wants(1), by=mary, now=NOON)
    over = NOON + 2 * HOUR
    before = version(over - MINUTE)
    assert board(over - MINUTE).counts["held"] == 1
    assert board(over).counts["held"] == 0 and version(over) != before
    assert door.stay_of(1, over) is None
    first, *_, last = (offer for offer in door.offers(wants(2), over) if offer.fit.fits)
    assert first.id == beds["Bay 1, 2"]
    assert last.id == bed and "ask whether that person is on the way" in last.fit.ask[0]
    # Nobody swept: whoever needs the bed takes it, and the end of the hold is written all the same.
    door.hold(bed, wants(2), by=mary, now=over + 5 * MINUTE)
    assert history(bed) == [("open", None), ("held", 1), ("open", None), ("held", 2)]
    assert BedChange.objects.get(bed=bed, number=2).at == over
    assert lost == [(1, "The hold ran out", over)]
    assert door.sweep(over + 5 * MINUTE) == 0
    assert (door.sweep(over + 3 * HOUR), door.sweep(over + 3 * HOUR)) == (1, 0)
    assert lost[1:] == [(2, "The hold ran out", over + 2 * HOUR + 5 * MINUTE)]


def test_a_bed_is_never_given_to_whom_it_does_not_fit(beds: dict[str, int], mary: Actor) -> None:
    with pytest.raises(BadInput, match=r"Room 3, 1 does not fit: For men; Does not meet: Nursing day and night"):
        door.hold(beds["Room 3, 1"], wants(1), by=mary, now=NOON)
    door.hold(beds["Bay 1, 1"], wants(1, "male"), by=mary, now=NOON)
    with pytest.raises(BadInput, match="Somebody of another sex is in the same room"):
        door.occupy(beds["Bay 1, 2"], wants(2, "female"), by=mary, now=NOON)
    door.occupy(beds["Bay 1, 2"], wants(3, "male"), by=mary, now=NOON)
    unfit = [offer for offer in door.offers(wants(2), NOON) if not offer.fit.fits]
    assert [offer.words for offer in unfit] == ["The Mill, Room 3, 1"]


def test_the_episode_lets_its_bed_go(beds: dict[str, int], mary: Actor) -> None:
    door.hold(beds["Bay 1, 1"], wants(1), by=mary, now=NOON)
    door.occupy(beds["Suite"], wants(2), by=mary, now=NOON)
    for referral in (1, 2, 3):
        door.follow(referral, keep={"short_stay_bed"}, by=None, now=NOON + HOUR)
    assert board(NOON + HOUR).counts["open"] == 2
    door.follow(1, keep=set(), by=None, now=NOON + HOUR)
    door.follow(2, keep=set(), by=None, now=NOON + HOUR)
    assert board(NOON + HOUR).counts == {"open": 3, "held": 0, "occupied": 0, "cleaning": 1, "closed": 0}


def test_the_database_refuses_a_second_change_and_a_second_bed(beds: dict[str, int], mary: Actor) -> None:
    bed = Bed.objects.get(pk=beds["Bay 1, 1"])
    door.hold(bed.pk, wants(1), by=mary, now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        BedChange.objects.create(bed=bed, number=1, status="held", at=NOON, referral=2, recorded_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bed.objects.filter(pk=beds["Suite"]).update(status="held", referral=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bed.objects.filter(pk=beds["Suite"]).update(status="occupied")


@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_one_gets_the_bed_and_forty_nine_are_told_why(
    transactional_db: None, beds: dict[str, int], keeps_beds: Keeper
) -> None:
    keepers = [keeps_beds(f"Keeper {number}") for number in range(50)]
    ready, won, told, wrong = threading.Barrier(50), [], [], []

    def take(number: int) -> None:
        try:
            ready.wait()
            door.hold(beds["Suite"], wants(number + 1), by=keepers[number], now=NOON)
            won.append(number)
        except door.Taken as why:
            told.append(str(why))
        except Exception as problem:
            wrong.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, len(won), len(told)) == ([], 1, 49)
    winner = keepers[won[0]].name
    assert set(told) == {
        f"Oak House, Suite is held for another referral by {winner} until 2 November 2026 at 2pm. Choose another bed."
    }
    assert history(beds["Suite"]) == [("open", None), ("held", won[0] + 1)]
