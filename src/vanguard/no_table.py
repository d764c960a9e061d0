"""What people take for a table and is none, told by how the file begins."""

GZIPPED = b"\x1f\x8b"
# Each with what it is, and what to do.
SIGNS = (
    (b"PK\x03\x04", "it is a spreadsheet or a zip archive", "Open it and save it as CSV (UTF-8)."),
    (b"\xd0\xcf\x11\xe0", "it is an old spreadsheet", "Open it and save it as CSV (UTF-8)."),
    (GZIPPED, "it is gzipped", "Unpack it."),
    (b"%PDF", "it is a PDF", "Ask for the table as CSV (UTF-8)."),
    (b"<!DOCTYPE", "it is a page of the web", "Ask for the table as CSV (UTF-8)."),
    (b"<html", "it is a page of the web", "Ask for the table as CSV (UTF-8)."),
    (b"\xff\xfe", "it is UTF-16", "Save it as CSV (UTF-8)."),
    (b"\xfe\xff", "it is UTF-16", "Save it as CSV (UTF-8)."),
)


def what_it_is(begins: bytes) -> tuple[str, str] | None:
    """What a file that begins so is instead of a table, and what to do; None where nothing tells."""
    return next(((what, do) for sign, what, do in SIGNS if begins.startswith(sign)), None)
