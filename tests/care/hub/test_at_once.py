"""Several people at once through the real server: nothing that they were told is lost, and a bed has one winner."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest
from benchmarks.referral_point import NO_LIMITS, RUNNERS
from benchmarks.referral_point.clients import (
    Client,
    allocate,
    decide,
    hold_a_bed,
    look_at_beds,
    look_at_board,
    race_for_a_bed,
    refer_by_phone,
    search_and_read,
    visit,
)
from tests.migrated import begin_database
from tests.serving import Served, serving

PEOPLE = 600
FILL = f"""
from benchmarks.referral_point import fill
fill(people={PEOPLE}, past=0, undecided=12, to_visit=70, in_reablement=2, professionals=10)
"""
DAY = {
    "taker0": (refer_by_phone, look_at_board, refer_by_phone),
    "taker1": (refer_by_phone, refer_by_phone),
    "triage0": (decide, allocate, hold_a_bed, decide),
    "triage1": (decide, hold_a_bed, allocate, allocate),
    "nurse0": (visit, visit),
    "nurse1": (visit, visit),
    "gp0": (search_and_read, search_and_read),
    "lead0": (look_at_board, look_at_beds, look_at_board),
}
KINDS = {"draft", "referral", "triage", "arrival", "allocation", "note", "held", "open"}
IN_DJANGO = "import django, orjson\ndjango.setup()\n"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    url = ""
    if request.param == "postgresql":
        url = begin_database(request.getfixturevalue("postgresql"), "at_once")
    with serving(tmp_path_factory.mktemp("at_once") / "place", FILL, url, VANGUARD_LIMITS=NO_LIMITS) as service:
        yield service


def of(served: Served, code: str) -> Any:
    """What an expression is worth beside the service, on its database."""
    return orjson.loads(served.run(f"{IN_DJANGO}{code}"))


def counted(served: Served, clients: list[Client], since: str, folder: Path) -> dict[str, Any]:
    (folder / "done").write_bytes(orjson.dumps([asdict(done) for one in clients for done in one.heard.done]))
    return dict(
        of(
            served,
            "from datetime import datetime\nfrom benchmarks.referral_point.clients import Done\n"
            "from benchmarks.referral_point.counting import counted\n"
            f"done = [Done(**one) for one in orjson.loads(open({str(folder / 'done')!r}).read())]\n"
            f"print(orjson.dumps(counted(done, datetime.fromisoformat({since!r}))).decode())",
        )
    )


@pytest.mark.long_on_sqlite
def test_nothing_is_lost_and_one_of_fifty_gets_the_bed(served: Served, tmp_path: Path) -> None:
    since = of(served, "from vanguard import clock\nprint(orjson.dumps(clock.now()).decode())")
    clients = [Client(served.port, one, think=0, until=lambda: float("inf"), people=PEOPLE) for one in DAY]

    def work(client: Client) -> None:
        client.sign_in()
        for act in DAY[client.username]:
            act(client)

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, clients))
    assert [wrong for one in clients for wrong in one.heard.wrong] == []
    assert {done.what for one in clients for done in one.heard.done} == KINDS

    bed, runners = of(
        served,
        "from benchmarks.referral_point import a_bed, runners\n"
        "print(orjson.dumps([a_bed(), runners(['triage0', 'triage1', 'triage2'])]).decode())",
    )
    assert len(runners) == RUNNERS
    told = race_for_a_bed(served.port, bed, [(one, number) for one, number in runners], PEOPLE)
    assert sorted(status for _, status, _ in told) == [302] + [409] * (RUNNERS - 1)
    (winner,) = (client.username for client, status, _ in told if status == 302)
    for _, status, said in told:
        assert status == 302 or f"is held for another referral by {winner} of the place until" in said, said

    every = counted(served, [*clients, *(client for client, *_ in told)], since, tmp_path)
    assert (every["lost_or_doubled"], every["unconfirmed"], every["broken"]) == (0, 0, 0), every
    assert every["told"] == sum(every["by_kind"].values()) > len(KINDS)
    # Whoever asks, and whichever process answers, the board is the same.
    asking = {"HX-Request": "true"}
    boards = {one.open("board", "/referrals", **asking).text for one in clients[:4] for _ in range(3)}
    assert len(boards) == 1
