"""Where a page takes a file, and from whom: one at a time, held in memory and never put on the disk. Everywhere else a
file that is sent is refused before it is read."""

from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest

UPLOADS = {"/publications": "keep_programme"}
"""The addresses of a programme that take a file, each with the right of who may send one; a place has none."""


def takes_file(request: HttpRequest) -> bool:
    """Whether who asks may send a file to this address."""
    right = UPLOADS.get(request.path_info) if settings.PROGRAMME else None
    actor = getattr(request, "actor", None)
    return right is not None and actor is not None and actor.may(right)


def most_bytes(request: HttpRequest) -> int:
    """How large the body of a request may be."""
    return settings.FILE_UPLOAD_MAX_MEMORY_SIZE if takes_file(request) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class OneFile(MemoryFileUploadHandler):
    """Holds the file of a page that takes one."""

    def new_file(self, *args: Any, **options: Any) -> None:
        """Raises TooManyFilesSent where none is taken."""
        if self.request is None or not takes_file(self.request):
            raise TooManyFilesSent
        super().new_file(*args, **options)
