"""Logs that hold no person's data: an address becomes its route, a traceback loses its values."""

import logging
import time
import traceback

ABOUT_A_REQUEST = ("django.request", "django.security", "django.server")


class PlainFormatter(logging.Formatter):
    """One line: time (UTC), level, logger, message. What a request or an exception carried stays out."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        record = logging.makeLogRecord(record.__dict__)
        # A formatter that came before leaves its traceback, values and all, for the next one to use.
        record.exc_text = None
        if record.name.startswith(ABOUT_A_REQUEST):
            record.msg, record.args = self._about_request(record), ()
        return super().format(record)

    def formatException(self, ei: object) -> str:  # noqa: N802
        """Where it happened and of what type; an exception's message may quote a person's row."""
        kind, _, trace = ei  # type: ignore[misc]
        lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([*lines, f"{kind.__module__}.{kind.__qualname__}"])

    @staticmethod
    def _about_request(record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        route = match.route if match else "no route"
        status = getattr(record, "status_code", "")
        number = getattr(request, "request_id", "")
        return f"{getattr(request, 'method', '')} {route} {status} {number}".strip()
