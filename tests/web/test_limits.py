"""Too much is refused in words: a large body, a long address, too many requests, counted over all processes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from vanguard.errors import BadInput
from vanguard.web.demo_users import DEMO_PASSWORD
from vanguard.web.limits import USUAL, address_of, read_limits
from vanguard.web.meter import Meter

SignedIn = Callable[[str], Client]
NOW = 1_790_000_000.0


@pytest.fixture
def meter(tmp_path: Path) -> Meter:
    return Meter(tmp_path / "meter")


def test_so_many_a_minute_and_then_a_wait(meter: Meter) -> None:
    assert [meter.wait("search user 1", 4, NOW) for _ in range(5)] == [0, 0, 0, 0, 15]
    assert meter.wait("search user 2", 4, NOW) == 0, "each is counted alone"
    assert meter.wait("search user 1", 4, NOW + 14) == 1
    assert meter.wait("search user 1", 4, NOW + 15) == 0, "who waits as long as was said is let in"
    assert [meter.wait("search user 1", 4, NOW + 900) for _ in range(5)] == [0, 0, 0, 0, 15]


@given(st.integers(1, 300), st.lists(st.floats(0, 90), max_size=400))
def test_no_minute_takes_more_than_twice_the_limit(per_minute: int, gaps: list[float]) -> None:
    """All at once and then at the steady rate: what is let in within any 60 seconds is at most the two together."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        meter, at, let_in = Meter(Path(folder) / "meter"), NOW, []
        for gap in gaps:
            at += gap / per_minute
            if not meter.wait("one", per_minute, at):
                let_in.append(at)
        meter.close()
    for begin in let_in:
        assert sum(begin <= one < begin + 60 for one in let_in) <= 2 * per_minute + 1


def test_processes_count_together(tmp_path: Path) -> None:
    asks = (
        "import sys\nfrom pathlib import Path\nfrom vanguard.web.meter import Meter\n"
        f"m = Meter(Path(sys.argv[1]))\nprint(sum(not m.wait('api user 1', 500, {NOW}) for _ in range(400)))"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", asks, tmp_path / "m"], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": "src"}
        )
        for _ in range(2)
    ]
    assert sum(int(one.communicate()[0]) for one in running) == 500


def test_a_full_file_still_counts_who_asks_most(tmp_path: Path) -> None:
    meter = Meter(tmp_path / "meter")
    for number in range(100_000):
        meter.wait(f"page 10.{number}", 600, NOW)
    assert sum(not meter.wait("page user 1", 10, NOW) for _ in range(50)) == 10
    # What another clock left far ahead is no lock.
    meter.wait("late", 1, NOW + 10_000)
    assert (tmp_path / "meter").stat().st_size == 1 << 20


def test_what_the_settings_say() -> None:
    assert read_limits("") == USUAL
    assert read_limits(" search=5, api=0 ") == {**{k: v for k, v in USUAL.items() if k != "api"}, "search": 5}
    for wrong in ("search", "search=-1", "looks=5", "search=٣"):
        with pytest.raises(BadInput, match="VANGUARD_LIMITS"):
            read_limits(wrong)


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "1.2.3.4", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "nobody", "unknown"),
    ],
)
def test_whose_address_counts(monkeypatch: pytest.MonkeyPatch, proxies: int, told: str, address: str) -> None:
    """Only what the place's own proxies wrote is believed: anybody can write the rest."""
    monkeypatch.setattr(settings, "PROXIES", proxies)
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=told)) == address


def test_each_kind_has_its_limit(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    gp, nurse = signed_in("gp"), signed_in("nurse")
    monkeypatch.setattr(settings, "LIMITS", {"search": 2, "trace": 1, "api": 3, "sign_in": 2, "page": 12})
    found = [gp.post("/people/find", {"text": "an"}).status_code for _ in range(3)]
    assert found == [200, 200, 429]
    assert gp.get("/people/find").status_code == 200, "the form itself can be opened"
    assert nurse.post("/people/find", {"text": "an"}).status_code == 200, "another user is not held up"
    asked = {"nhs_number": "9990000069", "birth_date": "1 1 1901", "reason": "in our department"}
    assert [gp.post("/people/emergency", asked).status_code for _ in range(2)] == [400, 429]
    answers = [gp.get("/api/persons/p1/record") for _ in range(4)]
    assert [one.status_code for one in answers] == [404, 404, 404, 429]
    assert "You have asked too often" in answers[-1].json()["error"]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20
    tried = {"username": "gp", "password": DEMO_PASSWORD}
    assert [Client().post("/sign-in", tried).status_code for _ in range(3)] == [302, 302, 429]
    many = [Client().get("/sign-in") for _ in range(14)]
    assert {one.status_code for one in many} == {200, 429}
    assert Client().get("/health").status_code == 200, "whether the service is alive can always be asked"
    assert "Wait " in many[-1].content.decode() and "default-src 'none'" in many[-1].headers["Content-Security-Policy"]
    meters = [file for file in settings.PLACE.rglob("*") if file.name == ".requests.meter"]
    assert meters and b"gp" not in meters[0].read_bytes()


def test_too_much_to_send(signed_in: SignedIn) -> None:
    gp = signed_in("gp")
    answer = gp.post("/people/find", {"text": "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert answer.status_code == 413 and "too much to send" in answer.content.decode()
    assert gp.post("/people/find", {f"a{number}": "1" for number in range(101)}).status_code == 400
    assert gp.get("/people/find?" + "a" * 5000).status_code == 414
    assert gp.get("/people/find", headers={"content-length": "a lot"}).status_code == 413
