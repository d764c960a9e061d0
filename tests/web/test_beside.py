"""What the place does by itself beside answering requests."""

import pytest

from vanguard.care import hub
from vanguard.web import beside


def test_a_round_that_fails_is_said_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[object] = []
    said: list[str] = []

    def sweep(now: object) -> int:
        rounds.append(now)
        if len(rounds) == 1:
            raise OSError("the database is away")
        return 0

    monkeypatch.setattr(hub, "sweep", sweep, raising=False)
    monkeypatch.setattr(beside.log, "exception", said.append)
    beside.one_round()
    beside.one_round()
    assert len(rounds) == 2
    assert said == ["A round beside the service failed."]
