"""What a traceback tells: where and of what type, never an exception's words."""

import logging
import sys

from vanguard.access.logs import PlainFormatter


def test_an_exceptions_message_stays_out() -> None:
    try:
        raise ValueError("Ann Archer, 999 000 0018")
    except ValueError:
        record = logging.LogRecord("vanguard", logging.ERROR, __file__, 1, "It failed", (), sys.exc_info())
    text = PlainFormatter().format(record)
    assert "ValueError" in text and "test_logs.py" in text and "It failed" in text
    assert "Archer" not in text
