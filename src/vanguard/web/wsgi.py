"""The service's entry point for a WSGI server."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application


class Utf8Request(WSGIRequest):
    """A request in UTF-8, which every page of ours asks for: another `charset` can break its reading."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type = meta.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        self.content_params = {}


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vanguard.web.settings")
application = get_wsgi_application()
application.request_class = Utf8Request
