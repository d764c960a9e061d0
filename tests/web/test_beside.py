"""What the place does by itself beside answering requests."""

import pytest

from vanguard.care import hub
from vanguard.web import beside


def test_a_round_that_fails_is_said_and_the_next_one_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = []

    def sweep(now: object) -> int:
        rounds.append(now)
        if len(rounds) == 1:
            raise OSError("the database is away")
        return 0

    monkeypatch.setattr(hub, "sweep", sweep, raising=False)
    beside.one_round()
    beside.one_round()
    assert len(rounds) == 2
    assert "A round beside the service failed." in caplog.text
