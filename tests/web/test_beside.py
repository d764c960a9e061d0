"""What the place does by itself beside answering requests."""

import pytest

from vanguard.care import hub, outbox
from vanguard.errors import Busy
from vanguard.web import beside


def test_a_round_that_fails_is_said_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[object] = []
    sent: list[object] = []
    said: list[str] = []

    def sweep(now: object) -> int:
        swept.append(now)
        if len(swept) == 1:
            raise OSError("the database is away")
        return 0

    def send(_lake: object, now: object) -> int:
        sent.append(now)
        raise Busy("Another command is writing to this place.")

    monkeypatch.setattr(hub, "sweep", sweep, raising=False)
    monkeypatch.setattr(outbox, "send", send, raising=False)
    monkeypatch.setattr(beside.log, "exception", said.append)
    # Connections of other tests are theirs.
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)
    beside.one_round()
    beside.one_round()
    # What fails keeps nothing else from being done, and waiting for a command that writes is no failure.
    assert len(swept) == len(sent) == 2
    assert said == ["A round beside the service failed."]
